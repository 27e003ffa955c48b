"""Log lines: where they go, in which form, and that no secret gets into them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from tmwatch import logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before[0], before[1]
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize("level", ["debug", "info", "error"])
def test_no_secret_reaches_a_line_at_any_level_and_in_any_form(
    capsys: pytest.CaptureFixture[str], form: str, level: str
) -> None:
    logs.setup(level, form, ("CANARY-1234",))
    log = structlog.get_logger()
    for write in (log.debug, log.info, log.error, logging.getLogger("other").error):
        write("asked with CANARY-1234")
    log.error(
        "asked",
        url="smtp://u:PWCANARY@h.example",
        nested={"key": ["CANARY-1234"]},
        n=3,
        header="USPTO-API-KEY: CANARYX",
    )
    try:
        raise ValueError("postgresql://u:PWCANARY@h/x CANARY-1234")
    except ValueError:
        log.exception("failed")
        logging.getLogger("other").exception("failed")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "failed" in shown.err
    assert "Traceback" in shown.err
    assert "CANARY" not in shown.err


def test_json_lines_are_json_with_level_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup("info", "json")
    structlog.get_logger().info("fetched", marks=12, mark="光影")
    logging.getLogger("other").warning("slow %s", "disk")
    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["marks"], ours["mark"], ours["level"]) == ("fetched", 12, "光影", "info")
    assert (theirs["event"], theirs["level"]) == ("slow disk", "warning")
    assert ours["timestamp"].endswith("Z")


def test_console_lines_are_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup("info", "console")
    structlog.get_logger().info("fetched", marks=12)
    line = capsys.readouterr().err
    assert "fetched" in line
    assert "marks=12" in line
    assert "\x1b" not in line


def test_lower_levels_and_the_chatter_of_libraries_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup("warning", "console")
    structlog.get_logger().info("quiet")
    logging.getLogger("other").info("quiet")
    assert capsys.readouterr().err == ""
    logs.setup("debug", "console")
    logging.getLogger("httpx").info("GET https://signed.example/x?signature=CANARY")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("postgresql+psycopg://u:pw@h/x", "postgresql+psycopg://***@h/x"),
        ("smtp://:pw@h", "smtp://***@h"),
        ("USPTO-API-KEY: abc", "USPTO-API-KEY: ***"),
        ("{'x-api-key': 'abc'}", "{'x-api-key': '***'}"),
        ("https://www.uspto.gov/a:b@c", "https://www.uspto.gov/a:b@c"),
        ("mail to a@b.example: done", "mail to a@b.example: done"),
        ("https://h.example:8080/x", "https://h.example:8080/x"),
    ],
)
def test_passwords_and_keys_are_hidden_and_addresses_stay(text: str, clean: str) -> None:
    assert logs.scrub(text) == clean


@given(st.text(alphabet="abcXYZ", min_size=4, max_size=9), st.text(), st.text())
def test_a_secret_is_gone_wherever_it_stood(secret: str, before: str, after: str) -> None:
    assert secret not in logs.scrub(before + secret + after, (secret,)) or secret in before + after
