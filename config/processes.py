"""The commands of Plumbline's own processes."""

import sys

# Containers often have no other user; saying so at every start helps nobody.
PYTHON = [sys.executable, "-W", "ignore:You're running the worker with superuser"]
CELERY = [*PYTHON, "-m", "celery", "--quiet", "-A", "config"]


def worker_command(*, log_level: str = "WARNING") -> list[str]:
    """Return the command of a worker; there may be several."""
    command = [*CELERY, "worker", "--concurrency", "2", "--loglevel", log_level]
    # One worker has nobody to gossip with, and starts sooner without.
    command += ["--without-gossip", "--without-mingle"]
    if sys.platform == "darwin":  # Objective-C does not survive a fork
        command += ["--pool", "threads"]
    return command


def clock_command(*, log_level: str = "WARNING") -> list[str]:
    """Return the command of the clock of the regular jobs: there must be only one."""
    return [*CELERY, "beat", "--loglevel", log_level]


def web_command(host: str, port: int) -> list[str]:
    """Return the command of the web server with its own two processes."""
    return [sys.executable, "-m", "config.web", host, str(port)]
