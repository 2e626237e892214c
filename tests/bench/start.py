"""Cold start from a fresh clone to the first page, and the second start."""

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.bench.table import Figure

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 240


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="plumbline-start-") as directory:
        clone = Path(directory) / "plumbline"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        return [
            Figure("cold start, make run to /healthz", _start(clone), "s", most=60),
            Figure("second start", _start(clone), "s", most=6),
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
