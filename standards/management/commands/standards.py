from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from standards.management.output import add_format, write_rows
from standards.queries import counted_editions


class Command(BaseCommand):
    help = _("List the editions in the database, with how much each of them holds.")

    def add_arguments(self, parser: CommandParser) -> None:
        add_format(parser)

    def handle(self, **options: Any) -> None:
        rows = [
            {
                "standard": edition.standard.slug,
                "edition": edition.slug,
                "title": edition.title,
                "sections": edition.section_count,
                "questions": edition.asked_count,
                "built_in": edition.built_in,
            }
            for edition in counted_editions()
        ]
        titles = {
            "standard": _("Standard"),
            "edition": _("Edition"),
            "title": _("Title"),
            "sections": _("Sections"),
            "questions": _("Questions"),
            "built_in": _("Built in"),
        }
        write_rows(self.stdout, rows, titles, options["format"])
