"""How the product speaks of orders, roles and stages: "named in order X of DATE (page N)", never an accusation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tmwatch.sanction_values import Ladder, OrderHit, Registry
from tmwatch.text import N_, Text, say

ROLE_TEXTS = {
    "respondent": N_("named as a party the order is directed at"),
    "respondent_officer": N_("named as an officer or employee of a respondent"),
    "brand_of_respondent": N_("named as a trade name or web brand of a respondent"),
    "credentials_misused": N_("the order says that this name was used without right, so its bearer may be a victim"),
    "deceased": N_("the order speaks of signatures after the date of death"),
    "presumed_fictitious": N_("the order presumes that there is no such person"),
    "disciplined": N_("subject of a decision of the Office of Enrollment and Discipline"),
    "counsel_address": N_("address an order was sent to, not a respondent"),
    "client_of_disciplined": N_("named only as a client of an attorney, not a respondent"),
    "shared": N_("shared by unrelated people, not compared"),
}
NOT_COMPARED = frozenset({"counsel_address", "client_of_disciplined", "shared"})

STAGE_TEXTS = {
    "under_review": N_("under administrative review"),
    "show_cause": N_("order to show cause issued"),
    "ordered": N_("order for sanctions issued"),
    "restored_to_pendency": N_("registration cancelled and restored to pendency"),
    "terminated": N_("terminated"),
    "released": N_("suspension released"),
}

PARTY_ROLE_TEXTS = {
    "owner": N_("owner"),
    "attorney": N_("attorney of record"),
    "correspondent": N_("correspondent"),
    "domestic_representative": N_("domestic representative"),
    "assignor": N_("assignor"),
    "assignee": N_("assignee"),
}

# Days between the steps of the matters in data/orders.csv.
_OUTLOOKS = {
    "under_review": N_("No order is known yet; how long a review lasts is not known."),
    "show_cause": N_("In the known cases the final order came 83, 185 and 1,064 days after the first order."),
    "restored_to_pendency": N_("In the one known case the final order came 9 days after the decisions were vacated."),
    "ordered": N_("The status tells whether the order ended the case or only struck papers."),
}


def role_text(role: str) -> Text:
    """Return what a role means; an unlisted role is shown as it stands."""
    return say(ROLE_TEXTS[role]) if role in ROLE_TEXTS else say("{role}", role=role)


def party_role_text(role: str) -> Text:
    """Return a party's role on the record in words."""
    return say(PARTY_ROLE_TEXTS[role]) if role in PARTY_ROLE_TEXTS else say("{role}", role=role)


def stage_text(stage: str) -> Text:
    """Return a stage of the ladder in words."""
    return say(STAGE_TEXTS[stage])


def outlook(ladder: Ladder) -> Text | None:
    """Return how long the next step took in the known cases, None where nothing is known to come."""
    return say(_OUTLOOKS[ladder.stage]) if ladder.stage in _OUTLOOKS else None


def order_text(order_id: str, day: str, page: int | None = None, *, discipline: bool = False) -> Text:
    """Return `order X of DATE (page N)`, without what is not known."""
    what = say("disciplinary decision {order}", order=order_id) if discipline else say("order {order}", order=order_id)
    dated = say("{what} of {date}", what=what, date=day) if day else say("{what} (undated)", what=what)
    return say("{what} (page {page})", what=dated, page=page) if page is not None else dated


def hit_text(hit: OrderHit) -> Text:
    """Return the order of a hit with date and page."""
    return order_text(hit.order_id, hit.date, hit.page)


def orders_text(order_ids: Iterable[str], registry: Registry, page: int | None = None) -> Text:
    """Return all orders that name an identity, joined; an order the registry does not hold is shown by its id."""
    texts: list[Text] = []
    for order_id in order_ids:
        order = registry.order(order_id)
        day = order.date if order else ""
        texts.append(order_text(order_id, day, page, discipline=order is not None and order.is_discipline))
    return join(texts)


def join(texts: list[Text]) -> Text:
    """Join sentences' parts with semicolons."""
    joined = texts[0]
    for text in texts[1:]:
        joined = say("{first}; {next}", first=joined, next=text)
    return joined


def order_statement(registry: Registry, *, loaded: int, named: int, watched: int) -> Text:
    """Return the statement of rule S14: how fresh the list of orders is and how many watched marks stand in one.

    `loaded`: orders whose list of numbers is held; `named`: watched marks found in them.
    """
    return say(
        "Newest order known: {newest}. {orders} orders and decisions held (list of {version}), the numbers of {loaded} "
        "of them loaded. {named} of {watched} watched marks are named in one.",
        newest=registry.newest or say("none"),
        orders=len(registry.orders),
        version=registry.version,
        loaded=loaded,
        named=named,
        watched=watched,
    )


def is_stale(registry: Registry, as_of: date, stale_days: int) -> bool:
    """Whether the newest order known is older than `stale_days`; a date known only in part counts from its last day."""
    newest = registry.newest
    if not newest:
        return True
    padded = f"{newest}-12-31"[:10] if len(newest) == 4 else f"{newest}-28"[:10]
    return (as_of - date.fromisoformat(padded)).days > stale_days
