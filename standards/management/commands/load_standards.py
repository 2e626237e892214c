import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from standards.loader import Library, LoadError, load_library
from standards.management.output import add_format, write_rows
from standards.services import Imported, ImportRefusedError, store_library


class Command(BaseCommand):
    help = _(
        "Bring the standards of the library folder into the database. Repeating it "
        "changes nothing. A fault in any file is reported with file, line and key, "
        "and then nothing at all is written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dir",
            type=Path,
            default=settings.LIBRARY_DIR,
            help=_("the folder to read (default: %(default)s)"),
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help=_("only report faults; touch no database"),
        )
        parser.add_argument(
            "--strict",
            action="store_true",
            help=_(
                "write nothing when an edition that assessments use has changed; "
                "otherwise such an edition is kept as it is, with a warning"
            ),
        )
        add_format(parser)

    def handle(self, **options: Any) -> None:
        library = self._read(options["dir"], options["format"])
        if options["check"]:
            self._report_check(library, options["format"])
            return
        try:
            done = store_library(
                library, at=timezone.now(), keep_used=not options["strict"]
            )
        except ImportRefusedError as refusal:
            message = _("%(reason)s. Nothing was written.") % {"reason": refusal}
            raise CommandError(message) from refusal
        self._report(done, options["format"])

    def _read(self, folder: Path, form: str) -> Library:
        try:
            return load_library(folder)
        except LoadError as error:
            if form == "json":
                faults = [asdict(fault) for fault in error.faults]
                self.stdout.write(json.dumps(faults, indent=2, ensure_ascii=False))
            else:
                for fault in error.faults:
                    self.stderr.write(str(fault))
            message = ngettext(
                "%(count)s fault; nothing was written.",
                "%(count)s faults; nothing was written.",
                len(error.faults),
            )
            raise CommandError(message % {"count": len(error.faults)}) from error

    def _report_check(self, library: Library, form: str) -> None:
        rows = [
            {
                "standard": edition.standard,
                "edition": edition.slug,
                "questions": len(edition.assessable()),
            }
            for edition in library.editions
        ]
        titles = {
            "standard": _("Standard"),
            "edition": _("Edition"),
            "questions": _("Questions"),
        }
        write_rows(self.stdout, rows, titles, form)

    def _report(self, done: tuple[Imported, ...], form: str) -> None:
        rows = [
            {
                "standard": imported.edition.standard.slug,
                "edition": imported.edition.slug,
                "outcome": imported.outcome,
                "message": imported.message,
            }
            for imported in done
        ]
        titles = {
            "standard": _("Standard"),
            "edition": _("Edition"),
            "outcome": _("Outcome"),
        }
        write_rows(self.stdout, rows, titles, form)
        for imported in done:
            if imported.message:
                self.stderr.write(imported.message)
