"""Pictures of the report pages in headless Chromium: phone, desktop, dark, print. Run by hand and look at them.

    python -m tests.screens.report [FOLDER] [LANGUAGE]

Plays the demonstration, renders its portfolio page and an evidence pack, and writes NAME-phone.png, NAME-desktop.png,
NAME-dark.png and NAME-print-N.png into FOLDER (default: screens). Needs a `chromium` on the PATH; the printed pages
need `pdftoppm` too.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from tmwatch.cli import main as tmwatch
from tmwatch.cli.invocation import Invocation

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
VIEWS = {"phone": (390, False), "desktop": (1280, False), "dark": (1280, True)}
HEIGHT = 5200
PAGES = {
    "portfolio": (),
    "evidence": ("--mark", "88000004"),
    "client": ("--client", "Kestrel Pet"),
}
BROWSER = (
    "--headless=new", "--no-sandbox", "--hide-scrollbars", "--allow-file-access-from-files", "--disable-gpu",
)  # fmt: skip


def main(folder: Path, language: str) -> None:
    """Render every page in every view."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("no chromium found: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages(folder, language).items():
        for view, (width, dark) in VIEWS.items():
            _shoot(browser, page, folder / f"{name}-{view}.png", width, dark)
        _print(browser, page, folder / f"{name}-print")


def pages(folder: Path, language: str = "en") -> dict[str, Path]:
    """Play the demonstration in `folder` and return its report pages, the marks of the first one opened."""
    demo = folder / "demo"
    found = {}
    _tmwatch(folder, "demo", str(demo))
    config = demo / "config" / "tmwatch.toml"
    for name, options in PAGES.items():
        page = folder / f"{name}.html"
        _tmwatch(
            folder,
            "--config",
            str(config),
            "report",
            "--format",
            "html",
            "--language",
            language,
            *options,
            "-o",
            str(page),
        )
        found[name] = page
    opened = folder / "portfolio-open.html"
    opened.write_text(
        found["portfolio"].read_text("utf-8").replace('<details class="mark"', '<details open class="mark"')
    )
    return {**found, "portfolio-open": opened}


def _tmwatch(folder: Path, *arguments: str) -> None:
    """Run one command line; what it prints is of no interest."""
    with redirect_stdout(StringIO()) as said:
        code = tmwatch(arguments, Invocation({}, folder, lambda: NOW))
    if code:
        raise SystemExit(f"tmwatch {' '.join(arguments)} ended with {code}: {said.getvalue()}")


def _shoot(browser: str, page: Path, target: Path, width: int, dark: bool) -> None:
    """Take one picture. Chromium's window has a least width of 500, so a phone is a frame of its width."""
    frame = page.with_name(f"frame-{width}.html")
    frame.write_text(
        f'<body style="margin:0"><iframe src="{page.name}" style="border:0;width:{width}px;height:{HEIGHT}px"></iframe>'
    )
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    _run(
        browser, scheme, f"--screenshot={target}", f"--window-size={max(width, 500)},{HEIGHT}", frame.resolve().as_uri()
    )


def _print(browser: str, page: Path, stem: Path) -> None:
    """Print to PDF, and turn its pages into pictures."""
    _run(browser, f"--print-to-pdf={stem}.pdf", "--no-pdf-header-footer", page.resolve().as_uri())
    if shutil.which("pdftoppm") is None:
        print(f"no pdftoppm: look at {stem}.pdf yourself")
        return
    subprocess.run(["pdftoppm", "-png", "-r", "60", f"{stem}.pdf", str(stem)], check=True, timeout=120)


def _run(browser: str, *arguments: str) -> None:
    subprocess.run([browser, *BROWSER, *arguments], check=True, capture_output=True, timeout=180)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screens"), sys.argv[2] if len(sys.argv) > 2 else "en")
