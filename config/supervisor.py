"""Starts processes, starts them again when they end, and stops them in order."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType

from config.lifeline import end_with_parent

QUICK_END = 5  # seconds: a process that ends sooner has hardly worked
QUICK_ENDS_ALLOWED = 5


class StopRequested(BaseException):
    """A signal asks for the end.

    Not KeyboardInterrupt: where that passes through exec() of a string, as each
    dataclass has one, CPython notes it and ends with the signal, even when caught.
    """


class GivingUp(Exception):
    """A process ends again and again right after its start."""


@dataclass
class Child:
    """One process of ours, with what it takes to start it again."""

    name: str
    command: list[str]
    patience: float  # seconds between the request to stop and the end by force
    # What may help when it ends by itself right after its start; returns what it did.
    mend: Callable[[], str] = str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_ends: int = 0

    def start(self) -> None:
        # In its own session: Ctrl-C reaches only the supervisor, which keeps the order.
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509, RUF100
        )
        self.started = time.monotonic()

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def kill(self) -> None:
        """End it and all that it started: a worker's children would outlive it."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop in {self.patience:.0f} seconds: killing it")
        self.kill()
        self.process.wait()


def say(text: str) -> None:
    print(f"[plumbline] {text}", flush=True)


@dataclass
class Supervisor:
    """The children in the order of their start; they stop in the reverse order."""

    children: list[Child] = field(default_factory=list)
    stop_requested: bool = False
    stopping: bool = False
    interruptible: bool = False

    def listen(self) -> None:
        """Take over the signals that mean stop.

        Explicitly, because a program started by a script inherits SIGINT as ignored.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopping:  # the second request: at once
            say("killing everything")
            for child in self.children:
                child.kill()
            return
        self.stop_requested = True
        if self.interruptible:
            raise StopRequested

    @contextlib.contextmanager
    def interruption(self) -> Iterator[None]:
        """Let a request to stop break off what runs inside, as for any program.

        Python can't raise inside a finalizer: it prints a traceback and goes on. Then
        the request is heeded at the end, and nothing needs to be printed.
        """
        self.check()
        usual = sys.unraisablehook
        sys.unraisablehook = lambda found: (
            None if found.exc_type is StopRequested else usual(found)
        )
        self.interruptible = True
        try:
            yield
        finally:
            self.interruptible = False
            sys.unraisablehook = usual
        self.check()

    def check(self) -> None:
        if self.stop_requested:
            raise StopRequested

    def start(self, child: Child) -> None:
        self.check()
        self.children.append(child)
        child.start()

    def wait_for(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Watch the children until `ready()`; say whether it came in time."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                return False
            self.watch_once(pause=0.05)
        return True

    def watch(self) -> None:
        while True:
            self.watch_once(pause=0.3)

    def watch_once(self, pause: float) -> None:
        self.check()
        for child in self.children:
            if child.has_ended():
                self._start_again(child)
        time.sleep(pause)

    def _start_again(self, child: Child) -> None:
        child.kill()
        code = child.process.returncode if child.process else None
        quick = time.monotonic() - child.started < QUICK_END
        child.quick_ends = child.quick_ends + 1 if quick else 0
        if child.quick_ends >= QUICK_ENDS_ALLOWED:
            message = f"{child.name} ends right after its start, again and again."
            raise GivingUp(message)
        say(f"{child.name} ended ({_reason(code)}): starting it again")
        if quick and code and code > 0 and (deed := child.mend()):
            say(f"{child.name}: {deed}")
        if quick:
            time.sleep(1)
        self.check()
        child.start()

    def stop(self) -> None:
        self.stopping = True
        for child in reversed(self.children):
            child.stop()
            say(f"{child.name} stopped")


def _reason(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"code {code}"
