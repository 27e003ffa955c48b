"""The owner reads Chinese, her counsel the same in English: two messages, one telling."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from email.parser import BytesParser
from email.policy import default

from sqlalchemy import text

from tests.channels.servers import Desk, smtp_server
from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tmwatch.demo.corpus import PORTFOLIO_CSV
from tmwatch.store import open_engine, reading

TWO = PORTFOLIO_CSV.replace(
    "brand@lumenhaus.example;counsel@lumenhaus.example,en",
    "brand@lumenhaus.example;counsel@lumenhaus.example (en),zh-CN",
)
BOTH = {"brand@lumenhaus.example": "zh-CN", "counsel@lumenhaus.example": "en"}


def play(stage: Stage, desk: Desk) -> list[tuple[str, str, str, str]]:
    """Run both days, the second twice; return (recipient, language, number of the digest, message id) of each mail."""
    stage.watch(TWO)
    with smtp_server(desk) as port:
        stage.environ |= {"TMWATCH_MAIL_URL": f"smtp://127.0.0.1:{port}", "TMWATCH_MAIL_SENDER": "w@tmwatch.example"}
        for day, now in ((1, MORNING), (2, NEXT_DAY), (2, NEXT_DAY + timedelta(hours=1))):
            stage.serve_day(day)
            assert stage.run(now).complete
    found = []
    for one in desk.received:
        (to,) = one.rcpt_tos
        if to in BOTH:
            mail = BytesParser(policy=default).parsebytes(one.original_content or b"")
            words = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
            language = "zh-CN" if "查询情况" in words else "en"
            number = words.strip().rpartition("\r\n")[2].split(" · ")[0].rsplit(" ", 1)[-1]
            found.append((to, language, number, str(mail["Message-ID"])))
    return found


def test_each_reads_her_own_language_and_both_get_the_same_digests(stage: Stage) -> None:
    found = play(stage, Desk())
    assert all(BOTH[to] == language for to, language, _number, _id in found)
    numbers = {to: [number for who, _, number, _ in found if who == to] for to in BOTH}
    assert numbers["brand@lumenhaus.example"] == numbers["counsel@lumenhaus.example"]
    assert len(numbers["brand@lumenhaus.example"]) >= 3  # first report, alert, digest
    assert max(Counter(one[3] for one in found).values()) == 1


def test_every_change_is_told_in_one_message_of_the_ledger_and_its_copy_has_none(lite: Stage) -> None:
    play(lite, Desk())
    mine = [one for one in lite.messages() if one.client == "Lumenhaus"]
    kinds = Counter(one.kind for one in mine)
    assert kinds["copy"] == len(mine) - kinds["copy"] >= 3
    engine = open_engine(lite.database_url)
    with reading(engine) as conn:
        copies = conn.execute(
            text("SELECT count(*) FROM message_items i JOIN messages m ON m.id = i.message WHERE m.kind = 'copy'")
        ).scalar_one()
    engine.dispose()
    assert copies == 0
    assert all(
        [d.recipient for d in one.deliveries] == ["counsel@lumenhaus.example"] for one in mine if one.kind == "copy"
    )


def test_in_the_outbox_folder_each_language_is_a_file(lite: Stage) -> None:
    lite.watch(TWO)
    lite.serve_day(1)
    assert lite.run().complete
    assert "查询情况" in lite.text("lumenhaus", 1)
    assert "What was checked" in lite.text("lumenhaus", 2)
    assert not list((lite.folder / "mail").glob("kestrel-pet-*-2-*"))
