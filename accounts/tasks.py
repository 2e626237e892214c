"""The regular clearing of sessions that are over."""

from celery import shared_task

from accounts.services.security import clear_sessions as clear


@shared_task(acks_late=False)
def clear_sessions() -> None:
    clear()
