"""chktm 0.1.2, in a virtual environment of its own, loading an applications zip into SQLite: the yardstick.

It stores every record (mark, status, dates, classes, goods, first owner) and drops attorney, correspondent, events.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

VERSION = "0.1.2"
HOME = Path(tempfile.gettempdir()) / f"tmwatch-bench-chktm-{VERSION}"
_LOAD = """
import json, sys, time
from pathlib import Path
from chktm.fetch import stream_extract_zip
from chktm.ingest import ingest_xml
from chktm.schema import init_db
start, cpu = time.perf_counter(), time.process_time()
conn = init_db(Path(sys.argv[2]))
count = sum(ingest_xml(file, conn) for _, file in stream_extract_zip(Path(sys.argv[1])))
conn.close()
print(json.dumps([count, time.perf_counter() - start, time.process_time() - cpu]))
"""


def python() -> Path:
    """Return the interpreter of the environment, which is made at the first call."""
    found = HOME / "bin" / "python"
    if not (HOME / "ready").is_file():
        venv.create(HOME, with_pip=True, clear=True)
        subprocess.run([found, "-m", "pip", "install", "--quiet", f"chktm=={VERSION}"], check=True, stderr=sys.stderr)
        (HOME / "ready").touch()
    return found


def load(path: Path) -> tuple[int, float, float]:
    """Load one zip in a fresh process into a fresh database; records and seconds (clock, processor)."""
    with tempfile.TemporaryDirectory() as folder:
        command = [python(), "-c", _LOAD, str(path), str(Path(folder, "marks.db"))]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    count, seconds, cpu = json.loads(done.stdout.splitlines()[-1])
    return count, seconds, cpu
