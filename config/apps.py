"""Checks that belong to the whole project."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


class PlumblineConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        register(check_hosts, Tags.security, deploy=True)


def check_hosts(**_options: Any) -> list[CheckMessage]:
    """A mailed link names the host of the request, so strangers must not choose it."""
    if settings.HTTPS and "*" in settings.ALLOWED_HOSTS:
        message = "Plumbline answers to any host name."
        return [Warning(message, hint="Set PLUMBLINE_HOSTS.", id="config.W001")]
    return []
