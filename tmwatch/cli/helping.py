"""Help in a language that is not English: the texts of the command tree, and the words the library puts around them.

English help is the library's own, untouched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import typer

from tmwatch.reports.wrapping import columns, hanging
from tmwatch.text import N_

if TYPE_CHECKING:
    from typer._click.formatting import HelpFormatter

    from tmwatch.digest.tongue import Tongue
else:
    HelpFormatter = typer.Context.formatter_class

# What the library says; its English is never taken from here.
USAGE, HELP_OPTION = N_("Usage:"), N_("Show this message and exit.")
HEADINGS = {"Options": N_("Options:"), "Arguments": N_("Arguments:"), "Commands": N_("Commands:")}
PIECES = {"[OPTIONS]": N_("[OPTIONS]"), "COMMAND [ARGS]...": N_("COMMAND [ARGS]...")}
REQUIRED, DEFAULT = N_("required"), N_("default: {value}")
_EXTRA = re.compile(r"\s*\[((?:default: |required|\S+<=).*)\]$", re.DOTALL)
LEFT_MOST = 30  # columns of the names on the left of a page


def sentences(command: Any) -> Iterator[str]:
    """Yield the help texts of a command, its parameters and the commands below it."""
    if command.help:
        yield command.help
    yield from (param.help for param in command.params if getattr(param, "help", None))
    for below in getattr(command, "commands", {}).values():
        yield from sentences(below)


def translate(command: Any, tongue: Tongue) -> None:
    """Put the texts of a command and of all below it into another language. The tree is this call's own."""
    gettext = tongue.words.gettext
    command.context_class = _context(tongue)
    if command.help:
        command.help = gettext(command.help)
        command.short_help = _first_sentence(command.help)
    command.options_metavar = gettext(PIECES["[OPTIONS]"])
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = gettext(PIECES["COMMAND [ARGS]..."])
    for param in command.params:
        if getattr(param, "help", None):
            param.help = gettext(param.help)
    for below in getattr(command, "commands", {}).values():
        translate(below, tongue)


def _first_sentence(text: str) -> str:
    """Return what stands in a list of commands."""
    return re.split("[。；]", text)[0]


def _context(tongue: Tongue) -> type[typer.Context]:
    """Return a context whose pages of help are written in a language."""

    class Page(_Page):
        gettext = staticmethod(tongue.words.gettext)

    class Context(typer.Context):
        formatter_class = Page

    return Context


class _Page(HelpFormatter):
    """A page of help whose lines are measured in columns: Chinese characters take two."""

    gettext: Callable[[str], str]

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage."""
        self._fill(f"{self.gettext(USAGE)}{prog} ", args)

    def write_heading(self, heading: str) -> None:
        """Write the title of a section."""
        self.write(f"{' ' * self.current_indent}{self.gettext(HEADINGS.get(heading, heading))}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        paragraphs = text.split("\n\n")
        for at, paragraph in enumerate(paragraphs):
            self.write("\n" if at else "")
            self._fill(" " * self.current_indent, paragraph)

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = LEFT_MOST, col_spacing: int = 2) -> None:
        """Write names with their texts beside them."""
        left = min(max((columns(name) for name, _ in rows), default=0), col_max) + col_spacing
        margin = " " * self.current_indent
        for name, text in rows:
            head = margin + name + " " * (left - columns(name))
            if columns(name) > left - col_spacing:
                self.write(f"{margin}{name}\n")
                head = margin + " " * left
            self._fill(head, self._row(text))

    def _fill(self, head: str, text: str) -> None:
        self.write("\n".join(hanging(head, text, self.width)) + "\n")

    def _row(self, text: str) -> str:
        """Return the text of a row; what the library adds to it in brackets is translated."""
        if text == HELP_OPTION:
            return self.gettext(HELP_OPTION)
        found = _EXTRA.search(text)
        if not found:
            return text
        extras = [
            self.gettext(DEFAULT).format(value=extra.removeprefix("default: "))
            if extra.startswith("default: ")
            else self.gettext(extra)
            for extra in found[1].split("; ")
        ]
        return f"{text[: found.start()]} [{'; '.join(extras)}]".strip()
