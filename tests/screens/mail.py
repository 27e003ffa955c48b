"""Pictures of the mail in headless Chromium: phone, desktop, dark. Run by hand and look at them.

    python -m tests.screens.mail [FOLDER]

Needs a `chromium` on the PATH; writes NAME-phone.png, NAME-desktop.png, NAME-dark.png into FOLDER (default: screens).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from tests.digest import examples, spoken, test_overview_mail
from tmwatch.digest.compose import compose
from tmwatch.digest.model import Digest
from tmwatch.digest.overview_mail import Overview, compose_overview

VIEWS = {"phone": (390, False), "desktop": (1000, False), "dark": (390, True)}
HEIGHT = 4600
WIDE = "W" * 180 + " 商标监控 <b>&amp; 🙂 https://long.example/" + "path/" * 20
EXAMPLES: dict[str, Digest | Overview] = {
    "overview": test_overview_mail.AGENCY,
    "zh-overview": replace(test_overview_mail.AGENCY, language="zh-CN", timezone="Asia/Shanghai"),
    "zh": spoken.SPOKEN,
    "zh-alert": spoken.ALERT,
    "zh-calm": spoken.CALM,
    "en": replace(spoken.SPOKEN, language="en", client="Hoshino Home"),
    "danger": examples.DANGER,
    "quiet": examples.QUIET,
    "first": replace(examples.DANGER, kind="baseline"),
    "alert": replace(examples.DANGER, kind="alert", news=examples.DANGER.news[:3], still_open=()),
    "many": replace(
        spoken.SPOKEN,
        exposures=(
            *spoken.SPOKEN.exposures,
            *(
                replace(spoken.OTHERS[1], brand=f"{name} {n}", live=1 + n % 2)
                for name in ("ULMERA", "宠物")
                for n in range(30)
            ),
        ),
    ),
    "wide": replace(
        examples.DANGER,
        client=WIDE,
        exposures=(replace(examples.KELMORI, brand=WIDE), replace(examples.CALM[0], brand=WIDE)),
        news=tuple(examples.item(examples.STRANGE_MAIL, mark=WIDE, reference=WIDE) for _ in range(14)),
    ),
}


def main(folder: Path) -> None:
    """Render every example in every view."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("no chromium found: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    for name, digest in EXAMPLES.items():
        page = folder / f"{name}.html"
        page.write_text(_framed(digest), "utf-8")
        for view, (width, dark) in VIEWS.items():
            _shoot(browser, page, folder / f"{name}-{view}.png", width, dark)


def _framed(digest: Digest | Overview) -> str:
    """The HTML form as a mail program would show it."""
    if isinstance(digest, Overview):
        return compose_overview(digest, sender=examples.SENDER, date=examples.NOW).html
    return compose(digest, sender=examples.SENDER, date=examples.NOW).html


def _shoot(browser: str, page: Path, target: Path, width: int, dark: bool) -> None:
    """Take one picture. Chromium's window has a least width of 500, so a phone is a frame of its width."""
    frame = page.with_name(f"frame-{width}.html")
    frame.write_text(
        f'<body style="margin:0"><iframe src="{page.name}" style="border:0;width:{width}px;height:{HEIGHT}px"></iframe>'
    )
    options = ["--blink-settings=preferredColorScheme=0"] if dark else ["--blink-settings=preferredColorScheme=1"]
    command = [
        browser,
        "--headless=new",
        "--no-sandbox",
        "--hide-scrollbars",
        "--allow-file-access-from-files",
        *options,
    ]
    command += [f"--screenshot={target}", f"--window-size={max(width, 500)},{HEIGHT}", frame.resolve().as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screens"))
