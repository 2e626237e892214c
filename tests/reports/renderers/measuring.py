"""Measures one full PDF report, for `make bench`: time, memory and size.

`measure(330)` works in a process of its own, so that the memory is that of one report.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from reports.renderers.fonts import prepare_fonts
from reports.renderers.pdf import render_pdf
from tests.reports.renderers.factory import make_report

ROOT = Path(__file__).resolve().parents[3]
FONT_PACKAGES = ROOT / "node_modules" / "@expo-google-fonts"
# PDF.md, section 7: what a quiet machine with two cores should keep.
LIMITS = {
    93: {"wall": 0.8, "cpu": 0.9, "rss": 190, "size": 350},
    330: {"wall": 1.8, "cpu": 2.1, "rss": 330, "size": 820},
    1200: {"wall": 5.2, "cpu": 6.4, "rss": 850, "size": 2560},
}


def measure(count: int) -> dict[str, Any]:
    """Return seconds (wall, cpu), MB (rss) and KB (size) of one report."""
    result = subprocess.run(
        [sys.executable, "-m", __name__, str(count)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(result.stdout)
    return figures | {"limits": LIMITS.get(count, {})}


def _measure(count: int) -> dict[str, Any]:
    document = make_report(count)
    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder)
        prepare_fonts(FONT_PACKAGES, fonts)
        before, started = time.process_time(), time.perf_counter()
        rendered = render_pdf(document, "full", fonts=fonts, timestamp=1_795_269_780)
        wall = time.perf_counter() - started
        own = time.process_time() - before
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "controls": count,
        "wall": round(wall, 3),
        "cpu": round(own + child.ru_utime + child.ru_stime, 3),
        "rss": child.ru_maxrss // 1024,
        "size": len(rendered.content) // 1024,
        "conforms": rendered.conforms,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(int(sys.argv[1]))))
