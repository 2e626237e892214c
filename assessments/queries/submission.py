"""What stands between a team and its submission, and what was asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from assessments.enums import UNKNOWN
from assessments.models import Answer, Assessment, SectionTask
from assessments.queries.answers import judged_by_control, verdict_log
from assessments.queries.changes import level_of
from assessments.queries.questionnaire import Level
from assessments.queries.tasklist import ref_range, tasks_of
from standards.loader import ControlData, EditionData, SectionData


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing to do before submitting: a control to answer or a section to complete.

    `kind` is unanswered, unknown or incomplete; only the first two have a control.
    """

    kind: str
    section: SectionData
    control: ControlData | None = None


@dataclass(frozen=True)
class SectionCheck:
    """One section with what is missing in it."""

    section: SectionData
    task: SectionTask | None
    total: int
    unanswered: list[ControlData] = field(default_factory=list)
    unknown: list[ControlData] = field(default_factory=list)
    # A justification is kept although the answer is no longer 'not applicable'.
    hidden: list[tuple[ControlData, str]] = field(default_factory=list)

    @property
    def range(self) -> str:
        return ref_range(self.section)

    @property
    def answered(self) -> int:
        return self.total - len(self.unanswered) - len(self.unknown)

    @property
    def completed(self) -> bool:
        return self.task is not None and self.task.completed_at is not None

    @property
    def ready(self) -> bool:
        return self.completed and self.answered == self.total

    @property
    def status(self) -> str:
        """todo, doing or done: the three words of the task list."""
        if self.ready:
            return "done"
        return "doing" if self.answered else "todo"

    def blockers(self) -> Iterator[Blocker]:
        for control in self.unanswered:
            yield Blocker("unanswered", self.section, control)
        for control in self.unknown:
            yield Blocker("unknown", self.section, control)
        if not self.completed:
            yield Blocker("incomplete", self.section)


def section_checks(assessment: Assessment, edition: EditionData) -> list[SectionCheck]:
    """Every section that asks something, checked. Two statements."""
    rows = Answer.objects.filter(assessment=assessment).values_list(
        "control_id", "option", "justification"
    )
    answers = {pk: (option, why) for pk, option, why in rows}
    tasks = tasks_of(assessment)
    checks = []
    for section in edition.pages():
        controls = section.assessable()
        if not controls:
            continue
        check = SectionCheck(section, tasks.get(section.id or 0), len(controls))
        for control in controls:
            option, why = answers.get(control.id or 0, ("", ""))
            _sort_in(check, control, level_of(option, edition.scale), why)
        checks.append(check)
    return checks


def _sort_in(
    check: SectionCheck, control: ControlData, level: Level | None, why: str
) -> None:
    option = level.option if level else None
    if option is None:
        check.unanswered.append(control)
    elif option.code == UNKNOWN:
        check.unknown.append(control)
    if why and not (option and option.na):
        check.hidden.append((control, why))


def blockers(assessment: Assessment, edition: EditionData) -> list[Blocker]:
    """What blocks a submission, in the order of the standard."""
    checks = section_checks(assessment, edition)
    return [blocker for check in checks for blocker in check.blockers()]


@dataclass(frozen=True, slots=True)
class Requested:
    """A change that an auditor asked for, and whether the answer changed since."""

    control: ControlData
    request: str
    auditor: str
    seen_version: int
    version: int

    @property
    def made(self) -> bool:
        return self.version > self.seen_version


def requested_changes(assessment: Assessment, edition: EditionData) -> list[Requested]:
    """What the team was asked to change in the rounds so far. One statement."""
    judged = judged_by_control(verdict_log(assessment, sent=True))
    found = []
    for control in edition.assessable():
        last = judged.get(control.id or 0)
        if last and last.verdict.request:
            found.append(
                Requested(
                    control=control,
                    request=last.verdict.request,
                    auditor=str(last.verdict.auditor),
                    seen_version=last.version,
                    version=last.verdict.answer.version,
                )
            )
    return found
