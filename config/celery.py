"""The Celery application: broker settings come from Django's settings."""

import os

from celery import Celery
from celery.signals import (
    beat_init,
    before_task_publish,
    worker_process_init,
    worker_ready,
)

from common.signs import clock_sign
from config.lifeline import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("plumbline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def end_with_the_worker(**_details: object) -> None:
    """The pool is of no use without the worker, but would outlive it."""
    end_with_parent()


@worker_ready.connect
def show_life_at_once(**_details: object) -> None:
    """The clock alone would leave /healthz without an answer for its first seconds."""
    app.send_task("common.tasks.heartbeat", expires=5)


@beat_init.connect
def watch_the_clock(**_details: object) -> None:
    """Let the clock show life whenever it sends a job, whoever takes that."""
    clock_sign().touch()
    before_task_publish.connect(_show_clock, weak=False)


def _show_clock(**_details: object) -> None:
    clock_sign().touch()
