"""The task list of an assessment: one row for each page of the questionnaire."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment, SectionTask
from assessments.queries.answers import is_answered
from assessments.queries.records import rename_people
from standards.loader import ControlData, EditionData, SectionData


@dataclass(frozen=True)
class SectionRow:
    """One section in the task list."""

    section: SectionData
    # The heading to print above this row; None when it stands under the one before.
    heading: SectionData | None
    answered: int
    total: int
    task: SectionTask | None
    # The controls whose answer an auditor wants changed, and nobody changed yet.
    requested: tuple[ControlData, ...]

    @property
    def range(self) -> str:
        return ref_range(self.section)

    @property
    def changes(self) -> int:
        return len(self.requested)

    @property
    def owner(self) -> User | None:
        return self.task.owner if self.task else None

    @property
    def absence(self) -> str:
        """Why the owner does not answer, in words; empty when the owner does."""
        return self.task.absence if self.task else ""

    @property
    def is_open(self) -> bool:
        """Whether nobody owns the section, or nobody who can answer."""
        return self.task is None or self.task.answerer_id is None

    @property
    def due(self) -> date | None:
        return self.task.due if self.task else None

    @property
    def completed(self) -> bool:
        done = self.task is not None and self.task.completed_at is not None
        return done and self.answered == self.total

    @property
    def status(self) -> str:
        """todo, doing or done: the three words of the task list."""
        if self.completed:
            return "done"
        return "doing" if self.answered else "todo"

    @property
    def late(self) -> bool:
        return bool(self.due and not self.completed and self.due < timezone.localdate())


def ref_range(section: SectionData) -> str:
    """The refs on a page, such as A.5.19–A.5.23; each of them where they are mixed."""
    refs = [control.ref for control in section.assessable()]
    if len(refs) < 2:
        return "".join(refs)
    if refs[0] != min(refs, key=_in_parts) or refs[-1] != max(refs, key=_in_parts):
        return ", ".join(refs)
    return f"{refs[0]}–{refs[-1]}"


def _in_parts(ref: str) -> list[tuple[int, str]]:
    """A ref by which A.5.9 comes before A.5.10."""
    parts = re.split(r"(\d+)", ref)
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def tasks_of(assessment: Assessment) -> dict[int, SectionTask]:
    """The section tasks by section id, with their owners."""
    tasks = list(assessment.tasks.with_presence().select_related("owner"))
    rename_people(assessment, (task.owner for task in tasks))
    return {task.section_id: task for task in tasks}


def _group_of(
    edition: EditionData, page: SectionData, above: list[SectionRow]
) -> SectionData | None:
    """The heading that a page stands under: its outermost parent.

    A page without parents is its own heading, so that it does not seem to belong to a
    group above it; none is needed before the first group.
    """
    parents = edition.parents(page.ref)
    if parents:
        return parents[0]
    grouped = any(row.heading for row in above)
    return page if grouped else None


def section_rows(
    edition: EditionData,
    options: Mapping[int, str],
    tasks: Mapping[int, SectionTask],
    changes: Iterable[int] = (),
) -> list[SectionRow]:
    """The rows of the task list: every page that asks something."""
    requested = set(changes)
    rows: list[SectionRow] = []
    group: SectionData | None = None
    for page in edition.pages():
        asked = page.assessable()
        if not asked:
            continue
        before, group = group, _group_of(edition, page, rows)
        rows.append(
            SectionRow(
                section=page,
                heading=group if group is not before else None,
                answered=sum(is_answered(options.get(c.pk, "")) for c in asked),
                total=len(asked),
                task=tasks.get(page.pk),
                requested=tuple(c for c in asked if c.pk in requested),
            )
        )
    return rows
