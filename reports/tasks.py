"""Jobs: thin wrappers that take ids and call one service.

The state of a report lives in its own row. A message is acknowledged when it arrives;
what makes a lost or killed job run again is `revive_reports`, not the broker.
"""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from reports.services import making, requests


@shared_task(bind=True, acks_late=False)
def make_report(self: Any, _report_id: int) -> None:
    """Make the next report in turn; the one that the message names had its own."""
    making.make_next_report(token=self.request.id)


@shared_task(acks_late=False)
def revive_reports() -> None:
    requests.revive_reports()


@worker_ready.connect
def revive_at_start(**_details: object) -> None:
    """A worker that comes back looks at once for what the last one dropped."""
    revive_reports.apply_async(expires=30)
