"""Answers out of an assessment and into one: first what would change, then all of it.

An import is all or nothing. It never replaces an answer that is newer than the file
unless that is asked for, and goes through the same service as the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from assessments.enums import UNKNOWN
from assessments.models import Answer, AnswerRevision, Assessment
from assessments.permissions import can_answer
from assessments.queries.answers import answers_of
from assessments.queries.tasklist import tasks_of
from assessments.services.answer_files import Cell, FileContents, FileRow, Row
from assessments.services.answer_files.columns import ANSWER_PARTS
from assessments.services.answer_files.refs import Refs, RowFaultError
from assessments.services.answer_files.values import (
    Options,
    read_flag,
    read_ticks,
    read_version,
)
from assessments.services.answers import Conflict, NotOpen, record_answer
from assessments.services.content import (
    AnswerContent,
    InvalidAnswer,
    clean_content,
    clean_text,
)
from standards.loader import ControlData, EditionData

PARTS = ("option", "justification", "note", "ticks", "flagged")


class ImportRefusedError(Exception):
    """Nothing was imported; the message says why."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that can't be taken."""

    line: int
    ref: str
    message: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class NewerAnswer:
    """A row whose control was answered after the file was made."""

    change: RowChange
    answer: Answer
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
    newer: list[NewerAnswer] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    unchanged: int = 0
    remarks: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        refused = len(self.newer) + len(self.problems)
        return len(self.changes) + refused + self.unchanged

    @property
    def fingerprint(self) -> str:
        """Equal for plans that would write the same over the same answers."""
        written = [*self.changes, *(newer.change for newer in self.newer)]
        said = [
            (change.control.ref, change.version, change.after.fields())
            for change in written
        ]
        return sha256(repr(said).encode()).hexdigest()

    def replacing(self) -> Plan:
        """The same plan with the newer answers replaced as well."""
        changes = [*self.changes, *(newer.change for newer in self.newer)]
        changes.sort(key=lambda change: change.line)
        return replace(self, changes=changes, newer=[])

    def keeping(self) -> Plan:
        """The same plan with the newer answers left as they are."""
        return replace(self, newer=[], unchanged=self.unchanged + len(self.newer))


def export_rows(assessment: Assessment, edition: EditionData) -> list[Row]:
    """Every control that is asked, answered or not. One statement."""
    return answer_rows(edition, answers_of(assessment))


def answer_rows(edition: EditionData, answers: Mapping[int, Answer]) -> list[Row]:
    """Every control that is asked with its answer, by the control's id."""
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
    contents: FileContents,
) -> Plan:
    """Compare a file with the answers; nothing is written. A fixed few statements."""
    checker = _Checker(assessment, edition, member, contents)
    plan = Plan(remarks=list(contents.remarks))
    for row in contents.rows:
        try:
            outcome = checker.check(row)
        except RowFaultError as fault:
            cell = row.cell("ref")
            problem = RowProblem(row.line, row.text("ref"), str(fault), cell.place)
            plan.problems.append(problem)
            continue
        if outcome is None:
            plan.unchanged += 1
        elif isinstance(outcome, NewerAnswer):
            plan.newer.append(outcome)
        else:
            plan.changes.append(outcome)
    return plan


def apply_import(
    *, assessment: Assessment, edition: EditionData, by: User, plan: Plan
) -> None:
    """Write every change of the plan, or none. Raises ImportRefusedError."""
    if plan.problems:
        raise ImportRefusedError(_("The file has faulty rows; nothing was changed."))
    if plan.newer:
        raise ImportRefusedError(
            _("Some answers are newer than the file; nothing was changed.")
        )
    with transaction.atomic():
        for change in plan.changes:
            _apply(assessment, edition, by, change)


def _apply(
    assessment: Assessment, edition: EditionData, by: User, change: RowChange
) -> None:
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


class _Checker:
    """Checks row after row against the answers as they stand."""

    def __init__(
        self,
        assessment: Assessment,
        edition: EditionData,
        member: Membership,
        contents: FileContents,
    ) -> None:
        self.assessment = assessment
        self.edition = edition
        self.member = member
        self.keeps_zeros = contents.keeps_zeros
        self.refs = Refs(edition)
        self.options = Options(edition.scale)
        self.answers = answers_of(assessment)
        self.tasks = tasks_of(assessment)
        self.in_team = member.teams.filter(pk=assessment.team_id).exists()
        self.lines: dict[str, int] = {}

    def check(self, row: FileRow) -> RowChange | NewerAnswer | None:
        """What the row changes, None for nothing. Raises RowFaultError."""
        if row.fault:
            raise RowFaultError(row.fault)
        control = self._control(row)
        answer = self.answers.get(control.id or 0)
        before = _stored(answer)
        after = self._content(row, before, control)
        if after == (before or AnswerContent()):
            return None
        version = self._version(row)
        # An export names what nobody had answered; somebody may have since.
        if version == 0 and all(row.cell(name).is_blank for name in ANSWER_PARTS):
            return None
        self._may_write(control, answer)
        change = RowChange(
            line=row.line,
            control=control,
            before=before,
            after=after,
            version=answer.version if answer else 0,
            ask_id=answer.ask_id if answer and after.option == UNKNOWN else None,
        )
        if answer and version != answer.version:
            return NewerAnswer(change, answer, _newer(version, answer))
        return change

    def _control(self, row: FileRow) -> ControlData:
        edition = row.text("edition")
        if edition and edition != self.edition.code:
            message = _("The file is about %(theirs)s, the assessment about %(ours)s.")
            names = {"theirs": edition[:40], "ours": self.edition.code}
            raise RowFaultError(message % names)
        control = self.refs.control(row, keeps_zeros=self.keeps_zeros)
        first = self.lines.setdefault(control.ref, row.line)
        if first != row.line:
            raise RowFaultError(self._twice(control.ref, first))
        return control

    def _twice(self, ref: str, first: int) -> str:
        message = _("%(ref)s stands in the file twice, first in line %(line)d.")
        message %= {"ref": ref, "line": first}
        twins = self.refs.twins(ref)
        if not twins:
            return message
        hint = _("A spreadsheet may have cut a zero: is one of them %(refs)s?")
        return f"{message} {hint % {'refs': _(' or ').join(twins)}}"

    def _content(
        self, row: FileRow, before: AnswerContent | None, control: ControlData
    ) -> AnswerContent:
        """What the row says; columns that the file lacks stay as they are."""
        content = before or AnswerContent()
        said: dict[str, Callable[[Cell], object]] = {
            "justification": lambda cell: cell.text,
            "note": lambda cell: cell.text,
            "ticks": lambda cell: read_ticks(cell, control),
            "flagged": read_flag,
        }
        changed = {
            name: read(row.cells[name])
            for name, read in said.items()
            if name in row.cells
        }
        if not {"option", "level"}.isdisjoint(row.cells):
            changed["option"] = self.options.read_row(row, control)
        try:
            # A frozen dataclass of known fields: each reader gives its own type.
            content = replace(content, **changed)  # type: ignore[arg-type]
            return clean_content(content, control, self.edition.scale)
        except InvalidAnswer as error:
            raise RowFaultError(str(error)) from error

    def _version(self, row: FileRow) -> int:
        """The version that the row was made from; of another assessment, none."""
        version = read_version(row.cell("version"))
        source = row.text("assessment")
        return version if source in {"", self.assessment.code} else 0

    def _may_write(self, control: ControlData, answer: Answer | None) -> None:
        section = self.edition.section_of(control.ref)
        task = self.tasks.get(section.id or 0)
        allowed = can_answer(
            self.member,
            owner_id=task.answerer_id if task else None,
            in_team=self.in_team,
            asked=answer is not None and answer.ask_id == self.member.user_id,
        )
        if not allowed:
            message = _("%(name)s may not answer this control.")
            raise RowFaultError(message % {"name": self.member.user})


def _stored(answer: Answer | None) -> AnswerContent | None:
    """An answer as it would be stored today: older ones may hold what no file can."""
    if answer is None:
        return None
    content = AnswerContent.of(answer.content())
    return replace(
        content,
        justification=clean_text(content.justification),
        note=clean_text(content.note),
    )


def _newer(version: int, answer: Answer) -> str:
    names = {
        "mine": version,
        "theirs": answer.version,
        "name": answer.updated_by,
        "day": date_format(timezone.localtime(answer.updated_at), "DATE_FORMAT"),
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
