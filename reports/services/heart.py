"""A thread that shows life for a task while something long and opaque runs."""

import threading
from types import TracebackType
from typing import Self

from django.db import DatabaseError, connection
from django.utils import timezone

from reports.models import Report

BEAT = 2.0  # seconds


class Heart:
    """Refreshes the heartbeat of a held report until the block ends."""

    def __init__(self, report_id: int, token: str, *, beat: float = BEAT) -> None:
        self.report_id = report_id
        self.token = token
        self.beat = beat
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopped.set()
        self.thread.join()

    def _run(self) -> None:
        try:
            while not self.stopped.wait(self.beat):
                self._refresh()
        finally:
            connection.close()  # this thread's own

    def _refresh(self) -> None:
        held = Report.objects.held_by(self.report_id, self.token)
        try:
            held.update(heartbeat=timezone.now())
        except DatabaseError:  # busy or away: the next beat tries again
            connection.close()
