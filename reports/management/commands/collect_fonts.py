"""`manage.py collect_fonts`: put the fonts of the PDF reports in place."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from reports.renderers.fonts import prepare_fonts


class Command(BaseCommand):
    help = "Copy the fonts of the PDF reports; quick when nothing changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--source", type=Path, help="folder of @expo-google-fonts")
        parser.add_argument("--target", type=Path, help="folder to fill")

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["source"] or settings.NODE_MODULES / "@expo-google-fonts"
        target = options["target"] or settings.DATA_DIR / "fonts"
        try:
            worked = prepare_fonts(source, target)
        except (FileNotFoundError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Fonts {'copied' if worked else 'up to date'}: {target}")
