"""The command line: builds the Typer app from the command modules and turns errors into one line and an exit code.

Exit codes: 0 done; 1 findings at or above the threshold; 2 wrong usage or configuration; 3 incomplete; 70 a bug;
75 another run is active; 130 interrupted; 141 the reader of a pipe went away.
A command module has `register(app)`, imports nothing heavy at its top, and ends with `raise typer.Exit(code)` when the
code is not 0.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from tmwatch import __version__
from tmwatch.cli import console, garbage, plain_words
from tmwatch.cli.invocation import Invocation
from tmwatch.errors import PortfolioError, TmwatchError
from tmwatch.text import N_, Text, say

# Each is tmwatch/cli/NAME.py with register(app); the order is the order of the help.
COMMANDS: tuple[str, ...] = (
    "demo",
    "init",
    "doctor",
    "portfolio",
    "run",
    "ingest",
    "orders",
    "schedule",
    "check",
    "register",
    "ack",
    "runs",
    "outbox",
    "report",
    "digest",
    "rules",
    "db",
)
MODULES = {"notify": "digest"}  # commands that live in the module of another one
USAGE, INCOMPLETE, FINDINGS = 2, 3, 1
BUG, INTERRUPTED, PIPE = 70, 130, 141
_ABOUT = "Early warning for US trademark portfolios: USPTO status, sanctions orders, deadlines."
_REFUSALS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EDQUOT)


def combined(codes: Iterable[int]) -> int:
    """Return the exit code when several apply: 2, then 3, then 1, else 0."""
    seen = set(codes)
    return next((code for code in (USAGE, INCOMPLETE, FINDINGS) if code in seen), 0)


def build(argv: Sequence[str] = ()) -> typer.Typer:
    """Return the app with the command that `argv` begins with, or with every command when it begins otherwise."""
    app = typer.Typer(
        name="tmwatch",
        help=_ABOUT,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_globals)
    for name in _needed(argv):
        importlib.import_module(f"tmwatch.cli.{name}").register(app)
    return app


def _needed(argv: Sequence[str]) -> tuple[str, ...]:
    """Return the modules to load: one for a command that is named first, all for help and for what is no command."""
    words = iter(argv)
    for word in words:
        if word == "--config":
            next(words, None)
        elif not word.startswith("-"):
            name = MODULES.get(word, word)
            return (name,) if name in COMMANDS else COMMANDS
        elif word not in ("-v", "--verbose") and not word.startswith("--config="):
            break
    return COMMANDS


def _show_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        console.out(f"tmwatch {__version__}")
        raise typer.Exit


def _globals(
    ctx: typer.Context,
    config: Annotated[Path | None, typer.Option(metavar="PATH", help="Configuration file to use.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more; show where a bug happened.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before (or after) any command."""
    call = ctx.obj if isinstance(ctx.obj, Invocation) else Invocation.of_process()
    call.config, call.verbose = config, verbose
    ctx.obj = call


def main(argv: Sequence[str] | None = None, call: Invocation | None = None) -> int:
    """Run one command line and return its exit code; nothing is raised but what no program can catch."""
    if argv is None:  # this process is ours alone
        garbage.collect_late()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console without Chinese shows "?" and does not crash
    call = call or Invocation.of_process()
    console.speak(call.language())
    try:
        return _answered(argv, call)
    finally:
        console.speak("en")  # nothing of one call is left for the next one in this process


def _answered(argv: Sequence[str] | None, call: Invocation) -> int:
    """Run one command line in the language that is spoken; its troubles become lines and an exit code."""
    try:
        code = _run(list(sys.argv[1:] if argv is None else argv), call)
        sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_gone()
    except (KeyboardInterrupt, EOFError, typer.Abort):
        return INTERRUPTED
    except TmwatchError as error:
        return _say_error(error)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _REFUSALS:
            what = error.filename or say("this machine refused")
            _complain(say("{reason}: {file}", reason=error.strerror, file=what))
            return INCOMPLETE
        return _say_bug(error, call)
    return code


def _run(argv: list[str], call: Invocation) -> int:
    """Parse and run; Typer's own usage errors become one line and exit 2."""
    if argv == ["--version"]:  # asked by scripts: answered before the commands are loaded
        console.out(f"tmwatch {__version__}")
        return 0
    from typer import main as typer_main

    words = globals_first(argv)
    command = typer_main.get_command(build(words))
    plain_words.take_plain_words(command)
    if tongue := console.spoken_now():
        from tmwatch.cli import helping

        helping.translate(command, tongue)
    try:
        with command.make_context("tmwatch", words, obj=call) as ctx:
            command.invoke(ctx)
    except typer.Exit as stop:
        return stop.exit_code
    except typer.TyperException as error:
        return _say_usage(error)
    return 0


def globals_first(argv: list[str]) -> list[str]:
    """Return `argv` with --config and --verbose in front, so that they may stand after the command too."""
    first: list[str] = []
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            return [*first, *rest, word, *words]
        if word in ("-v", "--verbose") or word.startswith("--config="):
            first.append(word)
        elif word == "--config":
            first.extend((word, *[value for value in [next(words, None)] if value is not None]))
        else:
            rest.append(word)
    return first + rest


def _say_usage(error: typer.TyperException) -> int:
    """Print what was wrong with the command line; help asked for by giving nothing goes out whole."""
    from tmwatch.cli.usage import refused

    text = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        console.err(text)
        return USAGE
    _complain(refused(console.clean_line(text), getattr(getattr(error, "ctx", None), "command_path", "tmwatch")))
    return USAGE


def _complain(line: object) -> None:
    """Print a line of trouble under the program's name."""
    console.err(f"tmwatch: {console.spoken(line)}")


def _say_error(error: TmwatchError) -> int:
    """Print a foreseen error (each line of it) and return its exit code."""
    for line in console.spoken(error.said).splitlines() or [type(error).__name__]:
        _complain(line)
    for problem in error.problems if isinstance(error, PortfolioError) else ():
        console.err(f"  {console.clean_line(problem)}")
    return error.exit_code


_BUG = N_(
    "internal error: {error} at {place} (tmwatch {version}). This is a bug: please report this line and the command "
    "you ran; the same command with -v shows more."
)
_BUG_TRACED = N_(
    "internal error: {error} at {place} (tmwatch {version}). This is a bug: please report this line and the command "
    "you ran with the trace above."
)


def _say_bug(error: Exception, call: Invocation) -> int:
    """Print how to report a bug; with --verbose its traceback, without values of variables and without secrets."""
    import traceback

    from tmwatch.logs import scrub

    frame = traceback.extract_tb(error.__traceback__)[-1]
    if call.verbose:
        console.err(scrub("".join(traceback.format_exception(error)), call.secrets()))
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    values = (("error", type(error).__name__), ("place", place), ("version", __version__))
    _complain(Text(_BUG_TRACED if call.verbose else _BUG, values))
    return BUG


def _pipe_gone() -> int:
    """Stop quietly when the reader of our output (head, less) went away."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, sys.stdout.fileno())
    return PIPE
