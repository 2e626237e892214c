"""Answers out of an assessment and into one: first what would change, then all of it.

An import is all or nothing. It never replaces an answer that is newer than the file
unless that is asked for, and goes through the same service as the pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from assessments.enums import UNKNOWN
from assessments.models import Answer, AnswerRevision, Assessment
from assessments.permissions import can_answer
from assessments.queries.answers import answers_of
from assessments.queries.tasklist import tasks_of
from assessments.services.answer_files import FileRow, Row
from assessments.services.answers import Conflict, NotOpen, record_answer
from assessments.services.content import AnswerContent, InvalidAnswer, clean_content
from standards.loader import ControlData, EditionData

PARTS = ("option", "justification", "note", "ticks", "flagged")
YES = frozenset({"true", "yes", "1", "x"})
NO = frozenset({"", "false", "no", "0"})
VERSION = re.compile("[0-9]{1,9}")
SEPARATORS = re.compile(r"[\s,;]+")


class ImportRefusedError(Exception):
    """Nothing was imported; the message says why."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that can't be taken."""

    line: int
    ref: str
    message: str


@dataclass(frozen=True)
class RowChange:
    """What a row would change; `before` is None where nothing was answered yet."""

    line: int
    control: ControlData
    before: AnswerContent | None
    after: AnswerContent
    version: int
    ask_id: int | None = None

    def parts(self) -> list[tuple[str, object, object]]:
        """What differs: its name, what stands there and what would."""
        old = (self.before or AnswerContent()).fields()
        new = self.after.fields()
        return [(x, old[x], new[x]) for x in PARTS if old[x] != new[x]]


@dataclass
class Plan:
    """What a file would do."""

    changes: list[RowChange] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    unchanged: int = 0

    @property
    def rows(self) -> int:
        return len(self.changes) + len(self.problems) + self.unchanged


def export_rows(assessment: Assessment, edition: EditionData) -> list[Row]:
    """Every control that is asked, answered or not. One statement."""
    answers = answers_of(assessment)
    return [
        _row(control, edition, answers.get(control.id or 0))
        for control in edition.assessable()
    ]


def _row(control: ControlData, edition: EditionData, answer: Answer | None) -> Row:
    return {
        "ref": control.ref,
        "title": control.title,
        "section": edition.section_of(control.ref).title,
        "option": answer.option if answer else "",
        "justification": answer.justification if answer else "",
        "note": answer.note if answer else "",
        "ticks": " ".join(answer.ticks) if answer else "",
        "flagged": answer.flagged if answer else False,
        "version": answer.version if answer else 0,
        "answered_by": str(answer.updated_by) if answer else "",
        "answered_at": answer.updated_at.isoformat() if answer else "",
    }


def about(assessment: Assessment, edition: EditionData) -> dict[str, str]:
    return {"assessment": assessment.code, "edition": edition.code}


def plan_import(
    *,
    assessment: Assessment,
    edition: EditionData,
    member: Membership,
    rows: Sequence[FileRow],
    replace_newer: bool = False,
) -> Plan:
    """Compare a file with the answers; nothing is written. A fixed few statements."""
    checker = _Checker(assessment, edition, member, replace_newer=replace_newer)
    plan = Plan()
    for row in rows:
        try:
            change = checker.check(row)
        except _BadRowError as fault:
            ref = row.values.get("ref", "").strip()
            plan.problems.append(RowProblem(row.line, ref, str(fault)))
        else:
            if change is None:
                plan.unchanged += 1
            else:
                plan.changes.append(change)
    return plan


def apply_import(
    *, assessment: Assessment, edition: EditionData, by: User, plan: Plan
) -> None:
    """Write every change of the plan, or none. Raises ImportRefusedError."""
    if plan.problems:
        raise ImportRefusedError(_("The file has faulty rows; nothing was changed."))
    with transaction.atomic():
        for change in plan.changes:
            try:
                record_answer(
                    assessment=assessment,
                    edition=edition,
                    control=change.control,
                    by=by,
                    content=change.after,
                    seen_version=change.version,
                    key="",
                    ask_id=change.ask_id,
                    kind=AnswerRevision.Kind.IMPORT,
                )
            except Conflict as conflict:
                message = _("Somebody answered %(ref)s meanwhile; nothing was changed.")
                message %= {"ref": change.control.ref}
                raise ImportRefusedError(message) from conflict
            except NotOpen as error:
                message = _("It was submitted meanwhile; nothing was changed.")
                raise ImportRefusedError(message) from error


class _BadRowError(Exception):
    pass


class _Checker:
    """Checks row after row against the answers as they stand."""

    def __init__(
        self,
        assessment: Assessment,
        edition: EditionData,
        member: Membership,
        *,
        replace_newer: bool,
    ) -> None:
        self.edition = edition
        self.member = member
        self.replace_newer = replace_newer
        self.answers = answers_of(assessment)
        self.tasks = tasks_of(assessment)
        self.in_team = member.teams.filter(pk=assessment.team_id).exists()
        self.seen: set[str] = set()

    def check(self, row: FileRow) -> RowChange | None:
        """What the row changes, None for nothing. Raises _BadRowError."""
        control = self._control(row)
        answer = self.answers.get(control.id or 0)
        before = AnswerContent.of(answer.content()) if answer else None
        after = self._content(row.values, before, control)
        if after == (before or AnswerContent()):
            return None
        version = self._version(row.values)
        # An export names what nobody had answered; somebody may have since.
        if version == 0 and after == self._as_if_new(row.values):
            return None
        self._may_write(control, answer)
        if answer and version != answer.version and not self.replace_newer:
            raise _BadRowError(_newer(version, answer))
        return RowChange(
            line=row.line,
            control=control,
            before=before,
            after=after,
            version=answer.version if answer else 0,
            ask_id=answer.ask_id if answer and after.option == UNKNOWN else None,
        )

    def _control(self, row: FileRow) -> ControlData:
        ref = row.values["ref"].strip()
        if not ref:
            raise _BadRowError(_("The ref is missing."))
        try:
            control = self.edition.control(ref)
        except KeyError as error:
            message = _("%(edition)s has no control %(ref)s.")
            names = {"edition": self.edition.title, "ref": ref[:40]}
            raise _BadRowError(message % names) from error
        if not control.asked:
            raise _BadRowError(_("%(ref)s is not asked itself.") % {"ref": ref})
        if ref in self.seen:
            raise _BadRowError(_("%(ref)s stands in the file twice.") % {"ref": ref})
        self.seen.add(ref)
        return control

    def _content(
        self,
        values: Mapping[str, str],
        before: AnswerContent | None,
        control: ControlData,
    ) -> AnswerContent:
        """What the row says; columns that the file lacks stay as they are."""
        content = before or AnswerContent()
        changed: dict[str, object] = {**content.fields(), "ticks": content.ticks}
        changed.update(_said(values))
        try:
            return clean_content(
                AnswerContent(**changed),  # type: ignore[arg-type]
                control,
                self.edition.scale,
            )
        except InvalidAnswer as error:
            raise _BadRowError(str(error)) from error

    def _as_if_new(self, values: Mapping[str, str]) -> AnswerContent | None:
        """An empty content when the row says nothing at all."""
        said = [values.get(name, "").strip() for name in PARTS]
        return None if any(said) else AnswerContent()

    def _version(self, values: Mapping[str, str]) -> int:
        text = values.get("version", "").strip() or "0"
        if not VERSION.fullmatch(text):
            raise _BadRowError(_("The version must be a whole number."))
        return int(text)

    def _may_write(self, control: ControlData, answer: Answer | None) -> None:
        section = self.edition.section_of(control.ref)
        task = self.tasks.get(section.id or 0)
        allowed = can_answer(
            self.member,
            owner_id=task.owner_id if task else None,
            in_team=self.in_team,
            asked=answer is not None and answer.ask_id == self.member.user_id,
        )
        if not allowed:
            message = _("%(name)s may not answer this control.")
            raise _BadRowError(message % {"name": self.member.user})


def _said(values: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    for name in ("option", "justification", "note"):
        if name in values:
            text = values[name]
            yield name, text.strip() if name == "option" else text
    if "ticks" in values:
        yield "ticks", tuple(filter(None, SEPARATORS.split(values["ticks"])))
    if "flagged" in values:
        word = values["flagged"].strip().lower()
        if word not in YES | NO:
            raise _BadRowError(_("“flagged” must be true or empty."))
        yield "flagged", word in YES


def _newer(version: int, answer: Answer) -> str:
    names = {
        "mine": version,
        "theirs": answer.version,
        "name": answer.updated_by,
        "day": answer.updated_at.date().isoformat(),
    }
    if version == 0:
        message = _(
            "There is an answer already (version %(theirs)d by %(name)s, %(day)s), and "
            "the row does not say which version it replaces."
        )
    else:
        message = _(
            "The answer is newer than the file: version %(theirs)d by %(name)s, "
            "%(day)s; the row was made from version %(mine)d."
        )
    return message % names
