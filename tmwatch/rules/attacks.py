"""R rules about attacks: R14 (cancellation), R15 and R16 (expungement, reexamination), R17 (exposure to them)."""

from __future__ import annotations

from collections.abc import Iterator

from tmwatch.deadlines import add_years
from tmwatch.findings import Severity
from tmwatch.records import STATUS_NOT_TOLD, CaseFile, ProsecutionEvent
from tmwatch.rules.base import Facts, Hit, Rule, rule
from tmwatch.rules.evidence import (
    both,
    day_of,
    deadlines_of,
    doubted,
    event_words,
    events,
    follows,
    graded,
    is_registered,
    newest,
    open_event,
    standing_of,
    status_words,
)
from tmwatch.rules.proceedings_before_board import answer_due, pending
from tmwatch.text import N_, Text, say

_CANCELLATION = events("PETC/T CCCN/T")
_CANCELLATION_ENDED = events("CANG CAND CANT TTCG TTCD")
_PETITION = events("BPRE/I BPPR/I BPET/O")
_PETITION_ENDED = events(
    "BPXX/O BDXD/O BPRD/O BDRD/O BXPI/O BRPI/O BXOA/O BRXO/O BXO1/O BRX1/O DIPX/E DIPR/E BXNT/O BNTX/O BRNT/O BNTR/O "
    "C6AF/O C6AP/O C6BF/O C6BP/O"
)
# name -> (what shows that it is instituted, acts that wait for an answer, answers, ended)
_DIRECTOR = {
    "expungement": (
        events("BXPI/O BXOA/O DIPX/E BXO1/O BXFA/O BESF/O"),
        events("BXOA/O BXO1/O BXIR/O BXFA/O BESF/O"),
        events("BRXR/I BB3X/I BRFX/I BARX/T"),
        events("BXNT/O BNTX/O C6AF/O C6AP/O"),
    ),
    "reexamination": (
        events("BRPI/O BRXO/O DIPR/E BRX1/O BRFA/O BSRF/O"),
        events("BRXO/O BRX1/O BRIR/O BRFA/O BSRF/O"),
        events("BRRR/I BB3R/I BRFR/I BARR/T"),
        events("BRNT/O BNTR/O C6BF/O C6BP/O"),
    ),
}
_USE_OR_FOREIGN = frozenset({"1a", "1b", "44d", "44e"})


@rule(
    "R14",
    Severity.HIGH,
    action=N_(
        "An answer is due on the date in the notice of institution, usually 40 days; five years after registration the "
        "grounds are limited. Confirm with counsel"
    ),
    citation="15 USC 1064; 37 CFR 2.111-2.114",
    letter="K",
)
def cancellation_pending(facts: Facts) -> Iterator[Hit]:
    """TTAB cancellation pending."""
    if not is_registered(facts) and facts.mark.status_code != STATUS_NOT_TOLD:
        return
    running = pending(facts, "CAN", _CANCELLATION, _CANCELLATION_ENDED)
    for one in running:
        due = answer_due(facts, one.key)
        yield Hit(
            both(one.evidence, status_words(facts.mark)),
            key=one.key,
            severity=graded(facts, due, Severity.HIGH),
            deadline=due,
        )
    if not running and (facts.mark.status_code == 790 or "cancellation-pending-in" in facts.mark.flags):
        due = answer_due(facts, "")
        words = status_words(facts.mark)
        if "cancellation-pending-in" in facts.mark.flags:
            words = both(words, say("The record's flag says that a cancellation is pending"))
        yield Hit(words, severity=graded(facts, due, Severity.HIGH), deadline=due)


@rule(
    "R15",
    Severity.MEDIUM,
    action=N_("Evidence of use, class by class, can be gathered now. Confirm with counsel"),
    citation="15 USC 1066a-1066b; 37 CFR 2.91",
    letter="K",
)
def expungement_petition(facts: Facts) -> Iterator[Hit]:
    """Expungement/reexam petition filed."""
    event = open_event(facts, _PETITION, _PETITION_ENDED)
    if event is not None and standing_of(facts).is_live:
        yield Hit(both(event_words(event), say("No proceeding was instituted so far")))


@rule(
    "R16",
    Severity.CRITICAL,
    action=N_(
        "An answer with dated proof of use for every item is accepted until the day shown, one extension of a month "
        "can be asked; items without proof can be deleted"
    ),
    citation="37 CFR 2.93(b)(1); TMEP 1716.04(b)",
    letter="S",
)
def expungement_instituted(facts: Facts) -> Iterator[Hit]:
    """Expungement/reexam instituted.

    HIGH once the newest action was answered: the decision is awaited.
    """
    if not standing_of(facts).is_live:
        return
    for name, (instituted, acts, answers, ended) in _DIRECTOR.items():
        event = open_event(facts, instituted, ended)
        if event is None:
            continue
        act, answer = newest(facts, acts) or event, newest(facts, answers)
        if answer is not None and follows(answer, act):
            action = say("An answer is on record; the decision of the Office is awaited")
            words = _named(both(event_words(act), event_words(answer)), facts.mark, act, name)
            yield Hit(words, key=name, severity=Severity.HIGH, action=action)
        else:
            term = next(iter(deadlines_of(facts, f"{name}_answer")), None)
            words = event_words(event) if act is event else both(event_words(event), event_words(act))
            yield Hit(doubted(_named(words, facts.mark, act, name), term), key=name, deadline=day_of(term))


def _named(words: Text, mark: CaseFile, act: ProsecutionEvent, name: str) -> Text:
    """Add the number of the proceeding and the registrant, as far as entry, Board and record tell them."""
    letter = "E" if name == "expungement" else "R"
    told = [number for one in mark.proceedings for number in one.expungements if number.endswith(letter)]
    numbers = dict.fromkeys([act.proceeding_number, *told])
    listed = ", ".join(number for number in numbers if number)
    if listed:
        words = both(words, say("Proceeding {numbers}", numbers=listed))
    owners = ", ".join(dict.fromkeys(owner.name for owner in mark.current_owners))
    return both(words, say("Registrant: {owners}", owners=owners)) if owners else words


@rule(
    "R17",
    Severity.INFO,
    action=N_("A file with dated proof of use, kept current, answers such a petition. Confirm with counsel"),
    citation="15 USC 1066a, 1066b",
    letter="K",
    card_only=True,
)
def exposed_to_expungement(facts: Facts) -> Iterator[Hit]:
    """Vulnerable to expungement.

    Shown with the mark itself only, never in a digest.
    """
    mark = facts.mark
    bases = set(mark.basis_current or mark.basis_filed)
    if not is_registered(facts) or mark.registration_date is None or not bases & _USE_OR_FOREIGN:
        return
    start = mark.registration_date
    if add_years(start, 3) <= facts.as_of < add_years(start, 10):
        words = say(
            "Registered {date}: a petition for expungement is possible from {first} to {last}",
            date=start,
            first=add_years(start, 3),
            last=add_years(start, 10),
        )
        yield Hit(words, key="expungement")
    if facts.as_of < add_years(start, 5):
        words = say(
            "Registered {date}: a petition for reexamination is possible until {last}",
            date=start,
            last=add_years(start, 5),
        )
        yield Hit(words, key="reexamination")


ATTACK_RULES: tuple[Rule, ...] = (
    cancellation_pending,
    expungement_petition,
    expungement_instituted,
    exposed_to_expungement,
)
