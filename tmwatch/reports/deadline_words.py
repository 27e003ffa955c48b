"""Deadlines in words: what must be filed, in which period, how far it came."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from tmwatch.deadlines import Deadline
from tmwatch.digest.wording import Words, clean
from tmwatch.text import N_

KINDS = {
    "section_8": N_("Section 8 declaration of use"),
    "section_8_9": N_("Sections 8 and 9: declaration of use and renewal"),
    "section_15": N_("Section 15 declaration of incontestability (optional)"),
    "section_71": N_("Section 71 declaration of use"),
    "section_71_9": N_("Section 71 declaration of use (ten-year period)"),
    "international_renewal": N_("Renewal of the international registration at WIPO"),
    "office_action": N_("Answer to the Office action"),
    "post_registration_action": N_("Answer to the post-registration action"),
    "statement_of_use": N_("Statement of use or extension request"),
    "opposition_window": N_("End of the period in which others may oppose"),
    "revival": N_("Petition to revive the application"),
    "director_petition": N_("Petition to the Director"),
    "reconsideration": N_("Request for reconsideration"),
    "expungement_answer": N_("Answer in the expungement proceeding"),
    "reexamination_answer": N_("Answer in the reexamination proceeding"),
    "ttab_answer": N_("Answer before the Trademark Trial and Appeal Board"),
    "order_response": N_("Response to the order"),
    "transformation": N_("Transformation into a national application"),
}
STATES = {
    "open": N_("open"),
    "filed": N_("filed, not yet accepted"),
    "refused": N_("refused, an answer is needed"),
    "overdue": N_("overdue"),
}
NOT_RECEIVED = "notice not received"
_PERIOD = re.compile(r"(year|decade) (\d+)( rest)?")


def title(one: Deadline, words: Words) -> str:
    """Return "Section 8 declaration of use (year 6)"."""
    kind = words.gettext(KINDS[one.kind]) if one.kind in KINDS else clean(one.kind.replace("_", " "))
    told = _period(one.period, words)
    return words.say("{kind} ({period})", kind=kind, period=told) if told else kind


def state(one: Deadline, words: Words) -> str:
    """Return how far it came."""
    return words.gettext(STATES[one.state]) if one.state in STATES else clean(one.state)


def is_filed(one: Deadline) -> bool:
    """Whether the paper is at the Office and waits there."""
    return one.state == "filed"


def next_of(deadlines: Iterable[Deadline]) -> Deadline | None:
    """Return the first deadline whose paper is not at the Office yet."""
    waiting = (one for one in deadlines if one.due and not is_filed(one))
    return min(waiting, key=lambda one: one.due or date.max, default=None)


def _period(period: str, words: Words) -> str:
    """Return what tells two deadlines of one kind apart, in words; "" when there is nothing to tell."""
    found = _PERIOD.fullmatch(period)
    if found:
        name = words.say("year {n}", n=found[2]) if found[1] == "year" else words.say("decade {n}", n=found[2])
        return words.say("{period}, the rest", period=name) if found[3] else name
    if period == NOT_RECEIVED:
        return words.gettext("when the notice was not received")
    if period.startswith("extension denied "):
        return words.say("extension denied {day}", day=words.written_day(period.removeprefix("extension denied ")))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", period):
        return words.say("of {day}", day=words.written_day(period))
    return clean(period, 60)
