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
    RowProblem,
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
            contents = read_file(options["file"])
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        plan = plan_import(
            assessment=assessment,
            edition=edition,
            member=member,
            contents=contents,
        )
        if options["replace_newer"]:
            plan = plan.replacing()
        refused = _refused(plan)
        applied = options["apply"] and not refused
        if applied:
            try:
                apply_import(
                    assessment=assessment, edition=edition, by=member.user, plan=plan
                )
            except ImportRefusedError as error:
                raise CommandError(str(error)) from error
        self._print(assessment, plan, applied=applied, form=options["format"])
        if refused:
            raise CommandError(
                ngettext(
                    "%(count)d row can’t be taken; nothing was changed.",
                    "%(count)d rows can’t be taken; nothing was changed.",
                    len(refused),
                )
                % {"count": len(refused)}
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
        for remark in plan.remarks:
            self.stdout.write(_clean(remark))
        for problem in _refused(plan):
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


def _refused(plan: Plan) -> list[RowProblem]:
    """Every row that stops the import, in the order of the file."""
    newer = [
        RowProblem(row.change.line, row.change.control.ref, row.message)
        for row in plan.newer
    ]
    return sorted([*plan.problems, *newer], key=lambda problem: problem.line)


def _summary(plan: Plan, *, applied: bool) -> str:
    rows = ngettext("%(n)d row", "%(n)d rows", plan.rows) % {"n": plan.rows}
    changes = ngettext("%(n)d change", "%(n)d changes", len(plan.changes))
    figures = {
        "rows": rows,
        "changes": changes % {"n": len(plan.changes)},
        "unchanged": plan.unchanged,
        "problems": len(_refused(plan)),
    }
    line = _(
        "%(rows)s read: %(changes)s, %(unchanged)d unchanged, %(problems)d not taken."
    )
    line %= figures
    if not plan.changes:
        return f"{line} {_('There is nothing to write.')}"
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
            for problem in _refused(plan)
        ],
        "remarks": plan.remarks,
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
