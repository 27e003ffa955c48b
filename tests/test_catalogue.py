"""Every sentence a user can read exists in every language: complete, with the same fields, compiled."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from tests import catalogue, plain_sentences
from tests.pipeline.conftest import lite
from tests.pipeline.stage import NEXT_DAY, Stage
from tmwatch.cli import COMMANDS, MODULES
from tmwatch.digest.catalogues import translations
from tmwatch.digest.upcoming import KINDS

__all__ = ["lite"]
ENGLISH_WORDS = re.compile(r"[A-Za-z]{3,}(?: [A-Za-z]{2,}){3,}")  # four English words in a row
# What stays as it is typed: a command of tmwatch with what follows it, an option, a field, an address.
TYPED = re.compile(
    rf"tmwatch (?:{'|'.join((*COMMANDS, *MODULES))})(?: [!-~]+)*|--?[a-z]+(?:-[a-z]+)*|\{{\w+\}}|%\(\w+\)s|\S+@\S+"
)
DEADLINE_KINDS = """
section_8 section_8_9 section_15 section_71 section_71_9 international_renewal office_action post_registration_action
statement_of_use opposition_window revival director_petition reconsideration expungement_answer reexamination_answer
ttab_answer order_response transformation
"""
NOT_SENTENCES = {", ", ": ", "{role}", "ASINs", "TSDR", "{kind} {number}", "Shanghai", "{day} {time} UTC"}


@pytest.fixture(params=catalogue.LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_catalogue_is_complete_current_and_compiled(language: str) -> None:
    assert catalogue.differences(language) == [], "run: python -m tests.catalogue update, then translate"


def test_no_sentence_is_put_together_before_it_can_be_translated() -> None:
    assert catalogue.dynamic_sentences() == []


def test_nothing_is_printed_or_raised_that_could_not_be_translated() -> None:
    assert plain_sentences.plain_sentences() == []


def test_a_plain_sentence_is_found_wherever_it_is_printed_or_raised(tmp_path: Path) -> None:
    (tmp_path / "cli").mkdir()
    (tmp_path / "errors.py").write_text("class TmwatchError(Exception): ...\nclass Odd(TmwatchError): ...\n", "utf-8")
    (tmp_path / "cli" / "x.py").write_text(
        """
console.out("all went well")
console.err(f"{name}: not found" if name else say("nothing"))
console.word(say("fine"), "ok")
console.table((say("a name"), "a column"), rows)
console.out(say("Found {n}", n=counted(n, MARKS)))
console.out(f"tmwatch {version}  {console.spoken(text)}")
raise Odd(f"{path} is odd")
raise Odd(str(error)) from error
raise Odd(say("{path} is odd", path=path))
raise ValueError("a bug is no sentence")
""",
        "utf-8",
    )
    found = plain_sentences.plain_sentences(tmp_path)
    assert [line.split(": ", 1)[1] for line in found] == [
        "all went well",
        ": not found",
        "a column",
        " is odd",
        "str() takes the sentence away",
    ]


def test_what_is_missing_fuzzy_or_has_other_fields_is_found(language: str) -> None:
    catalog = catalogue.read(language)
    kept = [message for message in catalog if message.id and isinstance(message.id, str) and "{" in message.id]
    one, two, three = kept[:3]
    one.string, three.flags = "", {"fuzzy"}
    two.string = f"{two.string} {{another}}"
    found = list(catalogue.problems(catalog))
    assert [line.split(":")[0] for line in found] == ["missing", "fields differ", "fuzzy"]


def test_a_sentence_in_code_that_is_in_no_catalogue_is_found() -> None:
    known = {message.id for message in catalogue.read("zh_CN")}
    said = {message.id for message in catalogue.gathered()}
    assert said == known
    assert "Nobody has ever said this" not in said


def test_titles_and_actions_of_rules_and_sentences_of_templates_are_gathered() -> None:
    said = {message.id for message in catalogue.gathered()}
    assert {"Brand Registry enrolment at risk", "What was checked", "under administrative review"} <= said
    assert ("{n} ASIN", "{n} ASINs") in said


def test_chinese_reads_chinese(language: str) -> None:
    left = []
    for message in catalogue.read(language):
        _ids, strings = catalogue.forms(message)
        plain = [TYPED.sub("", one) for one in strings if message.id]
        left += [one for one in plain if ENGLISH_WORDS.search(one)]
        if message.id and not NOT_SENTENCES & set(catalogue.forms(message)[0]):
            left += [one for one in plain if re.search("[A-Za-z]{3}", one) and not re.search("[\u4e00-\u9fff]", one)]
    assert left == []


def test_half_width_punctuation_does_not_end_a_chinese_clause(language: str) -> None:
    strings = [one for message in catalogue.read(language) if message.id for one in catalogue.forms(message)[1]]
    assert [one for one in strings if re.search(r"[\u4e00-\u9fff][,;:?!]", one)] == []


def test_nobody_is_accused_in_chinese(language: str) -> None:
    text = "\n".join(one for message in catalogue.read(language) if message.id for one in catalogue.forms(message)[1])
    for word in ("诈骗", "欺诈", "骗子", "犯罪", "有罪", "黑名单", "造假", "黑心", "违法"):
        assert word not in text


def test_every_legal_term_is_used_and_the_english_source_speaks_of_it() -> None:
    path = resources.files("tmwatch.digest") / "locale" / "zh_CN" / "glossary.csv"
    terms = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    pairs = [catalogue.forms(message) for message in catalogue.read("zh_CN") if message.id]
    for row in terms:
        assert any(row["term"] in string for _ids, strings in pairs for string in strings), row["term"]
    assert len({row["term"] for row in terms}) == len(terms)


def test_every_kind_of_deadline_has_a_name() -> None:
    assert set(DEADLINE_KINDS.split()) == set(KINDS)


def test_everything_a_run_finds_can_be_said_in_every_language(lite: Stage, language: str) -> None:
    lite.watch()
    for day, now in ((1, None), (2, NEXT_DAY)):
        lite.serve_day(day)
        lite.run(now) if now else lite.run()
    known = {message.id for message in catalogue.read(language)}
    assert {one for one in _stored(lite) if one not in known} == set()
    assert translations(language.replace("_", "-")).gettext("Still open") != "Still open"


def _stored(stage: Stage) -> set[str]:
    """Every message id in the findings of the database."""
    conn = sqlite3.connect(stage.database_url.removeprefix("sqlite:///"))
    bodies = [json.loads(row[0]) for row in conn.execute("SELECT body FROM findings")]
    conn.close()
    assert len(bodies) > 10
    return {msgid for body in bodies for msgid in _ids(body)}


def _ids(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("msgid"), str):
            yield value["msgid"]
        for inner in value.values():
            yield from _ids(inner)
