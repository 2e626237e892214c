"""The worker's sign of life."""

from celery import shared_task

from common.signs import worker_sign


@shared_task
def heartbeat() -> None:
    """Touch the file that /healthz looks at.

    A task, not a thread of the worker: it runs only if clock, broker and worker live.
    """
    worker_sign().touch()
