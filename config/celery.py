"""The Celery application: broker settings come from Django's settings."""

import os

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("plumbline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def show_life_at_once(**_details: object) -> None:
    """The clock alone would leave /healthz without an answer for its first seconds."""
    app.send_task("common.tasks.heartbeat", expires=5)
