"""Measures one full PDF report, for `make bench`: time, memory and size.

`measure(330)` works in a process of its own, so that the memory is that of one report.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from reports.renderers import pdf
from reports.renderers.fonts import prepare_fonts
from reports.renderers.pdf import render_pdf
from tests.reports.renderers.factory import make_report

ROOT = Path(__file__).resolve().parents[3]
FONT_PACKAGES = ROOT / "node_modules" / "@expo-google-fonts"
# MB and KB as PDF.md, section 7, has them. Time is judged by what the bare compile of
# the same document takes in the same run: seconds tell more of the day than of us.
LIMITS = {
    93: {"rss": 190, "size": 350},
    330: {"rss": 330, "size": 820},
    1200: {"rss": 850, "size": 2560},
}
# Reading the data, starting Python, tags and archive standards, packing.
TO_BARE = 1.6
BARE = """
import json, sys, typst
job = json.load(sys.stdin)
fonts = typst.Fonts(False, False, [job["fonts"]])
typst.compile(job["template"], root=job["root"], font_paths=fonts,
              sys_inputs={"data": job["data"]}, timestamp=job["timestamp"])
"""


def measure(count: int) -> dict[str, Any]:
    """Return CPU seconds, MB (rss), KB (size) and the ratio to a bare compile."""
    result = subprocess.run(
        [sys.executable, "-m", __name__, str(count)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(result.stdout)
    return figures | {"limits": LIMITS.get(count, {}) | {"to_bare": TO_BARE}}


def _measure(count: int) -> dict[str, Any]:
    document = make_report(count)
    bare: list[float] = []
    run = pdf._run

    def run_both(job: str, timeout: float) -> subprocess.CompletedProcess[bytes]:
        bare.append(_bare_cpu(job))
        return run(job, timeout)

    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder)
        prepare_fonts(FONT_PACKAGES, fonts)
        # The job lives only while the report is made.
        pdf._run = run_both
        before = _cpu()
        rendered = render_pdf(document, "full", fonts=fonts, timestamp=1_795_269_780)
        cpu = _cpu() - before - bare[0]
    return {
        "controls": count,
        "cpu": round(cpu, 3),
        "to_bare": round(cpu / bare[0], 2),
        "rss": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "size": len(rendered.content) // 1024,
        "conforms": rendered.conforms,
    }


def _bare_cpu(job: str) -> float:
    """CPU seconds of compiling the same document without tags and standards."""
    before = _cpu()
    environment = os.environ | {"RAYON_NUM_THREADS": "1"}
    command = [sys.executable, "-I", "-c", BARE]
    subprocess.run(command, input=job.encode(), check=True, env=environment)
    return _cpu() - before


def _cpu() -> float:
    """CPU seconds of this process and of the children that ended."""
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + child.ru_utime + child.ru_stime


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(int(sys.argv[1]))))
