"""Reading pages that are only pictures with the `tesseract` program, when it is installed.

What it reads is marked with the method "ocr": a misread digit is another number, so such a list is never taken as
checked before a person did so. Pages are drawn in a child process with limits, as their text is read in one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tmwatch.errors import FormatError, UsageError
from tmwatch.sanction_values import Registry
from tmwatch.sources.order_numbers import scan
from tmwatch.sources.order_text import read_facts
from tmwatch.sources.orders import Limits, Listed, OrderFile
from tmwatch.text import N_, Text, say

METHOD = "ocr"
PROGRAM = "tesseract"
_DPI = 300
_PAGE_SECONDS = 120
_WORKERS = min(4, os.cpu_count() or 1)
_MOSTLY_LIST = 20  # numbers on a page that make it a page of the list, not of the body
Progress = Callable[[str, int, int], None]


def find_program(path: str | None) -> str:
    """Return where tesseract is, looked up in `path` (PATH); UsageError says how to get it."""
    found = shutil.which(PROGRAM, path=path)
    if found is None:
        raise UsageError(
            say(
                "--ocr needs the program tesseract, which is not installed; get it with: apt-get install tesseract-ocr "
                "(macOS: brew install tesseract; Windows: https://github.com/UB-Mannheim/tesseract/wiki)"
            )
        )
    return found


def read_pictures(source: Path, order: OrderFile, registry: Registry, program: str, progress: Progress) -> OrderFile:
    """Return `order` with what stands on its pages without text; `source` is its PDF.

    A page on which nothing can be read stays among the pages without text. Type, date and counts are taken from such
    pages only where the rest of the file says nothing.
    """
    if not order.pages_without_text:
        return order
    texts: dict[int, str] = {}
    problems: list[Text] = []
    wanted = order.pages_without_text
    with ThreadPoolExecutor(_WORKERS) as pool:
        for page, (text, problem) in zip(wanted, pool.map(lambda n: _read(source, n, program), wanted), strict=True):
            progress(N_("reading pictures of pages"), len(texts) + len(problems), len(wanted))
            if problem:
                problems.append(say("page {page}: {problem}", page=page, problem=problem))
            else:
                texts[page] = text
    read = joined(order, texts, registry)
    return replace(read, problems=(*read.problems, *problems))


def joined(order: OrderFile, texts: dict[int, str], registry: Registry) -> OrderFile:
    """Return `order` with the text of more pages (page number -> text) taken in."""
    listed = {(one.kind, one.number): one for one in order.numbers}
    repeated = dict.fromkeys(order.duplicates)
    occurrences = order.occurrences
    body: list[tuple[int | None, str]] = []
    for page, text in sorted(texts.items()):
        found = list(scan(text))
        if len(found) < _MOSTLY_LIST:
            body.append((page, text))
        for one in found:
            occurrences += 1
            if (one.kind, one.number) in listed:
                repeated[one.number] = None
            else:
                listed[one.kind, one.number] = Listed(one.number, one.kind, page, f"page {page}", METHOD)
    facts = read_facts(body, registry)
    return replace(
        order,
        numbers=_by_page(listed.values()),
        occurrences=occurrences,
        duplicates=tuple(repeated),
        pages_without_text=tuple(n for n in order.pages_without_text if not texts.get(n, "").strip()),
        counts=order.counts or facts.counts,
        order_id=order.order_id or (facts.order_id if order.type is None and order.date is None else None),
        type=order.type or facts.type,
        date=order.date or facts.date,
        response_due=order.response_due or facts.response_due,
    )


def _by_page(listed: Iterable[Listed]) -> tuple[Listed, ...]:
    """Return the numbers by page; within a page their order stays."""
    return tuple(sorted(listed, key=lambda one: one.page or 0))


def _read(source: Path, page: int, program: str) -> tuple[str, Text | None]:
    """Draw one page and read it: its text, or what went wrong."""
    with tempfile.TemporaryDirectory(prefix="tmwatch-") as folder:
        picture = Path(folder) / "page.pgm"
        script = Path(__file__).with_name("orders_picture.py")
        limits = Limits()
        drawn = _run([sys.executable, "-I", str(script), str(source), str(page), str(_DPI), str(picture),
                      str(limits.memory_mb), str(_PAGE_SECONDS)])  # fmt: skip
        if drawn is None or not picture.is_file():
            return "", say("it could not be drawn")
        text = _run([program, str(picture), "stdout", "--psm", "6"])
        return (text, None) if text is not None else ("", say("{program} failed on it", program=PROGRAM))


def _run(command: Sequence[str]) -> str | None:
    """Run a program and return what it wrote; None when it failed or took too long."""
    try:
        done = subprocess.run(  # noqa: S603 - our own script, or the program the operator installed
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PAGE_SECONDS,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # pages are read side by side already
        )
    except subprocess.TimeoutExpired:
        return None
    except OSError as error:
        raise FormatError(
            say("{program} cannot be run: {reason}", program=Path(command[0]).name, reason=error.strerror)
        ) from error
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
