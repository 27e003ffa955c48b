"""The catalogue of translations: gathers every sentence the program can say, updates the .po, compiles the .mo.

    python -m tests.catalogue update     gather, merge into the .po, compile the .mo; says what waits for a translation
    python -m tests.catalogue check      exit 1 when something is missing, fuzzy, unused or not compiled

Sentences are the first arguments of say() and N_(), those of gettext, ngettext and npgettext, the templates' _(), the
docstrings and actions of the rules, and the help texts of the command tree. Both files are committed, so that a
checkout and a wheel speak Chinese without a build step; a test holds them together.
"""

from __future__ import annotations

import ast
import io
import string
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from typer.main import get_command

from tmwatch.cli import build, helping
from tmwatch.cli.rules import notes
from tmwatch.rules import RULES

PACKAGE = Path(__file__).resolve().parents[1] / "tmwatch"
LANGUAGES = ("zh_CN",)
KEYWORDS = {
    "say": None,
    "N_": None,
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "term": None,
}
_SILENT = ("demo", "data", "bundled")  # they hold what is told of, nothing that speaks
_Extracted = tuple[int, str, tuple[str | None, ...], list[str]]
_PUT_TOGETHER = (ast.JoinedStr, ast.BinOp)
_OPTIONS = {"**.j2": {"newstyle_gettext": "true", "silent": "false"}}


def _in_python(file: BinaryIO, keywords: Iterable[str], *_: object, **__: object) -> Iterator[_Extracted]:
    """Yield the sentences of a module. Babel's own reader of Python loses one that stands deep inside another."""
    wanted = set(keywords)
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and (name := getattr(node.func, "id", getattr(node.func, "attr", ""))) in wanted:
            texts = (one.value if isinstance(one, ast.Constant) else None for one in node.args)
            yield node.lineno, name, tuple(one if isinstance(one, str) else None for one in texts), []


_METHODS: list[Any] = [("**.py", _in_python), ("**.j2", "jinja2")]


def gathered() -> Catalog:
    """Return every sentence the program can say, with the files that say it."""
    found = Catalog(project="tmwatch", fuzzy=False)
    for place, _line, message, _notes, context in extract_from_dir(
        PACKAGE, _METHODS, _OPTIONS, KEYWORDS, directory_filter=_speaks
    ):
        found.add(message, locations=[(f"tmwatch/{place}", 1)], context=context)
    for rule in RULES:
        for sentence in filter(None, (rule.title, rule.action, notes(rule))):
            found.add(sentence, locations=[(f"rule_{rule.id}", 1)])
    for sentence in helping.sentences(get_command(build())):
        found.add(sentence, locations=[("help", 1)])
    return found


def _speaks(folder: str | Path) -> bool:
    path = Path(folder)
    return path.name not in (*_SILENT, "__pycache__") and not path.name.startswith(".")


def dynamic_sentences() -> list[str]:
    """Return the places where say() gets a sentence that is put together: no catalogue can hold those."""
    wrong: list[str] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if set(path.relative_to(PACKAGE).parts) & set(_SILENT):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", ""))
            said = node.args[:1] if named in ("say", "N_") and isinstance(node, ast.Call) else []
            wrong += [f"{path.relative_to(PACKAGE)}:{one.lineno}" for one in said if isinstance(one, _PUT_TOGETHER)]
    return wrong


def folder(language: str) -> Path:
    """Return where the catalogue of a language lies."""
    return PACKAGE / "digest" / "locale" / language / "LC_MESSAGES"


def read(language: str) -> Catalog:
    """Read the .po, an empty catalogue where there is none."""
    path = folder(language) / "tmwatch.po"
    if not path.is_file():
        return Catalog(locale=language, project="tmwatch", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=language, abort_invalid=True)


def merged(language: str) -> Catalog:
    """Return the .po as it should be: every sentence gathered, none that nobody says, nothing guessed."""
    catalog = read(language)
    catalog.update(gathered(), no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    return catalog


def as_po(catalog: Catalog) -> bytes:
    """Write a catalogue as text that changes only when its sentences do."""
    catalog.header_comment = (
        "# Translations of tmwatch. Made by `python -m tests.catalogue update`; edit the msgstr lines only."
    )
    out = io.BytesIO()
    write_po(out, catalog, width=120, sort_output=True, include_lineno=False, omit_header=False, ignore_obsolete=True)
    lines = out.getvalue().splitlines(keepends=True)
    moving = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Last-Translator', b'"Report-Msgid')
    return b"".join(line for line in lines if not line.startswith(moving))


class _Compiled(Catalog):
    """A catalogue whose header says what a reader needs: nothing of the clock, nothing of the compiler's version."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:  # type: ignore[override]  # read-only is enough to write it
        return [
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
        ]


def as_mo(catalog: Catalog) -> bytes:
    """Compile a catalogue."""
    out, compiled = io.BytesIO(), _Compiled(locale=catalog.locale, fuzzy=False)
    for message in catalog:
        if message.id and all(forms(message)[1]):
            compiled.add(message.id, message.string, context=message.context)
    write_mo(out, compiled)
    return out.getvalue()


def forms(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the English forms and the translated forms of a message."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(ids), tuple(strings)


def fields(sentence: str) -> set[str]:
    """Return the names of the fields of a sentence; ValueError when its braces are wrong."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def problems(catalog: Catalog) -> Iterator[str]:
    """Yield what a reader would see wrong: missing, fuzzy, other fields than the English has."""
    for message in catalog:
        ids, strings = forms(message)
        if not ids[0]:
            continue
        if message.fuzzy:
            yield f"fuzzy: {ids[0]}"
        if not all(strings):
            yield f"missing: {ids[0]}"
        elif any(fields(one) != fields(ids[-1]) for one in strings):
            yield f"fields differ: {ids[0]}"


def update(languages: Iterable[str] = LANGUAGES) -> int:
    """Write both files of every language; return how many sentences wait for a translation."""
    waiting = 0
    for language in languages:
        catalog = merged(language)
        folder(language).mkdir(parents=True, exist_ok=True)
        (folder(language) / "tmwatch.po").write_bytes(as_po(catalog))
        (folder(language) / "tmwatch.mo").write_bytes(as_mo(catalog))
        for problem in problems(catalog):
            waiting += 1
            print(f"{language}: {problem}")
        print(f"{language}: {len(catalog)} sentences")
    return waiting


def differences(language: str) -> list[str]:
    """Return what `check` complains of: problems, sentences not in the .po or said no more, a .mo of another .po."""
    found = list(problems(read(language)))
    kept, said = ({(m.id, m.context) for m in one if m.id} for one in (read(language), gathered()))
    found += [f"not in the .po: {one[0]}" for one in said - kept]
    found += [f"nobody says: {one[0]}" for one in kept - said]
    if (folder(language) / "tmwatch.mo").read_bytes() != as_mo(read(language)):
        found.append("the .mo is not made from the .po")
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] == ["check"]:
        found = [line for language in LANGUAGES for line in differences(language)]
        print("\n".join(found) or "the catalogues are complete")
        sys.exit(1 if found else 0)
    else:
        sys.exit(__doc__)
