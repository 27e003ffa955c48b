"""When an alert turns out wrong: the next message says so and answers it in the thread; what is merely over is not."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

from sqlalchemy import text

from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tests.pipeline.test_guard import cancelled, prepared
from tmwatch.store import open_engine

THIRD_DAY = NEXT_DAY + timedelta(days=1)


def corrects(stage: Stage) -> list[tuple[str, str | None]]:
    """(kind, corrected message) of every message, oldest first."""
    engine = open_engine(stage.database_url)
    with engine.connect() as conn:
        rows = conn.execute(text("SELECT kind, corrects FROM messages ORDER BY client, number")).all()
    engine.dispose()
    return [(row[0], row[1]) for row in rows]


def _last(stage: Stage) -> EmailMessage:
    return max(stage.mails(), key=lambda mail: (mail["Date"].datetime, str(mail["X-Tmwatch-Digest-Id"])))


def alerted(stage: Stage) -> None:
    """Two days, after which one client was alerted about a termination."""
    stage.watch(
        "client,emails,brand,serial_number,brand_registry_status\n"
        "Lumenhaus,b@lumenhaus.example,GLOWMOTH,88000004,enrolled\n"
    )
    stage.serve_day(1)
    stage.run()
    stage.serve_day(2)
    stage.run(NEXT_DAY)


def test_a_record_that_is_restored_after_an_alert_is_told_as_its_correction(stage: Stage) -> None:
    alerted(stage)
    stage.serve_day(1)
    stage.run(THIRD_DAY)
    alert = next(m for m in stage.messages() if m.kind == "alert")
    told = stage.text("lumenhaus", 1, "2026-11-26")
    assert "Corrections of earlier alerts" in told
    assert "The alert of Nov 25, 2026 said:" in told
    assert "no longer stands" in told
    assert ("digest", alert.id) in corrects(stage)
    mail = _last(stage)
    assert mail["In-Reply-To"] == alert.message_id
    assert str(mail["References"]).split()[-1] == alert.message_id
    assert len(str(mail["References"]).split()) == 2


def test_a_correction_is_told_once(lite: Stage) -> None:
    alerted(lite)
    lite.serve_day(1)
    lite.run(THIRD_DAY)
    lite.run(THIRD_DAY + timedelta(hours=1))
    lite.run(THIRD_DAY + timedelta(days=1))
    assert sum(one is not None for _kind, one in corrects(lite)) == 1


def test_what_clears_without_an_alert_is_cleared_and_no_correction(lite: Stage) -> None:
    lite.watch()
    lite.serve_day(1)
    lite.run()
    lite.serve_day(2)
    lite.run(NEXT_DAY)
    told = "".join(lite.text("northpine-outdoor", n, "2026-11-25") for n in (1, 2))
    assert "Cleared" in told
    assert "Correction" not in told
    assert [one for _kind, one in corrects(lite) if one] == []


def test_a_mark_that_got_worse_is_no_correction_of_its_alert(lite: Stage) -> None:
    alerted(lite)
    lite.run(THIRD_DAY)
    assert [one for _kind, one in corrects(lite) if one] == []


def test_an_anomaly_that_was_wrong_is_taken_back_at_once_in_answer_to_its_note(stage: Stage) -> None:
    cases = prepared(stage, 40)
    stage.serve([cancelled(case) for case in cases])
    stage.run(NEXT_DAY)
    stage.serve(cases)
    stage.run(THIRD_DAY)
    told = [(kind, one is not None) for kind, one in corrects(stage)]
    assert told == [("baseline", False), ("notice", False), ("notice", True)] * 2
    mail = _last(stage)
    assert "Correction of the notice of Nov 25, 2026" in str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert mail["In-Reply-To"] in {m.message_id for m in stage.messages() if m.kind == "notice"}
    stage.run(THIRD_DAY + timedelta(hours=1))
    assert len(corrects(stage)) == 6


def test_an_anomaly_that_still_stands_is_not_taken_back(lite: Stage) -> None:
    cases = prepared(lite, 40)
    lite.serve([cancelled(case) for case in cases])
    lite.run(NEXT_DAY)
    lite.run(NEXT_DAY + timedelta(hours=2))
    assert MORNING < NEXT_DAY
    assert [kind for kind, one in corrects(lite) if one] == []
