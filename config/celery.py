"""The Celery application: broker settings come from Django's settings."""

import os

from celery import Celery
from celery.signals import beat_embedded_init, worker_process_init, worker_ready

from config.lifeline import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("plumbline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_embedded_init.connect
@worker_process_init.connect
def end_with_the_worker(**_details: object) -> None:
    """Clock and pool are of no use without the worker, but would outlive it."""
    end_with_parent()


@worker_ready.connect
def show_life_at_once(**_details: object) -> None:
    """The clock alone would leave /healthz without an answer for its first seconds."""
    app.send_task("common.tasks.heartbeat", expires=5)
