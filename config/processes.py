"""The commands of Plumbline's own processes."""

import sys
import tempfile
from pathlib import Path


def worker_command(*, log_level: str = "WARNING") -> list[str]:
    """The worker, with the clock of the regular jobs: there must be only one such."""
    # Containers often have no other user; saying so at every start helps nobody.
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser"]
    command = [*python, "-m", "celery", "--quiet", "-A", "config", "worker", "--beat"]
    command += ["--concurrency", "2", "--loglevel", log_level]
    # One worker has nobody to gossip with, and starts sooner without.
    command += ["--without-gossip", "--without-mingle"]
    if sys.platform == "darwin":  # Objective-C does not survive a fork
        command += ["--pool", "threads"]
    return command


def web_command(host: str, port: int) -> list[str]:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    memory = Path("/dev/shm")  # noqa: S108 -- gunicorn makes private files there
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi"),
        *("--bind", address),
        *("--workers", "2"),
        "--preload",  # imported once: a sooner start, and less memory
        *("--threads", "4"),
        *("--graceful-timeout", "10"),
        *("--log-level", "warning"),
        *(
            "--worker-tmp-dir",
            str(memory) if memory.is_dir() else tempfile.gettempdir(),
        ),
        "--no-control-socket",
    ]
