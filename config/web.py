"""Plumbline's web server: `python -m config.web HOST PORT`."""

import resource
import signal
import sys
from typing import Any

from django.conf import settings
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from config.lifeline import end_with_parent

WORKERS = 2
CONNECTIONS = 4096  # of each worker; one that waits costs little


def load() -> Any:
    """Return the application; runs in each worker."""
    # Until granian sets its own: a worker inherits handlers that would keep it alive.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()
    from config.rsgi import application  # noqa: PLC0415 -- loaded before, where we fork

    return application


def serve(host: str, port: int) -> None:
    raise_file_limit()
    # Imported once, before the workers are forked: a sooner start, and less memory.
    import config.rsgi  # noqa: F401, PLC0415

    server = Granian(
        "config.rsgi",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=WORKERS,
        http=HTTPModes.http1,
        websockets=False,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(
            header_read_timeout=15_000, max_buffer_size=64 * 1024
        ),
        log_level=LogLevels.warning,
        log_dictconfig=settings.LOGGING | {"loggers": {}},
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    server.serve(target_loader=load, wrap_loader=False)


def raise_file_limit() -> None:
    """Let one process hold as many connections as this machine allows."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
