"""Accessibility of the report pages by axe-core in headless Chromium; fails on a serious or critical fault.

    python -m tests.screens.axe

Installs axe-core with npm into a folder that is thrown away. Where npm, its registry or chromium are missing it says so
and ends with 0: nothing was examined.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.screens.report import BROWSER, pages

BAD = ("serious", "critical")
RUN = """
axe.run(document, {resultTypes: ["violations"]}).then(function (found) {
  var out = document.createElement("pre");
  out.id = "axe-result";
  out.textContent = JSON.stringify(found.violations.map(function (one) {
    var nodes = one.nodes.map(function (node) { return node.html.slice(0, 160); });
    return {id: one.id, impact: one.impact, help: one.help, nodes: nodes};
  }));
  document.body.appendChild(out);
});
"""


def main() -> int:
    """Examine every page, light and dark; return the exit code."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None or shutil.which("npm") is None:
        return _skip("chromium or npm is not installed")
    with tempfile.TemporaryDirectory(prefix="tmwatch-axe-") as name:
        folder = Path(name)
        install = subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "axe-core"], cwd=folder, timeout=180
        )
        axe = folder / "node_modules" / "axe-core" / "axe.min.js"
        if install.returncode or not axe.is_file():
            return _skip("axe-core cannot be installed from the npm registry")
        faults = 0
        for page in pages(folder / "pages").values():
            for scheme in (1, 0):
                faults += _examine(browser, page, axe, scheme)
    print("no serious fault" if not faults else f"{faults} serious faults")
    return 1 if faults else 0


def _skip(reason: str) -> int:
    print(f"SKIPPED, nothing was examined: {reason}", file=sys.stderr)
    return 0


def _examine(browser: str, page: Path, axe: Path, scheme: int) -> int:
    """Run axe inside a copy of the page whose content policy lets it; return the number of serious faults."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text("utf-8"))
    copy = page.with_name(f"axe-{page.name}")
    copy.write_text(text.replace("</body>", f"<script>{axe.read_text('utf-8')}</script><script>{RUN}</script></body>"))
    options = [f"--blink-settings=preferredColorScheme={scheme}", "--virtual-time-budget=60000", "--dump-dom"]
    shown = subprocess.run(
        [browser, *BROWSER, *options, copy.resolve().as_uri()], check=True, capture_output=True, timeout=300
    ).stdout.decode()
    found = re.search(r'<pre id="axe-result">(.*?)</pre>', shown, re.DOTALL)
    if found is None:
        raise SystemExit(f"axe gave no result on {page.name}")
    bad = 0
    for one in json.loads(html.unescape(found[1])):
        print(f"{page.name}, {'light' if scheme else 'dark'}: {one['impact']}: {one['id']}: {one['help']}")
        for node in one["nodes"][:5]:
            print(f"    {node}")
        bad += one["impact"] in BAD
    return bad


if __name__ == "__main__":
    raise SystemExit(main())
