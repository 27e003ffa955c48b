"""What goes wrong is told in the user's language; programs, logs and the ledger keep the English."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tmwatch import case_numbers, reading
from tmwatch.channels import channel_for
from tmwatch.digest.tongue import tongue
from tmwatch.digest.wording import words
from tmwatch.errors import (
    Busy,
    FormatError,
    PermanentDelivery,
    PortfolioError,
    SchemaError,
    SettingsError,
    TmwatchError,
    TransientDelivery,
)
from tmwatch.findings import Severity
from tmwatch.pipeline.order_lists import pages_text
from tmwatch.pipeline.tsdr_pass import Failure
from tmwatch.portfolio_rows import RawTable, read_watches
from tmwatch.portfolio_words import without_place
from tmwatch.sanction_registry import read_additions
from tmwatch.settings import load
from tmwatch.sources import portfolio_file, tsdr_answer
from tmwatch.sources.base import about
from tmwatch.sources.http import Reply
from tmwatch.sources.strict_json import Node, load_object
from tmwatch.store import health, leases, open_engine, schema
from tmwatch.store.runs import why_of
from tmwatch.text import LINES, SEMICOLONS, Text, chain, say

CHINESE = tongue("zh-CN")
NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)


def chinese(said: str | Text) -> str:
    """Return what a Chinese user reads."""
    return CHINESE.plain(said)


def raised(error: type[TmwatchError], call: object, *args: object, **more: object) -> TmwatchError:
    """Return the error that a call raises."""
    with pytest.raises(error) as caught:
        call(*args, **more)  # type: ignore[operator]  # every caller gives a function
    return caught.value


def test_a_refused_key_is_told_in_chinese_and_stays_english_for_programs() -> None:
    reply = Reply(401, "https://tsdrapi.example/x", "text/plain", {}, b"")
    error = raised(TmwatchError, tsdr_answer.judge, reply, NOW)
    assert str(error).startswith("TSDR did not take the key in tsdr.api_key (401)")
    assert chinese(error.said).startswith("TSDR 不接受 tsdr.api_key 中的密钥（401）")
    assert tsdr_answer.KEY_PAGE in chinese(error.said)


def test_an_error_that_names_what_it_is_about_is_chinese_to_the_last_word() -> None:
    error = raised(FormatError, load_object, b"[]", say("the TSDR answer"))
    assert (str(error), chinese(error.said)) == (
        "the TSDR answer is JSON but no object",
        "TSDR 的答复：这是 JSON，但不是对象",
    )
    wrong = raised(FormatError, Node({"x": 1.5}, "trademark", set()).whole, "x")
    assert (str(wrong), chinese(wrong.said)) == (
        "trademark.x is not a whole number or text",
        "trademark.x 不是整数或文本",
    )


def test_what_an_error_is_about_is_named_once() -> None:
    named = FormatError(say("{what} holds an encrypted entry; refused", what="apc260105.zip"))
    bare = FormatError(say("the daily file goes on after its end with text"))
    assert about("apc260105.zip", named) == named.said
    assert str(about("apc260105.zip", bare)) == "apc260105.zip: the daily file goes on after its end with text"


def test_every_bad_row_of_a_portfolio_is_told_in_chinese() -> None:
    table = RawTable(
        "p.csv", ("serial_number", "emails", "Colour"), ((2, ("97A", "x@y.example", "")), (3, ("", "x", "")))
    )
    found = read_watches(table)
    assert [chinese(problem) for problem in found.problems] == [
        "第 2 行：serial_number：'97A' 含有字母或符号；号码只能是数字",
        "第 3 行：需要 serial_number 或 registration_number",
        "第 3 行：emails：'x' 不是电子邮箱地址",
    ]
    assert [chinese(note) for note in found.notes] == ["p.csv：不认识列 'Colour'"]
    assert str(without_place(found.problems[1])) == "needs a serial_number or a registration_number"


def test_a_file_that_is_no_portfolio_is_told_in_chinese() -> None:
    error = raised(PortfolioError, portfolio_file.parse, b"%PDF-1.7", "list.pdf")
    assert (str(error), chinese(error.said)) == (
        "list.pdf is a PDF; a portfolio is CSV or XLSX",
        "list.pdf 是 PDF；商标清单应为 CSV 或 XLSX",
    )


@pytest.mark.parametrize(
    ("read", "value", "english", "translated"),
    [
        (
            case_numbers.case_number,
            "1234",
            "'1234' has 4 digits; a serial number has 8",
            "'1234' 有 4 位数字；申请号应有 8 位",
        ),
        (reading.timezone, "Asia/Beijing", "did you mean Asia/Shanghai?", "您是不是想写 Asia/Shanghai？"),
        (lambda v: reading.choice(v, reading.SEVERITIES), "hihg", "; did you mean high?", "；您是不是想写 high？"),
        (Severity.parse, "bad", "'bad' is no severity", "'bad' 不是严重程度"),
    ],
)
def test_a_value_that_cannot_be_taken_says_so_in_both_languages(
    read: object, value: str, english: str, translated: str
) -> None:
    with pytest.raises(reading.Unfit) as caught:
        read(value)  # type: ignore[operator]  # a reader of values
    assert english in str(caught.value)
    assert translated in chinese(reading.said_by(caught.value))


def test_an_error_of_a_library_is_quoted_as_it_is() -> None:
    assert reading.said_by(ValueError("invalid literal")) == "invalid literal"


def test_a_mail_server_that_is_not_there_is_told_phase_by_phase_in_chinese() -> None:
    channel = channel_for("smtp://127.0.0.1:9", sender="a@tmwatch.example", timeout=5.0)
    error = raised(TransientDelivery, channel.deliver, b"x", "b@tmwatch.example")
    assert chinese(error.said) == "邮件服务器 127.0.0.1:9，连接时：连接被拒绝；请检查 mail.url 中的主机和端口"
    nobody = raised(PermanentDelivery, channel.deliver, b"x", "nobody")
    assert chinese(nobody.said) == "nobody 不是电子邮箱地址：请在商标清单中更正"


def test_a_folder_that_cannot_be_written_says_why_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "box").write_text("a file, no folder")
    error = raised(TransientDelivery, channel_for(f"file:{tmp_path / 'box' / 'mail'}").deliver, b"x", "anybody")
    assert "路径中有一段是文件；请把 mail.url 设为别的文件夹" in chinese(error.said)


def test_a_wrong_setting_of_the_mail_is_told_in_chinese() -> None:
    error = raised(SettingsError, channel_for, "pigeon:loft")
    assert (str(error), chinese(error.said)) == (
        "mail.url names no channel tmwatch has; it must begin with one of smtp:, smtps:, file:",
        "mail.url 写的不是 tmwatch 支持的发送方式；必须以下列之一开头：smtp:, smtps:, file:",
    )


def test_rows_of_the_operators_own_list_are_named_in_chinese() -> None:
    rows = "\n".join(["kind,value,order_id", "email,,X", "colour,red,X", "serial,12,X", "person,,X"])
    error = raised(TmwatchError, read_additions, rows, "sanctions.csv")
    assert str(error).startswith("sanctions.csv: row 2: value is empty; row 3: kind 'colour' is none of email, ")
    assert str(error).endswith("; row 4: '12' is no serial number of 8 digits (and 1 more)")
    assert chinese(error.said).startswith("sanctions.csv：第 2 行：value 为空；第 3 行：kind 'colour' 不在可选值之内：")
    assert chinese(error.said).endswith("；第 4 行：'12' 不是 8 位的申请号（另有 1 处）")


def test_pages_are_counted_as_each_language_counts_them() -> None:
    assert [str(pages_text(pages)) for pages in ([3], [3, 4, 9], range(1, 60, 2))] == [
        "page 3",
        "pages 3-4, 9",
        "pages 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and 18 more",
    ]
    assert chinese(pages_text([3, 4, 9])) == "第 3-4, 9 页"


def test_why_a_mark_was_not_checked_comes_back_from_the_ledger_in_any_language() -> None:
    failure = Failure("tsdr", say("TSDR is in trouble (HTTP {status})", status=503), serial_number="97000001")
    assert failure.to_json()["error"] == "TSDR is in trouble (HTTP 503)"
    row = failure.to_json() | failure.sentence()
    assert words("zh-CN", "UTC").reason(why_of(row)) == "TSDR 出现故障（HTTP 503）"
    assert words("en", "UTC").reason(why_of(row)) == "TSDR is in trouble (HTTP 503)"
    assert why_of(failure.to_json()) == "TSDR is in trouble (HTTP 503)"  # as an older program kept it
    assert Failure("tsdr", "plain").sentence() == {}


def test_sentences_stand_side_by_side_in_each_language() -> None:
    parts = [say("the disk is full; free some space"), "SQLITE_FULL", say("no answer in time")]
    assert str(chain(parts, SEMICOLONS)) == "the disk is full; free some space; SQLITE_FULL; no answer in time"
    assert chinese(chain(parts, SEMICOLONS)) == "磁盘已满；请腾出空间；SQLITE_FULL；没有及时回应"
    assert str(chain(["a", "b"], LINES)) == "a\nb"
    assert chain([], LINES) == ""


def test_an_unknown_setting_and_a_wrong_value_are_told_in_chinese_a_line_each(tmp_path: Path) -> None:
    file = tmp_path / "tmwatch.toml"
    file.write_text("[tsdr]\napi_kye = 'x'\n[xyzzy]\nloft = 1\n")
    unknown = raised(SettingsError, load, file, {}, tmp_path)
    assert str(unknown).splitlines()[0] == f"{file}: unknown setting tsdr.api_kye; did you mean tsdr.api_key?"
    assert chinese(unknown.said).splitlines() == [
        f"{file}：不认识设置 tsdr.api_kye；您是不是想写 tsdr.api_key？",
        f"{file}：不认识设置 xyzzy",
    ]
    wrong = {"TMWATCH_TSDR_BATCH_SIZE": "0", "TMWATCH_TSDR_TIMEOUT": "soon", "TMWATCH_MAIL_URL": "pigeon:loft"}
    error = raised(SettingsError, load, None, wrong | {"XDG_CONFIG_HOME": str(tmp_path)}, tmp_path / "elsewhere")
    assert sorted(str(error).splitlines()) == [
        "mail.url: must be file:FOLDER, smtp://user:password@host:587 or smtps://user:password@host:465 "
        "(from TMWATCH_MAIL_URL)",
        "tsdr.batch_size: must be greater than or equal to 1 (from TMWATCH_TSDR_BATCH_SIZE)",
        "tsdr.timeout: must be a valid number, unable to parse string as a number (from TMWATCH_TSDR_TIMEOUT)",
    ]
    assert sorted(chinese(error.said).splitlines()) == [
        "mail.url：必须是 file:FOLDER、smtp://user:password@host:587 或 smtps://user:password@host:465"
        "（来自 TMWATCH_MAIL_URL）",
        "tsdr.batch_size：必须大于或等于 1（来自 TMWATCH_TSDR_BATCH_SIZE）",
        "tsdr.timeout：必须是数字，而写的文字不能当作数字（来自 TMWATCH_TSDR_TIMEOUT）",
    ]


def test_another_run_and_a_database_of_another_time_are_told_in_chinese(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 't.db'}"
    absent = raised(SchemaError, schema.check, url)
    first = "begin with tmwatch init, or for the database alone run: tmwatch db upgrade"
    assert str(absent) == f"the database {tmp_path / 't.db'} is not there yet or empty; {first}"
    begin = "请先运行 tmwatch init；只要数据库时请运行：tmwatch db upgrade"
    assert chinese(absent.said) == f"数据库 {tmp_path / 't.db'}：尚不存在或是空的；{begin}"
    schema.upgrade(url)
    engine = open_engine(url)
    leases.acquire_lock(engine, "run", "one", NOW, 60.0)
    busy = raised(Busy, leases.acquire_lock, engine, "run", "two", NOW, 60.0)
    engine.dispose()
    assert str(busy).startswith("another run is active: pid ")
    assert chinese(busy.said).startswith("另一次运行正在进行：")
    assert "始于 2026-11-23 13:00:00 UTC；请等它结束，或终止它" in chinese(busy.said)


def test_why_a_source_failed_comes_back_from_the_database_as_a_sentence(tmp_path: Path) -> None:
    schema.upgrade(f"sqlite:///{tmp_path / 't.db'}")
    engine = open_engine(f"sqlite:///{tmp_path / 't.db'}")
    with engine.begin() as conn:
        health.note_ok(conn, "page of orders", NOW, None, {"documents": {"x": 1}})
        health.note_failure(conn, "page of orders", NOW, say("{host} did not answer in time", host="uspto.example"))
        health.note_failure(conn, "tsdr", NOW, "HTTP 503")
        known = health.load_health(conn)
    engine.dispose()
    page = known["page of orders"]
    assert (page.last_error, chinese(page.why or "")) == (
        "uspto.example did not answer in time",
        "uspto.example 没有及时应答",
    )
    assert (page.detail or {})["documents"] == {"x": 1}
    assert (known["tsdr"].why, known["tsdr"].detail) == ("HTTP 503", None)
