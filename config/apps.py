"""Checks that belong to the whole project."""

from django.apps import AppConfig


class PlumblineConfig(AppConfig):
    name = "config"
