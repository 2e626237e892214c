"""The worker's sign of life."""

import time

from celery import shared_task
from django.conf import settings

# Six times the interval of the task, so that one long job alone raises no alarm.
STALE_AFTER = 30


@shared_task
def heartbeat() -> None:
    """Touch the file that /healthz looks at.

    A task, not a thread of the worker: it runs only if clock, broker and worker live.
    """
    heartbeat_file().touch()


def heartbeat_file():
    return settings.DATA_DIR / "heartbeat"


def seconds_since_heartbeat() -> float | None:
    """Return the age of the last sign of life, None if there was none."""
    try:
        return time.time() - heartbeat_file().stat().st_mtime
    except FileNotFoundError:
        return None
