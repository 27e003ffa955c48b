"""What a command loads before it does its work: a look-up without the network loads no client, no template, no log."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_frame import environ

NOT_FOR_A_LOOK_UP = (
    "apprise",
    "apscheduler",
    "alembic",
    "babel",
    "css_inline",
    "duckdb",
    "httpx",
    "jinja2",
    "lxml",
    "multiprocessing",
    "openpyxl",
    "pandas",
    "platformdirs",
    "psycopg",
    "pydantic",
    "pydantic_settings",
    "pypdfium2",
    "pyarrow",
    "rich",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.orm",
    "stamina",
    "structlog",
    "tldextract",
    "tmwatch.digest.tongue",
    "zstandard",
)


def loaded(folder: Path, *args: str) -> list[str]:
    """Run one command line in a fresh process and return which of the slow libraries it loaded."""
    code = (
        "import sys; from tmwatch.cli import main; code = main(sys.argv[1:]);"
        f"print(code, *[name for name in {NOT_FOR_A_LOOK_UP!r} if name in sys.modules], file=sys.stderr)"
    )
    settings = {**environ(folder), "XDG_DATA_HOME": str(folder / "data")}
    done = subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, text=True, cwd=folder, env=settings, timeout=60
    )
    code_shown, *names = done.stderr.splitlines()[-1].split()
    assert code_shown == "0", done.stderr
    return names


def test_a_look_up_in_the_store_loads_nothing_it_does_not_use(watching: Cli) -> None:
    assert loaded(watching.folder, "check", "--offline", "--min-severity", "critical", "88000007") == []


def test_settings_in_a_file_do_not_make_a_look_up_slower(watching: Cli) -> None:
    config = watching.folder / "plain.toml"
    config.write_text(
        """[tsdr]
api_key = "abcdefgh"
requests_per_minute = 30
timeout = 20
[digest]
language = "en"
timezone = "Asia/Shanghai"
send_at = "09:30"
quiet = "daily"
""",
        encoding="utf-8",
    )
    config.chmod(0o600)
    command = ("--config", "plain.toml", "check", "--offline", "--as-of", "2026-11-25", "--min-severity", "critical")
    assert loaded(watching.folder, *command, "88000007") == []


@pytest.mark.parametrize("args", [("--version",), ("--help",), ("rules", "--help"), ("check", "--help")])
def test_help_and_version_load_no_library_of_the_work(tmp_path: Path, args: tuple[str, ...]) -> None:
    assert loaded(tmp_path, *args) == []
