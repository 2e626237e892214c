"""`manage.py import_answers CODE FILE`: answers from a file, all of them or none."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from accounts.permissions import ANSWERS
from assessments.management.commands.export_answers import find_assessment
from assessments.models import Assessment
from assessments.services.answer_files import UnreadableFileError, read_file
from assessments.services.transfer import (
    ImportRefusedError,
    Plan,
    apply_import,
    plan_import,
)
from standards.queries import edition_tree

LONGEST = 60  # characters of a text in the table


class Command(BaseCommand):
    help = _(
        "Take answers from a JSON, CSV or XLSX file as export_answers writes it. "
        "Without --apply it only shows what would change. One faulty row, and nothing "
        "is taken. Columns that the file lacks stay as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help=_("the assessment's code, such as K7QX2MB"))
        parser.add_argument("file", type=Path, help=_("a .json, .csv or .xlsx file"))
        parser.add_argument(
            "--by",
            required=True,
            metavar="EMAIL",
            help=_("the member whose answers they are"),
        )
        parser.add_argument(
            "--apply", action="store_true", help=_("write what the dry run shows")
        )
        parser.add_argument(
            "--replace-newer",
            action="store_true",
            help=_("also where somebody answered after the file was made"),
        )
        parser.add_argument(
            "--format",
            choices=["table", "json"],
            default="table",
            help=_("how to print the result"),
        )

    def handle(self, **options: Any) -> None:
        assessment = find_assessment(options["code"])
        member = _member(assessment, options["by"])
        if not assessment.takes_answers:
            state = {"state": assessment.get_state_display()}
            message = _("The assessment takes no answers: it is “%(state)s”.")
            raise CommandError(message % state)
        edition = edition_tree(assessment.edition_id, assessment.edition.checksum)
        try:
            rows, told = read_file(options["file"])
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        if told.get("edition", edition.code) != edition.code:
            names = {"theirs": told["edition"], "ours": edition.code}
            message = _("The file is about %(theirs)s, the assessment about %(ours)s.")
            raise CommandError(message % names)
        plan = plan_import(
            assessment=assessment,
            edition=edition,
            member=member,
            rows=rows,
            replace_newer=options["replace_newer"],
        )
        applied = options["apply"] and not plan.problems
        if applied:
            try:
                apply_import(
                    assessment=assessment, edition=edition, by=member.user, plan=plan
                )
            except ImportRefusedError as error:
                raise CommandError(str(error)) from error
        self._print(assessment, plan, applied=applied, form=options["format"])
        if plan.problems:
            raise CommandError(
                ngettext(
                    "%(count)d row can’t be taken; nothing was changed.",
                    "%(count)d rows can’t be taken; nothing was changed.",
                    len(plan.problems),
                )
                % {"count": len(plan.problems)}
            )

    def _print(
        self, assessment: Assessment, plan: Plan, *, applied: bool, form: str
    ) -> None:
        if form == "json":
            data = _as_json(assessment, plan, applied=applied)
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
            return
        for change in plan.changes:
            for name, before, after in change.parts():
                ref = change.control.ref
                old, new = _short(before), _short(after)
                self.stdout.write(
                    _("line %(line)d  %(ref)s  %(name)s: %(old)s → %(new)s")
                    % {
                        "line": change.line,
                        "ref": ref,
                        "name": name,
                        "old": old,
                        "new": new,
                    }
                )
        for problem in plan.problems:
            self.stdout.write(
                _("line %(line)d  %(ref)s  NOT TAKEN: %(message)s")
                % {
                    "line": problem.line,
                    "ref": _clean(problem.ref) or "–",
                    "message": _clean(problem.message),
                }
            )
        self.stdout.write(_summary(plan, applied=applied))


def _member(assessment: Assessment, email: str) -> Membership:
    members = Membership.objects.active().filter(organization=assessment.organization)
    member = members.select_related("user").filter(user__email__iexact=email).first()
    if member is None:
        raise CommandError(
            _("%(email)s is no member of %(organization)s.")
            % {"email": email, "organization": assessment.organization.name}
        )
    if member.role not in ANSWERS:
        role = {"email": email, "role": member.get_role_display()}
        message = _("%(email)s may not answer: the role is %(role)s.")
        raise CommandError(message % role)
    return member


def _summary(plan: Plan, *, applied: bool) -> str:
    changes = ngettext("%(n)d change", "%(n)d changes", len(plan.changes))
    counted = changes % {"n": len(plan.changes)}
    figures = {
        "changes": counted,
        "unchanged": plan.unchanged,
        "problems": len(plan.problems),
    }
    line = _("%(changes)s, %(unchanged)d unchanged, %(problems)d not taken.") % figures
    if applied:
        return f"{line} {_('Written.')}"
    return f"{line} {_('Dry run: nothing was written. Add --apply to write it.')}"


def _as_json(assessment: Assessment, plan: Plan, *, applied: bool) -> dict[str, object]:
    return {
        "assessment": assessment.code,
        "applied": applied,
        "rows": plan.rows,
        "unchanged": plan.unchanged,
        "changes": [
            {
                "line": change.line,
                "ref": change.control.ref,
                "version": change.version,
                "before": {name: old for name, old, _new in change.parts()},
                "after": {name: new for name, _old, new in change.parts()},
            }
            for change in plan.changes
        ],
        "problems": [
            {"line": problem.line, "ref": problem.ref, "message": problem.message}
            for problem in plan.problems
        ],
    }


def _short(value: object) -> str:
    """A value on one line, cut where it is long."""
    if isinstance(value, list):
        value = " ".join(map(str, value))
    text = _clean(str(value))
    if not text:
        return "–"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _clean(text: str) -> str:
    """Text on one line; whatever people wrote can't steer the terminal."""
    line = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "?" for sign in line)
