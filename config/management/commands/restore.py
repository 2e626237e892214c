"""`manage.py restore`: an installation as it was when the archive was made."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backup.errors import BackupError
from config.backup.making import restore_backup
from config.management.commands.serve import CannotStart, only_one


class Command(BaseCommand):
    help = (
        "Put what `backup` wrote in place again. Plumbline must be stopped. Nothing is "
        "changed before the whole archive was checked."
    )
    requires_system_checks: list[str] = []  # it mends what they would complain of

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "--replace",
            action="store_true",
            help="move the present data aside, if there are any",
        )

    def handle(
        self, *_args: Any, archive: Path, replace: bool, **_options: Any
    ) -> None:
        try:
            with only_one("restoring a backup"):
                restored = restore_backup(archive, replace=replace)
        except (BackupError, CannotStart) as error:
            raise CommandError(str(error)) from error
        rows = sum(restored.manifest.rows.values())
        self.stdout.write(
            f"Restored the state of {restored.manifest.made_at}: {rows:,} rows. "
            "Start Plumbline now: it migrates the database if needed."
        )
        for place in restored.aside:
            self.stdout.write(f"What was there before lies in {place}.")
