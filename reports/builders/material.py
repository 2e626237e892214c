"""The rows that a report is made of, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Event
from assessments.models import (
    Answer,
    AnswerEvidence,
    Assessment,
    Evidence,
    SectionTask,
)
from assessments.queries.answers import LastTime, answers_of, last_time
from assessments.queries.records import (
    apply_evidence,
    apply_record,
    record_of,
    rename_actors,
)
from assessments.queries.results import Results, results_of
from assessments.queries.tasklist import tasks_of
from standards.loader import ControlData, EditionData
from standards.queries import edition_tree

# The steps of an assessment; its answers have a history of their own on the pages.
EVENTS = 200


@dataclass(frozen=True)
class Material:
    """Everything about one assessment, as it stood when it was read."""

    assessment: Assessment
    edition: EditionData
    results: Results
    answers: Mapping[int, Answer]
    tasks: Mapping[int, SectionTask]
    # By answer id, in the order in which they were attached.
    evidence: Mapping[int, list[Evidence]]
    last: Mapping[str, LastTime]
    events: list[Event]

    def answer(self, control: ControlData) -> Answer | None:
        return self.answers.get(control.id or 0)

    def task_of(self, control_ref: str) -> SectionTask | None:
        section = self.edition.section_of(control_ref)
        return self.tasks.get(section.id or 0)

    @property
    def as_of(self) -> datetime:
        """When what the report says came to be: the sealing, or the last change.

        Equal data gives an equal moment, so the same report twice is the same file.
        """
        if self.assessment.sealed_at:
            return self.assessment.sealed_at
        moments = [self.assessment.created_at]
        moments += [answer.updated_at for answer in self.answers.values()]
        moments += [found.verdict.at for found in self.results.judged.values()]
        moments += [event.at for event in self.events]
        return max(moments)


def read_material(assessment_id: int) -> Material:
    """At most sixteen statements, three of them for an edition not met before.

    A sealed assessment is read with the names that it had at its sealing; that is one
    statement more.
    """
    assessment = Assessment.objects.select_related(
        "organization",
        "team",
        "edition__standard",
        "manager",
        "auditor",
        "submitted_by",
        "accepted_by",
        "sealed_by",
    ).get(pk=assessment_id)
    apply_record(assessment)
    edition = edition_tree(assessment.edition_id, assessment.edition.checksum)
    return Material(
        assessment=assessment,
        edition=edition,
        results=results_of(assessment, edition),
        answers=answers_of(assessment),
        tasks=tasks_of(assessment),
        evidence=_evidence(assessment),
        last=last_time(assessment, edition),
        events=_events(assessment),
    )


def _evidence(assessment: Assessment) -> dict[int, list[Evidence]]:
    attached = AnswerEvidence.objects.filter(
        answer__assessment=assessment, removed_at=None
    ).select_related("evidence__owner")
    found: dict[int, list[Evidence]] = {}
    for row in attached.order_by("added_at", "pk"):
        found.setdefault(row.answer_id, []).append(row.evidence)
    apply_evidence(assessment, [piece for pieces in found.values() for piece in pieces])
    return found


def _events(assessment: Assessment) -> list[Event]:
    """The latest steps, oldest first; of a sealed assessment up to its sealing."""
    found = Event.objects.filter(
        subject=assessment.subject, organization=assessment.organization_id
    ).select_related("actor")
    if record := record_of(assessment):
        found = found.filter(pk__lte=record.last_event)
    events = list(found[:EVENTS])[::-1]
    rename_actors(assessment, events)
    return events
