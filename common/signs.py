"""Signs of life: files whose time says when a part of Plumbline last did its work."""

import time
from pathlib import Path

from django.conf import settings

# Six times the interval of the jobs, so that one long job alone raises no alarm.
STALE_AFTER = 30  # seconds


def worker_sign() -> Path:
    """The file that the worker touches in a job that the clock sends."""
    return settings.DATA_DIR / "heartbeat"


def clock_sign() -> Path:
    """The file that the clock of the regular jobs touches when it sends one."""
    return settings.DATA_DIR / "clock"


def seconds_since(sign: Path) -> float | None:
    """Age of a sign in seconds, also when the machine's time was set back, or None."""
    try:
        return abs(time.time() - sign.stat().st_mtime)
    except FileNotFoundError:
        return None
