"""Assignments and proceedings before the Board in words, from what the ledger keeps of them (joined_lists)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tmwatch.text import N_, Text, say

# TTAB type codes and states of a proceeding (TTAB XML DTD Element Mapping V1.0)
KINDS = {
    "OPP": N_("Opposition"),
    "CAN": N_("Cancellation"),
    "CNU": N_("Concurrent use"),
    "INT": N_("Interference"),
    "EXT": N_("Extension of time to oppose"),
    "EXA": N_("Ex parte appeal"),
}
STATES = {
    "1": N_("not instituted"),
    "2": N_("pending"),
    "3": N_("ready for final decision"),
    "4": N_("awaiting the end of the appeal period"),
    "5": N_("pending reconsideration"),
    "6": N_("pending reinstatement"),
    "7": N_("appealed to a court"),
    "8": N_("suspended"),
    "9": N_("terminated"),
    "A": N_("consolidated"),
    "B": N_("dismissed or dissolved as a nullity"),
    "C": N_("dismissed or dissolved as a nullity"),
    "D": N_("dismissed or dissolved as a nullity"),
    "E": N_("dismissed or dissolved as a nullity"),
    "F": N_("extension not filed"),
    "G": N_("opposition not filed"),
    "H": N_("filed late"),
    "I": N_("filed late"),
    "J": N_("filed too early"),
    "K": N_("filed too early"),
    "L": N_("opposition refused"),
    "M": N_("forwarded to issue"),
    "N": N_("appeal not entertained"),
    "O": N_("abandoned after publication"),
    "P": N_("institution vacated"),
}


def ttabvue(number: str) -> str:
    """Return the address of a proceeding's page at TTABVUE."""
    return f"https://ttabvue.uspto.gov/ttabvue/v?pno={number}"


def proceeding_words(told: Mapping[str, Any]) -> Text:
    """Say kind, number, day, parties, state, answer date and page of a proceeding."""
    kind = str(told.get("kind", ""))
    words = say(
        "{kind} {number}", kind=say(KINDS.get(kind, N_("Proceeding"))), number=told.get("number") or say("of no number")
    )
    if told.get("filed"):
        words = say("{words} of {date}", words=words, date=_day(told["filed"]))
    if told.get("plaintiffs"):
        named = N_("{words}, appellant {names}") if kind == "EXA" else N_("{words}, plaintiff {names}")
        words = say(named, words=words, names=_names(told["plaintiffs"]))
    if told.get("defendants"):
        words = say("{words}, defendant {names}", words=words, names=_names(told["defendants"]))
    if told.get("expungements"):
        named = N_("{words}, expungement or reexamination proceeding {numbers}")
        words = say(named, words=words, numbers=_names(told["expungements"]))
    words = say("{words}, {state}", words=words, state=state_words(told))
    return say("{words}; {link}", words=words, link=ttabvue(str(told["number"]))) if told.get("number") else words


def state_words(told: Mapping[str, Any]) -> Text:
    """Say in which state a proceeding is, and when the answer is due while that is open."""
    code = told.get("status")
    state = say(STATES[code]) if code in STATES else say("state {code}", code=code or say("not told"))
    if told.get("answer_due") and code in (None, "2", "6"):
        return say("{state}, answer due {date}", state=state, date=_day(told["answer_due"]))
    return state


def assignment_words(told: Mapping[str, Any]) -> Text:
    """Say reel and frame, day, conveyance and parties of an assignment."""
    if told.get("withdrawn"):
        return say("Assignment {reel_frame} was taken back by the Office", reel_frame=told.get("reel_frame"))
    return say(
        'Assignment {reel_frame} recorded on {date}: "{conveyance}", from {assignors} to {assignees}',
        reel_frame=told.get("reel_frame"),
        date=_day(told["recorded"]) if told.get("recorded") else say("unknown date"),
        conveyance=told.get("conveyance") or say("no text"),
        assignors=_names(told.get("assignors")) or say("not named"),
        assignees=_names(told.get("assignees")) or say("not named"),
    )


def _day(written: object) -> date | str:
    """Return a day written as ISO; anything else as it is."""
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        return str(written)


def _names(names: object) -> str:
    """Join names; a long list is cut, it is whole in the record."""
    listed = [str(name) for name in names] if isinstance(names, list | tuple) else []
    more = f", + {len(listed) - 5}" if len(listed) > 5 else ""
    return ", ".join(listed[:5]) + more
