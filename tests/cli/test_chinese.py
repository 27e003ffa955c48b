"""The command line in Chinese: by the locale or by digest.language; what the USPTO writes stays English."""

from __future__ import annotations

import errno
import json
import os
import re
from datetime import datetime

import pytest

from tests.cli.conftest import NOW, Cli
from tests.test_catalogue import ENGLISH_WORDS, TYPED
from tmwatch.cli import console, main
from tmwatch.cli.invocation import Invocation
from tmwatch.codes import status_text
from tmwatch.demo import corpus
from tmwatch.demo.stub import StubState
from tmwatch.digest.catalogues import glossary
from tmwatch.rules import RULES

LANG = "zh_CN.UTF-8"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def zh(watching: Cli) -> Cli:
    """The invented portfolio on a Chinese machine."""
    watching.environ["LANG"] = LANG
    return watching


def office_texts() -> list[str]:
    """What the USPTO writes of the invented cases, where the law is written, its terms beside ours: longest first."""
    cases = corpus.days(NOW.date()).first.values()
    texts = {text for case in cases for text in (case.status_text, case.owner, *(event[3] for event in case.events))}
    texts |= set(glossary("zh-CN")[0].values())
    texts |= {status_text(case.status) or "" for case in cases} | {rule.citation for rule in RULES}
    return sorted(texts - {""}, key=len, reverse=True)


def english_in(text: str) -> list[str]:
    """Return every four English words in a row that no office wrote and nobody types."""
    for quoted in office_texts():
        text = text.replace(quoted, "")
    return ENGLISH_WORDS.findall(TYPED.sub("", text))


@pytest.mark.parametrize(
    "args",
    [
        ("check", "--offline", "88000004", "88000006", "88000007", "88000011"),
        ("doctor",),
        ("portfolio", "list"),
        ("runs",),
        ("outbox", "list"),
        ("orders", "list"),
        ("orders", "hits"),
        ("rules",),
        ("rules", "C05"),
        ("report",),
        ("digest", "preview", "--client", "Nobody"),
        ("ack", "88000004", "--until", "2030-01-01", "--note", "x"),
        ("portfolio", "remove", "--client", "Lumenhaus", "--everything"),
        ("notify", "test"),
        ("db", "check"),
    ],
    ids=" ".join,
)
def test_what_a_command_says_is_chinese(zh: Cli, args: tuple[str, ...]) -> None:
    done = zh(*args)
    assert done.code in (0, 1, 2), done.err
    assert CHINESE.search(done.out + done.err)
    lines = [line for line in (done.out + done.err).splitlines() if args != ("outbox", "list") or "上次错误" in line]
    assert english_in("\n".join(lines)) == []


def test_a_run_and_its_troubles_are_told_in_chinese_and_its_ledger_is_english(zh: Cli, tsdr: StubState) -> None:
    tsdr.missing = {corpus.MISSING}
    done = zh("run", "--no-send")
    assert done.code == 3
    assert done.lines[0] == "已查询 11/12 个商标"
    assert f"未查询：{corpus.MISSING}：TSDR 没有这个案件，或它尚未公开（404）" in done.err
    assert english_in(done.out + done.err) == []
    assert "TSDR 没有这个案件" in zh("runs").out
    assert "TSDR knows no such case" in zh("runs", LANG="C").out


def test_dates_moments_and_severities_are_written_as_in_china(zh: Cli) -> None:
    shown = zh("check", "--offline", "88000004").out
    assert "2026年11月" in shown
    assert re.search(r"数据截至 2026年11月22日 13:00 UTC", shown)
    assert not re.search(r"\d{4}-\d{2}-\d{2}", re.sub(r"reviewed|名录截至[\d-]+", "", shown))
    for word in ("现状", "有效，已注册", "风险："):
        assert word in shown
    assert "HIGH" not in shown


def test_json_is_the_same_in_every_language(zh: Cli) -> None:
    for args in (("check", "--offline", "88000004", "--json"), ("orders", "list", "--json"), ("rules", "--json")):
        chinese, english = (json.loads(zh(*args, LANG=language).out) for language in (LANG, "C"))
        assert chinese == english


def test_the_language_of_the_settings_counts_without_a_locale(ready: Cli) -> None:
    ready.write("config/tmwatch.toml", '[digest]\nlanguage = "zh-CN"\n')
    assert "没有受监控的商标" in ready("portfolio", "list", LANG="C").out
    assert "没有规则" in ready("rules", "Z9", TMWATCH_DIGEST_LANGUAGE="zh-CN").err
    assert "there is no rule" in ready("rules", "Z9", LANG="C").err  # no setting is read for the rules


def test_nothing_of_one_call_is_left_for_the_next(zh: Cli) -> None:
    english = zh("portfolio", "list", LANG="C").out
    assert zh("portfolio", "list").out != english
    assert console.language() == "en"
    assert zh("portfolio", "list", LANG="C").out == english
    assert zh("foo", LANG="C").err == "tmwatch: No such command 'foo'. See: tmwatch --help\n"


def test_errors_and_the_rows_of_a_file_are_told_in_chinese(zh: Cli) -> None:
    zh.write("p.csv", "number,brand\n12,x\n88000002,y\n")
    done = zh("portfolio", "import", "p.csv")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0] == "tmwatch: 1 行无法导入；没有导入任何内容（--partial 可导入没有问题的行）"
    assert done.err.splitlines()[1].startswith("  第 2 行：")
    assert english_in(done.err) == []
    assert "没有这个文件或文件夹" in zh("portfolio", "import", "gone.csv").err


def test_a_broken_configuration_is_told_line_by_line_in_chinese(zh: Cli) -> None:
    done = zh("doctor", TMWATCH_TSDR_APIKEY="x", TMWATCH_MAIL_URLS="x")
    assert done.code == 2
    assert len([line for line in done.lines if line.startswith("失败  配置")]) == 2
    assert english_in(done.out) == []


def test_what_the_demonstration_tells_and_mails_is_chinese(cli: Cli) -> None:
    cli.environ["LANG"] = LANG
    done = cli("demo")
    assert (done.code, done.err) == (0, "")
    assert english_in(done.out) == []
    subjects = [line for line in done.lines if re.match(r"  2026年\d+月\d+日  ", line)]
    assert len(subjects) == 9
    assert all(CHINESE.search(line.split(":", 1)[1]) for line in subjects)
    page = (cli.folder / "tmwatch-demo" / "report.html").read_text("utf-8")
    assert '<html lang="zh-CN">' in page


def test_a_bug_is_reported_in_chinese(ready: Cli) -> None:
    def now() -> datetime:
        raise LookupError("x")

    assert main(["doctor"], Invocation({"LANG": LANG}, ready.folder, now)) == 70
    shown = ready.capture.readouterr().err
    assert shown.startswith("tmwatch: 内部错误：LookupError，位置 test_chinese.py:")
    assert english_in(shown) == []


def test_a_disk_that_refuses_says_so_in_chinese(ready: Cli) -> None:
    def now() -> datetime:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/x")

    assert main(["doctor"], Invocation({"LANG": LANG}, ready.folder, now)) == 3
    assert ready.capture.readouterr().err == "tmwatch: 磁盘空间已满：/data/x\n"


def test_an_option_that_cannot_be_read_says_how_it_is_written(ready: Cli) -> None:
    done = ready("check", "--offline", "--as-of", "soon", "88000004", LANG=LANG)
    assert done.err == "tmwatch: --as-of 'soon' 不是日期；请写成 2026-11-23\n"
