"""Finds sentences that could never be translated: plain text given to what prints, and to errors a user sees.

What prints takes `say(...)` or `N_(...)`; of plain strings only what no language writes otherwise.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tmwatch.cli import console

PACKAGE = Path(__file__).resolve().parents[1] / "tmwatch"
PRINTERS_IN = ("cli",)  # folders whose printing is held to it; errors are everywhere
PRINTERS = frozenset(
    {"out", "err", "warn", "word", "table", "padded", "confirm", "prompt", "clean_line", "spoken"}  # console, typer
    | {"_complain", "_line", "tell", "ok", "fail", "failure"}  # lines of commands
    | {"Row", "Line", "add_task"}
)
SENTENCES = frozenset({"say", "N_", "Text", "coded", "counted"})  # what makes a sentence out of its first argument
# Literal parts that are written alike in every language.
ALLOWED = frozenset(
    {"tmwatch: ", "tmwatch ", "tmwatch portfolio import config/portfolio.csv", ".html", " MB"}
    | {" check 88000004", "tmwatch --config ", "tmwatch rules", "tmwatch init"}
    | {*console.STYLES, "bold"}
)
_WORD = re.compile(r"[A-Za-z]{2,}")


def plain_sentences(package: Path = PACKAGE) -> list[str]:
    """Return where a plain sentence is printed or raised: `cli/run.py:12: the text`."""
    errors = _error_classes(package)
    found: list[str] = []
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package)
        names = errors | PRINTERS if place.parts[0] in PRINTERS_IN else errors
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node) in names:
                found += [f"{place}:{node.lineno}: {text}" for text in _literals(node, _name(node) in errors)]
    return found


def _error_classes(package: Path) -> frozenset[str]:
    """Return the names of tmwatch's errors: the tree of errors.py, and what other modules derive from it."""
    bases = {
        node.name: {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    known = {"TmwatchError"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return frozenset(known)


def _name(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def _literals(call: ast.Call, is_error: bool) -> Iterator[str]:
    """Yield the plain texts among the arguments of a call; an error also loses its sentence by str()."""
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        if is_error and isinstance(argument, ast.Call) and _name(argument) == "str":
            yield "str() takes the sentence away"
        for text in _texts(argument):
            if _WORD.search(text) and text not in ALLOWED:
                yield text


def _texts(node: ast.AST) -> Iterator[str]:
    """Yield the string literals that an expression may show."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.FormattedValue):
        yield from _texts(node.value)
    elif isinstance(node, ast.Call):
        if _name(node) in ("join", "str", *PRINTERS):
            yield from (text for argument in node.args for text in _texts(argument))
    elif not isinstance(node, (ast.Subscript, ast.Compare, ast.Lambda, ast.DictComp)):
        yield from (text for child in ast.iter_child_nodes(node) for text in _texts(child))


if __name__ == "__main__":
    print("\n".join(plain_sentences()))
