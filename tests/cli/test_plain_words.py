"""Plain words of a command line: taken as they are, and the same as Typer would take them, messages too."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer import main as typer_main

from tmwatch.cli.plain_words import PlainWords, take_plain_words

WORDS = ("a", "", "7", "-1", "x y", "--flag", "--count", "--name", "--path", "gone", "--names", "9.5", "中")


def build() -> tuple[Any, list[dict[str, Any]]]:
    """Return a command with one option of each kind, and the list of what it was called with."""
    app, calls = typer.Typer(), []

    @app.command()
    def one(
        words: Annotated[list[str] | None, typer.Argument()] = None,
        name: Annotated[str | None, typer.Option()] = None,
        level: Annotated[str, typer.Option()] = "medium",
        names: Annotated[list[str] | None, typer.Option()] = None,
        path: Annotated[Path | None, typer.Option()] = None,
        strict: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
        count: Annotated[int, typer.Option(min=1)] = 3,
        share: Annotated[float | None, typer.Option()] = None,
        flag: Annotated[bool, typer.Option("--flag")] = False,
        shout: Annotated[str, typer.Option(parser=str.upper)] = "quiet",
    ) -> None:
        calls.append(dict(locals()) | {"app": None, "calls": None})

    return typer_main.get_command(app), calls


def outcome(argv: list[str], *, plain: bool) -> tuple[str, Any]:
    """Run one command line, read plainly or Typer's way; return what came of it."""
    command, calls = build()
    if plain:
        take_plain_words(command)
    try:
        with command.make_context("one", list(argv)) as ctx:
            command.invoke(ctx)
    except typer.TyperException as error:
        return "refused", error.format_message()
    except typer.Exit as stop:
        return "stopped", stop.exit_code
    return "called", repr(sorted(calls[-1].items(), key=str))


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["a", "b"],
        ["--name", "x", "--level", "high"],
        ["--names", "x", "--names", "y"],
        ["--path", "."],
        ["--path", "gone"],
        ["--strict", "gone"],
        ["--strict", "."],
        ["--count", "5"],
        ["--count", "0"],
        ["--count", "many"],
        ["--share", "0.5"],
        ["--share", "half"],
        ["--flag"],
        ["--shout", "loud"],
        ["--help"],
        ["--nmae", "x"],
    ],
)
def test_every_kind_of_value_is_read_as_typer_reads_it(argv: list[str]) -> None:
    assert outcome(argv, plain=True) == outcome(argv, plain=False)


@given(st.lists(st.sampled_from(WORDS), max_size=5))
def test_whatever_stands_on_the_command_line_is_read_as_typer_reads_it(argv: list[str]) -> None:
    assert outcome(argv, plain=True) == outcome(argv, plain=False)


def test_a_file_nobody_may_read_is_refused_in_the_same_words(tmp_path: Path) -> None:
    path = tmp_path / "locked"
    path.write_text("x")
    path.chmod(0)
    argv = ["--path", str(path)]
    assert outcome(argv, plain=True) == outcome(argv, plain=False)


def test_commands_below_a_group_are_reached_and_parsers_are_left_alone() -> None:
    app, below = typer.Typer(), typer.Typer()

    @below.command("deep")
    def deep(name: str = "", shout: Annotated[str, typer.Option(parser=str.upper)] = "quiet") -> None:
        """Do nothing."""

    @below.command("other")
    def other() -> None:
        """Do nothing."""

    app.add_typer(below, name="group")
    command: Any = typer_main.get_command(app)
    take_plain_words(command)
    kinds = {param.name: type(param.get_runtime_param()) for param in command.commands["group"].commands["deep"].params}
    assert kinds["name"] is PlainWords
    assert kinds["shout"] is not PlainWords
