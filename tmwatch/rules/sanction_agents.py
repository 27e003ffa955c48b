"""Rules about who filed: identities named in orders (S08-S10) and a foreign owner without US attorney (S13).

Many names belong to victims: every sentence is "named in order X of DATE", with the strength of the match.
"""

from __future__ import annotations

from collections.abc import Iterator

from tmwatch import codes
from tmwatch.codes import Standing
from tmwatch.findings import Severity
from tmwatch.rules.base import Facts, Hit, rule
from tmwatch.sanction_match import COMMON_NAME_STRENGTH
from tmwatch.sanction_values import AgentMatch
from tmwatch.text import N_, Text, say

_HOME = frozenset({"US", "PR", "GU", "VI", "AS", "MP"})  # domiciled in the United States or its territories
_GROUPS = {"e-mail": "mail", "domain": "mail", "firm": "name", "brand": "name", "address": "address"}
_LIVE = (Standing.live_pending, Standing.live_registered)


def _matches(facts: Facts, *tiers: int) -> list[tuple[str, AgentMatch]]:
    """Return the matches of these tiers with the key of their finding: one an identity, the best agreement first."""
    chosen: dict[str, AgentMatch] = {}
    for one in facts.matches:
        if one.tier in tiers:
            chosen.setdefault(f"{one.what}|{one.value.casefold()}", one)
    return list(chosen.items())


def _evidence(one: AgentMatch) -> Text:
    """Say the reason and the strength of a match."""
    return say("{why}. Strength of the match: {percent} %", why=one.why, percent=round(one.strength * 100))


def _is_corroborated(facts: Facts, one: AgentMatch) -> bool:
    """Whether a second, different detail of the record points to the same order."""
    orders = set(one.order_ids)
    groups = {_GROUPS[m.what] for m in facts.matches if m.tier < 6 and orders & set(m.order_ids)}
    return len(groups) > 1


@rule(
    "S08",
    Severity.MEDIUM,
    action=N_(
        "Ask the filing firm who signed each paper and consider independent counsel; Amazon looks at this too. Many "
        "named attorneys are victims whose name was used: a name alone proves nothing."
    ),
    citation="37 CFR 2.17, 11.5, 11.14; 35 USC 32",
    letter="S",
)
def s08(facts: Facts) -> Iterator[Hit]:
    """A name on the record appears in an order or disciplinary decision."""
    for key, one in _matches(facts, 6):
        common = one.strength <= COMMON_NAME_STRENGTH
        severity = Severity.LOW if common and one.party_role != "attorney" else Severity.MEDIUM
        yield Hit(_evidence(one), key, severity=severity)


@rule(
    "S09",
    Severity.HIGH,
    action=N_(
        "The mark may belong to the same filing network: ask who signed each paper, hire independent US counsel, "
        "collect proof of real use and prepare a new application."
    ),
    citation="37 CFR 2.17(b), 2.18, 2.32(a)(4)",
    letter="S",
)
def s09(facts: Facts) -> Iterator[Hit]:
    """E-mail or domain in the record is named in an order."""
    for key, one in _matches(facts, 3):
        yield Hit(_evidence(one), key)


@rule(
    "S10",
    Severity.MEDIUM,
    action=N_("Ask the filing firm who signed each paper and consider independent US counsel."),
    citation="37 CFR 11.18(b)",
    letter="S",
)
def s10(facts: Facts) -> Iterator[Hit]:
    """Firm, brand or address in the record is named in an order."""
    for key, one in _matches(facts, 4, 5):
        if _is_corroborated(facts, one):
            evidence = say("{text}. A second detail of the record points to the same order", text=_evidence(one))
            yield Hit(evidence, key, severity=Severity.HIGH)
        else:
            yield Hit(_evidence(one), key)


@rule(
    "S13",
    Severity.MEDIUM,
    action=N_("Appoint a qualified US attorney before any paper is due."),
    citation="37 CFR 2.11(a), 2.17(a)",
    letter="S",
)
def s13(facts: Facts) -> Iterator[Hit]:
    """Foreign owner without US attorney of record."""
    mark = facts.mark
    told = "attorney" in mark.told and mark.attorney is None and mark.correspondent is not None
    if not told or codes.standing(mark.status_code, mark.registration_number) not in _LIVE:
        return
    abroad = [
        (owner.name, code) for owner in mark.current_owners if (code := _country(owner.address.country)) not in _HOME
    ]
    foreign = [(name, code) for name, code in abroad if code]
    if foreign:
        name, code = foreign[0]
        yield Hit(
            say("Owner {owner} has an address in {country}; the record names no attorney", owner=name, country=code)
        )


def _country(text: str | None) -> str | None:
    """Return the code of a country given as code or name, None when none is given; an unknown one stays as it is."""
    if not text or not text.strip():
        return None
    word = text.strip().upper()
    if word in ("USA", "UNITED STATES OF AMERICA"):
        return "US"
    return codes.countries().get(word, word)


AGENT_RULES = (s08, s09, s10, s13)
