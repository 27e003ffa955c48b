"""The child process that reads the text of a PDF: run as a script, one JSON line a page on stdout.

It stands alone (standard library and pypdfium2 only) because a PDF can make its reader use any amount of memory or
time: the parent kills it, and what it wrote until then is kept. Arguments: path, memory limit in MB, CPU seconds,
highest number of pages, highest number of characters a page.

Lines: {"pages": N}, then {"page": n, "text": "..."} each, or one {"error": "password" | "damaged" | ...}.
"""

from __future__ import annotations

import contextlib
import json
import sys


def limit(memory_mb: int, seconds: int) -> None:
    """Limit address space and CPU time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only limit
        return
    megabyte = 1024 * 1024
    for what, value in ((resource.RLIMIT_AS, memory_mb * megabyte), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(what)
        with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
            resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def tell(**line: object) -> None:
    """Write one line and hand it to the parent at once."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def read(path: str, max_pages: int, max_chars: int) -> None:
    """Write the text of every page; a page that cannot be read is written with its error and the rest goes on."""
    import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no types

    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        tell(error="password" if "password" in str(error).lower() else "damaged", detail=str(error))
        return
    pages = len(document)
    if pages > max_pages:
        tell(error="too many pages", detail=f"{pages} pages")
        return
    tell(pages=pages)
    for at in range(pages):
        try:
            page = document[at]
            text_page = page.get_textpage()
            count = text_page.count_chars()
            text = text_page.get_text_range(0, min(count, max_chars)) if count > 0 else ""
        except pdfium.PdfiumError as error:
            tell(page=at + 1, text="", error=str(error))
            continue
        tell(page=at + 1, text=text, cut=count > max_chars)
        text_page.close()
        page.close()


if __name__ == "__main__":
    _path, _memory, _seconds, _pages, _chars = sys.argv[1:6]
    limit(int(_memory), int(_seconds))
    try:
        read(_path, int(_pages), int(_chars))
    except MemoryError:
        tell(error="memory")
