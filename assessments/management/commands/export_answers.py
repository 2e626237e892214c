"""`manage.py export_answers CODE`: the answers of an assessment as a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.services.answer_files import FORMATS, write_file
from assessments.services.transfer import about, export_rows
from standards.queries import edition_tree


class Command(BaseCommand):
    help = _(
        "Write the answers of an assessment as JSON, CSV or XLSX, one row for each "
        "control. import_answers takes the file back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help=_("the assessment's code, such as K7QX2MB"))
        parser.add_argument(
            "--format", choices=FORMATS, default="json", help=_("json by default")
        )
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help=_("instead of standard output")
        )

    def handle(self, **options: Any) -> None:
        output: Path | None = options["output"]
        if options["format"] == "xlsx" and output is None:
            raise CommandError(_("XLSX needs a file: add --output FILE."))
        assessment = find_assessment(options["code"])
        edition = edition_tree(assessment.edition_id, assessment.edition.checksum)
        content = write_file(
            options["format"],
            export_rows(assessment, edition),
            about(assessment, edition),
        )
        if output is None:
            self.stdout.write(content.decode("utf-8-sig"), ending="")
            return
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error


def find_assessment(code: str) -> Assessment:
    found = Assessment.objects.select_related("edition", "organization")
    assessment = found.filter(code=code.upper()).first()
    if assessment is None:
        raise CommandError(_("There is no assessment %(code)s.") % {"code": code})
    return assessment
