"""Takes words of the command line that are plainly right as they are.

Typer reads every value through pydantic, which it loads for the first of them: that takes as long as loading Typer and
is of no use to a word. What is not plainly right goes Typer's way, messages and all. This leans on the way Typer keeps
the reader of a parameter; should that move, all goes Typer's way, and tests/cli/test_start_up.py tells.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption


class PlainWords:
    """Reads the values of options and arguments, in the place of Typer's own reader."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return a value that is plainly right; ask Typer about another."""
        kind = param.type_descriptor.annotation
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if kind is str and type(value) is str:
            return value
        if kind == list[str] and isinstance(value, list | tuple) and all(type(word) is str for word in value):
            return list(value)
        if kind is Path and type(value) is str and _is_plain_path(value, param.type_descriptor.parameter_info):
            return Path(value)
        param._runtime_param = None
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def _is_plain_path(value: str, info: Any) -> bool:
    """Whether nothing is asked of a path but that what is there can be read."""
    asked = info.exists or info.writable or info.resolve_path or info.allow_dash or info.path_type
    return info.file_okay and info.dir_okay and not asked and (os.access(value, os.R_OK) or not os.path.exists(value))


def take_plain_words(command: Any, above: typer.Context | None = None) -> None:
    """Let a command (`above` is the context it is called in), and those below it, take plain words as they are."""
    context = typer.Context(command, parent=above, **command.context_settings)
    for param in command.get_params(context):
        if isinstance(param, TyperArgument | TyperOption) and param.type_descriptor.parameter_info.parser is None:
            param._runtime_param = PlainWords()  # type: ignore[assignment]  # all that is asked of it is `coerce`
    if isinstance(command, TyperGroup):
        for one in command.commands.values():
            take_plain_words(one, context)
