"""The sanctions ladder: from the events and the status of one record to the stage it stands on.

Codes, texts and status values are the USPTO's (status table of 2023-06-20, event list of 2023); their order as stages
is an inference. Only the last K event by number counts, except that "restored to pendency" and "terminated" also
follow from the status.
"""

from __future__ import annotations

from datetime import date

from tmwatch import codes
from tmwatch.records import CaseFile, ProsecutionEvent
from tmwatch.sanction_values import Ladder, LadderStep, OrderHit

STAGE_OF_EVENT = {
    "KSNS/O": "under_review",
    "KSAD/S": "under_review",
    "KSNR/O": "show_cause",
    "KSCO/O": "show_cause",
    "KOFS/O": "ordered",
    "KONO/O": "ordered",
    "KNOT/O": "terminated",
    "KBOC/S": "terminated",
    "KSDR/S": "released",
}
SANCTION_CODES = frozenset(key.split("/")[0] for key in STAGE_OF_EVENT)
UNDER_REVIEW, TERMINATED = 973, 610
RESTORED = frozenset({715, 783})
REVIEW_MEANT_SINCE = date(2021, 1, 1)  # 973 meant "pending petition or court decision" in the table of 2015
_RESTORED_CODE = "7"  # cancellation-code: inadvertently issued and restored to pendency


def ladder(mark: CaseFile, hits: tuple[OrderHit, ...] = ()) -> Ladder:
    """Return the stage of `mark` and every step, oldest first. `hits`: its numbers in lists of orders."""
    events = sanction_events(mark)
    last = STAGE_OF_EVENT[events[-1].key] if events else None
    stage = _stage(mark, last, has_order(hits))
    if stage is None and not events:
        return Ladder()
    steps = [_step(event, STAGE_OF_EVENT[event.key]) for event in events]
    restored = restoring_event(mark)
    if restored and stage is not None:
        steps.append(_step(restored, "restored_to_pendency"))
    if stage and all(step.stage != stage for step in steps):
        steps.append(_status_step(mark, stage))
    return Ladder(stage, tuple(sorted(steps, key=lambda step: step.date)))


def sanction_events(mark: CaseFile) -> tuple[ProsecutionEvent, ...]:
    """Return the known K events of a record, first to last (by number; by date where a number is missing)."""
    known = [event for event in mark.events if event.key in STAGE_OF_EVENT]
    if all(event.number is not None for event in known):
        return tuple(sorted(known, key=lambda event: (event.number or 0, event.date)))
    # Without a number, the order of the record (newest first) decides between events of one day.
    known.reverse()
    return tuple(sorted(known, key=lambda event: event.date))


def restoring_event(mark: CaseFile) -> ProsecutionEvent | None:
    """Return the newest CRTP/C that no later registration undid. Type R is an end-of-list marker, not an event.

    Undone by a later R.PR, or by a registered status dated after it; a registered status as old as it proves nothing.
    """
    found = [event for event in mark.events if event.key == "CRTP/C"]
    if not found:
        return None
    newest = max(found, key=_position)
    undone = any(e.code == "R.PR" and _position(e) > _position(newest) for e in mark.events)
    registered = codes.standing(mark.status_code, mark.registration_number) is codes.Standing.live_registered
    undone = undone or (registered and mark.status_date is not None and mark.status_date > newest.date)
    return None if undone else newest


def is_restored(mark: CaseFile) -> bool:
    """Whether the record says that the registration is cancelled and restored to pendency (or reconsidered)."""
    if mark.status_code in RESTORED:
        return True
    if restoring_event(mark) is not None:
        return True
    cancelled = codes.standing(mark.status_code, mark.registration_number) is not codes.Standing.live_registered
    return mark.cancellation_code == _RESTORED_CODE and cancelled


def has_order(hits: tuple[OrderHit, ...]) -> bool:
    """Whether a number of the mark stands in an order (decisions about a practitioner list no marks)."""
    return any(not hit.type.startswith("oed_") for hit in hits)


def has_open_signal(mark: CaseFile, hits: tuple[OrderHit, ...]) -> bool:
    """Whether a sanction is in play: an order names the mark, or the last K event is no release."""
    events = sanction_events(mark)
    return has_order(hits) or bool(events and STAGE_OF_EVENT[events[-1].key] != "released")


def _stage(mark: CaseFile, last: str | None, ordered: bool) -> str | None:
    """Decide the one stage that stands now, the gravest sign first."""
    open_event = last is not None and last != "released"
    if mark.status_code == TERMINATED or last == "terminated":
        return "terminated"
    if is_restored(mark) and (open_event or ordered):
        return "restored_to_pendency"
    if last in ("ordered", "show_cause"):
        return last
    if last == "under_review" or (mark.status_code == UNDER_REVIEW and (last is not None or _means_review(mark))):
        return "under_review"
    return last


def _means_review(mark: CaseFile) -> bool:
    """Whether 973 on this record has its present meaning; an unknown date counts as present."""
    return mark.status_date is None or mark.status_date >= REVIEW_MEANT_SINCE


def _position(event: ProsecutionEvent) -> tuple[date, int]:
    """Order events by day, then number."""
    return event.date, event.number or 0


def _step(event: ProsecutionEvent, stage: str) -> LadderStep:
    """Turn an event into a step."""
    text = event.description or codes.event_text(event.code, event.type) or event.key
    return LadderStep(stage, event.date, event.key, text)


def _status_step(mark: CaseFile, stage: str) -> LadderStep:
    """Turn the status (or the cancellation code) into a step; without a date, the day of the record stands."""
    day = mark.status_date or mark.provenance.as_of.date()
    if stage == "restored_to_pendency" and mark.status_code not in RESTORED:
        return LadderStep(stage, mark.cancellation_date or day, f"cancellation code {_RESTORED_CODE}",
                          "INADVERTENTLY ISSUED AND RESTORED TO PENDENCY")  # fmt: skip
    text = mark.status_text or codes.status_text(mark.status_code) or ""
    return LadderStep(stage, day, f"status {mark.status_code}", text)
