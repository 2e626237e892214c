"""`manage.py backup`: the whole installation in one archive."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backup.errors import BackupError
from config.backup.making import make_backup


class Command(BaseCommand):
    help = (
        "Write database, evidence, reports and the secret key into one archive and "
        "check it. Plumbline may run meanwhile. Keep the archive secret."
    )
    requires_system_checks: list[str] = []  # an installation with faults needs it most

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "target",
            nargs="?",
            default=Path(),
            type=Path,
            help="a new file or a folder; the present folder by default",
        )

    def handle(self, *_args: Any, target: Path, **_options: Any) -> None:
        try:
            backup = make_backup(target)
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(backup.manifest.rows.values())
        files = len(backup.manifest.members) - 2  # the database and the secret key
        size = backup.path.stat().st_size
        self.stdout.write(
            f"{backup.path}: {rows:,} rows, {files:,} files, {size:,} bytes. "
            "It was read again and is whole."
        )
        if backup.lost:
            raise CommandError(
                f"{len(backup.lost)} files that the database names are missing or "
                f"changed on the disk, first of all {backup.lost[0]}. "
                "The backup has everything else."
            )
