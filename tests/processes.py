"""Real processes for tests: started in a session of their own, gone without a trace."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from kombu import pools

from config.processes import clock_command, worker_command

BROKER_SETTINGS = ("broker_url", "broker_read_url", "broker_write_url")


def wait_until(
    condition: Callable[[], Any], *, seconds: float = 15, what: object = "it"
) -> Any:
    """Return the first true answer of `condition`; fail when it takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} seconds for {what}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process and to all that it started: what a full memory does."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def running(
    command: list[str], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends, with all its children, at the end of the block."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=os.environ | environment,
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        kill_group(process)


@contextlib.contextmanager
def celery_on(url: str) -> Iterator[str]:
    """Points this process's Celery to another broker for a while."""
    before = {name: current_app.conf[name] for name in BROKER_SETTINGS}
    use_broker(dict.fromkeys(BROKER_SETTINGS, url))
    try:
        yield url
    finally:
        use_broker(before)


def use_broker(values: dict[str, Any]) -> None:
    current_app.conf.update(values)
    # All three hold connections to the broker of before; kombu keeps closed pools.
    pools.reset()
    current_app.amqp._producer_pool = None
    current_app._pool = None


@dataclass
class Worker:
    """A real Celery worker with its clock, on this test's database and broker."""

    broker: str
    log: Path
    process: subprocess.Popen[bytes] | None = None
    clock: subprocess.Popen[bytes] | None = None
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def start(self) -> None:
        schedule = str(self.log.with_suffix(".schedule"))
        worker = worker_command(log_level="INFO")
        clock = [*clock_command(), "--schedule", schedule]
        environment = {
            "CELERY_BROKER_URL": self.broker,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        }
        self.log.touch()
        before = len(self.log.read_text())
        self.process = self.stack.enter_context(running(worker, environment, self.log))
        self.clock = self.stack.enter_context(running(clock, environment, self.log))
        wait_until(
            lambda: self._is_ready(self.log.read_text()[before:]),
            seconds=30,
            what=f"the worker; its output is in {self.log}",
        )

    def _is_ready(self, output: str) -> bool:
        assert self.process
        assert self.process.poll() is None, output
        return " ready." in output

    def kill(self) -> None:
        """Without any warning to it; `start()` starts the next one."""
        assert self.process
        assert self.clock
        kill_group(self.process)
        kill_group(self.clock)

    def stop(self) -> None:
        self.stack.close()
