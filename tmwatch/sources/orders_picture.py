"""The child process that draws one page of a PDF as a grey picture (PGM): run as a script, killed by its parent.

It stands alone (standard library and pypdfium2 only), for the reasons given in orders_pdf.py. Arguments: path, page
from 1, dots per inch, target, memory limit in MB, CPU seconds. The memory limit leaves room for the picture itself.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

_MOST_PIXELS = 40_000_000  # an A3 page at 300 dots per inch has 17 million; larger pages are drawn coarser


def limit(memory_mb: int, seconds: int) -> None:
    """Limit address space and CPU time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only limit
        return
    for what, value in ((resource.RLIMIT_AS, memory_mb * 1024 * 1024), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(what)
        with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
            resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def draw(path: str, number: int, dpi: int, target: Path) -> None:
    """Draw page `number` upright and write it."""
    import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no types

    page = pdfium.PdfDocument(path)[number - 1]
    width, height = page.get_size()
    scale = min(dpi / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = bytes(bitmap.buffer)
    lines = (rows[at * bitmap.stride : at * bitmap.stride + bitmap.width] for at in range(bitmap.height))
    target.write_bytes(b"P5\n%d %d\n255\n" % (bitmap.width, bitmap.height) + b"".join(lines))


if __name__ == "__main__":
    _path, _number, _dpi, _target, _memory, _seconds = sys.argv[1:7]
    limit(int(_memory), int(_seconds))
    draw(_path, int(_number), int(_dpi), Path(_target))
