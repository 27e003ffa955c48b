"""The operator's overview through a real database: once a day, every client, gone with a client that is erased."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

from tests.channels.servers import Desk, smtp_server
from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tmwatch.cli.opening import open_context
from tmwatch.digest.overview_mail import OPERATOR
from tmwatch.pipeline.due import run_due
from tmwatch.pipeline.run import Edges, Options
from tmwatch.store import erasing, open_engine, outbox, reading

WANTED = {"TMWATCH_DIGEST_OPERATOR": "boss@agency.example; deputy@agency.example"}


def overviews(stage: Stage) -> list[EmailMessage]:
    """The overviews in the outbox folder."""
    return [mail for mail in stage.mails() if str(mail["X-Tmwatch-Digest-Id"]).startswith("operator-")]


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


def test_a_run_sends_one_overview_a_day_with_every_client_most_at_stake_first(stage: Stage) -> None:
    stage.environ |= WANTED
    stage.watch()
    for day, now in ((1, MORNING), (2, NEXT_DAY)):
        stage.serve_day(day)
        assert stage.run(now).complete
        assert stage.run(now + timedelta(minutes=5)).complete
    first, second = overviews(stage)
    assert first["Subject"] == "1 of 3 clients in danger · 53 ASINs · $474,100 in 30 days"
    assert second["Subject"].startswith("2 of 3 clients in danger · 59 ASINs")
    told = text(second)
    order = [told.index(f": {name}") for name in ("Northpine Outdoor", "Lumenhaus", "Kestrel Pet")]
    assert order == sorted(order)
    assert "12 of 12 marks checked" in told
    assert told.count("Last mail: Nov 24, 2026") == 3
    assert "wait" not in told
    assert first["To"] == "boss@agency.example, deputy@agency.example"


def test_without_the_setting_there_is_none(lite: Stage) -> None:
    lite.watch()
    lite.serve_day(1)
    assert lite.run().complete
    assert overviews(lite) == []


def test_alerts_alone_and_an_empty_portfolio_make_none(lite: Stage) -> None:
    lite.environ |= WANTED
    lite.run()
    lite.watch()
    lite.serve_day(1)
    lite.run(options=Options(digests=False))
    assert overviews(lite) == []
    lite.run()
    assert len(overviews(lite)) == 1


def test_by_mail_each_address_gets_it_once(lite: Stage) -> None:
    desk = Desk()
    lite.environ |= WANTED
    lite.watch()
    lite.serve_day(1)
    with smtp_server(desk) as port:
        lite.environ |= {"TMWATCH_MAIL_URL": f"smtp://127.0.0.1:{port}", "TMWATCH_MAIL_SENDER": "w@tmwatch.example"}
        assert lite.run().complete
        assert lite.run(MORNING + timedelta(hours=1)).complete
    to = [one.rcpt_tos[0] for one in desk.received if one.rcpt_tos[0].endswith("agency.example")]
    assert sorted(to) == ["boss@agency.example", "deputy@agency.example"]


def test_the_daemon_makes_it_at_the_digests_hour_and_once(lite: Stage) -> None:
    lite.environ |= WANTED | {"TMWATCH_DIGEST_SEND_AT": "08:00"}
    lite.watch()
    lite.serve_day(1)
    early = MORNING - timedelta(hours=1)  # 06:00 in New York
    lite.run(early, act=due)
    assert overviews(lite) == []
    for minutes in (60, 61, 120, 600):
        lite.run(MORNING + timedelta(minutes=minutes), act=due)
    assert len(overviews(lite)) == 1
    lite.run(NEXT_DAY + timedelta(hours=2), act=due)
    assert len(overviews(lite)) == 2


def test_what_could_not_be_delivered_is_counted(lite: Stage) -> None:
    lite.environ |= WANTED
    lite.watch()
    lite.serve_day(1)
    lite.run(options=Options(send=False))
    lite.run(MORNING + timedelta(hours=17, minutes=30), options=Options(send=False))  # after midnight in New York
    newest = [one for one in lite.messages() if one.client == OPERATOR][-1]
    engine = open_engine(lite.database_url)
    with reading(engine) as conn:
        raw = outbox.raw_message(conn, newest.id)
    engine.dispose()
    assert raw
    told = text(BytesParser(EmailMessage, policy=default).parsebytes(raw))
    assert told.count("Last mail: never · 1 delivery waits") == 3
    assert "· 3 deliveries wait ·" in told


def test_erasing_a_client_takes_the_overviews_that_tell_of_her(stage: Stage) -> None:
    stage.environ |= WANTED
    stage.watch()
    stage.serve_day(1)
    stage.run()
    with open_context(stage.settings, lambda: NEXT_DAY) as ctx, ctx.engine.begin() as conn:
        found = erasing.erase(conn, "Kestrel Pet")
        left = {one.client for one in outbox.list_messages(conn)}
    assert found
    assert any(one.startswith("operator-") for one in found.messages)
    assert left == {"Lumenhaus", "Northpine Outdoor"}


def due(ctx, edges: Edges):  # type: ignore[no-untyped-def]
    """Do what is due; a tick at which nothing is due does nothing."""
    return run_due(ctx, edges)
