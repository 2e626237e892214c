"""Start from a fresh clone to the first healthy answer, and the second start.

The packages come from the caches that a first start filled, so that the figure is work
and not the network.
"""

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.bench.table import Figure
from tests.bench.yardstick import python_loop

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 240  # seconds
# Seconds on a machine whose fixed loop takes LOOP seconds, as ours does on a good day.
LOOP, COLD, AGAIN = 0.0092, 30, 6


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="plumbline-start-") as directory:
        _start(_clone(Path(directory, "first")))
        clone = _clone(Path(directory, "second"))
        return [
            *_compared("make run from nothing to /healthz", _start(clone), COLD),
            *_compared("second start", _start(clone), AGAIN),
        ]


def _clone(path: Path) -> Path:
    subprocess.run(["git", "clone", "--quiet", ROOT, path], check=True)
    return path


def _compared(name: str, seconds: float, most: float) -> list[Figure]:
    """Wall seconds, judged by how many of the fixed loops of Python fit into them."""
    loops = round(seconds / python_loop())
    return [
        Figure(name, seconds, "s"),
        Figure(f"{name}, to the fixed loop", loops, "times", most=round(most / LOOP)),
    ]


def _start(clone: Path) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = ("PATH", "HOME", "LANG", "PIP_INDEX_URL", "PIP_CONFIG_FILE")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    begun = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=environment | {"PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", process)
        return round(time.monotonic() - begun, 1)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until database, broker and worker are all live."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                if response.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("Plumbline did not start.")
