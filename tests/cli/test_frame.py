"""The frame of the command line: global options, errors to one line and an exit code, quiet ends, a fast start."""

from __future__ import annotations

import errno
import itertools
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tmwatch import __version__
from tmwatch.cli import combined, globals_first, main
from tmwatch.cli.invocation import Invocation

HEAVY = (
    "pandas",
    "sqlalchemy",
    "apprise",
    "pypdfium2",
    "alembic",
    "apscheduler",
    "lxml",
    "httpx",
    "jinja2",
    "babel",
    "pydantic",
    "structlog",
    "rich",
)


ROOT = Path(__file__).parents[2]


def environ(folder: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), **more}


def python(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *args]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environ(folder), timeout=60)


def test_version_and_help_are_results_on_stdout(cli: Cli) -> None:
    assert cli("--version").out == f"tmwatch {__version__}\n"
    shown = cli("--help")
    assert (shown.code, shown.err) == (0, "")
    for word in ("init", "doctor", "portfolio", "rules", "db", "--config", "--verbose", "--version"):
        assert word in shown.out
    assert cli("portfolio", "import", "-h").code == 0


def test_the_module_runs_as_a_program(tmp_path: Path) -> None:
    done = python(tmp_path, "-m", "tmwatch", "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"tmwatch {__version__}\n", "")


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from tmwatch.cli import main; main(['--help']); "
        f"print('heavy:', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert python(tmp_path, "-c", code).stdout.endswith("heavy: []\n")


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("doctr",), "No such command 'doctr'. Did you mean 'doctor'? See: tmwatch --help"),
        (("doctor", "--jsn"), "No such option: --jsn. See: tmwatch doctor --help"),
        (("portfolio", "add"), "Missing argument 'number'. See: tmwatch portfolio add --help"),
        (("db", "upgrade", "now"), "Got unexpected extra argument(s) (now). See: tmwatch db upgrade --help"),
        (("rules", "\x1b[31mA01"), "there is no rule '[31mA01'; list them with: tmwatch rules"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(cli: Cli, args: tuple[str, ...], line: str) -> None:
    done = cli(*args)
    assert (done.code, done.out, done.err) == (2, "", f"tmwatch: {line}\n")


def test_nothing_to_do_shows_the_help_on_stderr_and_exits_2(cli: Cli) -> None:
    for args in ((), ("portfolio",), ("db",)):
        done = cli(*args)
        assert (done.code, done.out) == (2, "")
        assert "Usage: tmwatch" in done.err


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ({"TMWATCH_TSDR_APIKEY": "CANARY"}, "unknown variable TMWATCH_TSDR_APIKEY in the environment; did you mean"),
        ({"TMWATCH_CONFIG": "gone.toml"}, "which does not exist; write one with: tmwatch init"),
        (
            {"TMWATCH_DATABASE_URL": "mysql://u:CANARY@h/x"},
            "database.url: must be sqlite:///PATH or postgresql+psycopg",
        ),
    ],
)
def test_a_wrong_configuration_is_exit_2_without_traceback_or_secret(
    cli: Cli, setting: dict[str, str], line: str
) -> None:
    for args in (("db", "current"), ("-v", "portfolio", "list")):
        done = cli(*args, **setting)
        assert (done.code, done.out) == (2, "")
        assert line in done.err
        assert "Traceback" not in done.err
        assert "CANARY" not in done.err


def test_a_missing_database_is_exit_2_with_the_command_to_run(cli: Cli) -> None:
    done = cli("portfolio", "list")
    assert done.code == 2
    assert done.err.endswith("or for the database alone run: tmwatch db upgrade\n")


def test_a_path_that_cannot_be_written_is_exit_3(cli: Cli) -> None:
    cli.write("file", "x")
    done = cli("db", "upgrade", TMWATCH_DATABASE_URL="sqlite:///file/tm.db")
    assert done.code == 3
    assert "cannot be created: Not a directory" in done.err
    assert len(done.err.splitlines()) == 1


def test_warnings_of_the_settings_go_to_stderr_once(ready: Cli) -> None:
    done = ready("portfolio", "list", TMWATCH_DIGEST_SEND_AT="02:30")
    assert done.err.count("warning: digest.send_at: 02:30 in America/New_York") == 1
    assert "warning" not in done.out


def test_global_options_may_stand_before_and_after_the_command(ready: Cli) -> None:
    ready.write("other.toml", '[database]\nurl = "sqlite:///other.db"\n')
    for args in (
        ("--config", "other.toml", "db", "check"),
        ("db", "check", "--config", "other.toml"),
        ("db", "check", "-v", "--config=other.toml"),
    ):
        done = ready(*args)
        assert done.code == 2
        assert "other.db is not there yet" in done.err
    assert ready("db", "check").code == 0


@pytest.mark.parametrize(
    ("given", "parsed"),
    [
        (["a", "--config", "x", "b"], ["--config", "x", "a", "b"]),
        (["a", "-v"], ["-v", "a"]),
        (["a", "--", "--config", "x"], ["a", "--", "--config", "x"]),
        (["a", "--config"], ["--config", "a"]),
        (["a", "--configs", "b"], ["a", "--configs", "b"]),
        ([], []),
    ],
)
def test_global_options_are_moved_to_the_front(given: list[str], parsed: list[str]) -> None:
    assert globals_first(given) == parsed


def _broken(message: str) -> Invocation:
    def now() -> datetime:
        raise LookupError(message)

    return Invocation({}, Path.cwd(), now)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_refuses_in_the_middle_of_work_is_exit_3(cli: Cli, number: int) -> None:
    def now() -> datetime:
        raise OSError(number, os.strerror(number), "/data/x")

    assert main(["doctor"], Invocation({}, cli.folder, now)) == 3
    assert cli.capture.readouterr() == ("", f"tmwatch: {os.strerror(number)}: /data/x\n")


def test_a_bug_is_exit_70_with_a_line_to_report_and_no_traceback(ready: Cli) -> None:
    call = _broken("CANARY")
    call.environ = {"XDG_DATA_HOME": str(ready.folder / "data"), "XDG_CONFIG_HOME": str(ready.folder)}
    assert main(["portfolio", "remove", "88000001"], call) == 70
    shown = ready.capture.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("tmwatch: internal error: LookupError at test_frame.py:")
    assert "This is a bug: please report this line and the command you ran; the same command with -v" in shown.err
    assert len(shown.err.splitlines()) == 1


def test_a_bug_with_verbose_shows_where_but_no_secret_and_no_locals(ready: Cli) -> None:
    secret = "kEy-CANARY-1234567890"
    call = _broken(f"postgresql://u:PWCANARY@h/x and {secret}")
    call.environ = {
        "XDG_DATA_HOME": str(ready.folder / "data"),
        "XDG_CONFIG_HOME": str(ready.folder),
        "TMWATCH_TSDR_API_KEY": secret,
    }
    assert main(["-v", "portfolio", "remove", "88000001"], call) == 70
    shown = ready.capture.readouterr().err
    assert "Traceback (most recent call last)" in shown
    assert "in remove" in shown
    assert "CANARY" not in shown
    assert "postgresql://***@h/x and ***" in shown


@pytest.mark.parametrize("kind", [KeyboardInterrupt, EOFError])
def test_an_interruption_is_quiet(cli: Cli, kind: type[BaseException]) -> None:
    def now() -> datetime:
        raise kind

    assert main(["doctor"], Invocation({}, cli.folder, now)) == 130
    assert cli.capture.readouterr() == ("", "")


def test_a_reader_that_goes_away_is_quiet(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "tmwatch", "--help"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, env=environ(tmp_path), timeout=60)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT between processes on Windows")
def test_ctrl_c_in_the_middle_of_work_is_quiet_and_130(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        asking = environ(tmp_path, TMWATCH_TSDR_API_KEY="abcdefgh", TMWATCH_TSDR_BASE_URL=url)
        command = [sys.executable, "-m", "tmwatch", "doctor"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=asking) as process:
            connection, _ = silent.accept()  # now the doctor waits for an answer that never comes
            with connection:
                process.send_signal(signal.SIGINT)
                _, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (130, b"")


def test_exit_codes_combine_2_before_3_before_1() -> None:
    for codes in itertools.product((0, 1, 2, 3), repeat=3):
        expected = 2 if 2 in codes else 3 if 3 in codes else 1 if 1 in codes else 0
        assert combined(codes) == expected
    assert combined(()) == 0


def test_the_clock_of_a_process_is_utc() -> None:
    assert Invocation.of_process().now().tzinfo is UTC
