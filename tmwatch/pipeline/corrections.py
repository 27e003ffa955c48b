"""When an alert turns out wrong, the next message says so and answers it in the mail program's thread. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tmwatch.digest.model import Digest
from tmwatch.pipeline.news import Told, View, mark_name
from tmwatch.store.alerts import Alert
from tmwatch.text import Text, say


def corrected(digest: Digest, news: Iterable[Told], view: View, also: Alert | None = None) -> Digest:
    """Return the digest as an answer to the alerts it corrects, and to `also`, a message that it takes back."""
    found = [view.alerted[told.item.finding.identity] for told in news if told.item and told.item.corrects]
    found = sorted({*found, *([also] if also else [])}, key=lambda alert: (alert.day, alert.message))
    if not found:
        return digest
    return replace(digest, corrects=found[-1].message, replies_to=tuple(alert.message_id for alert in found))


def taken_back(view: View, note: Alert, marks: Iterable[str]) -> tuple[Text, ...]:
    """Say that an earlier note of an anomaly was about wrong data, and which marks read as before again."""
    names = ", ".join(f"{mark_name(view, serial)} ({serial})" for serial in marks)
    return (
        say("Correction of the notice of {day}: the USPTO's data read as before again.", day=note.day),
        say("Not lost: {marks}. No action is needed.", marks=names),
    )
