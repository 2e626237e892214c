"""Keeping what a sealed assessment prints, so that later renaming never changes it.

Answers, verdicts, dates and the edition can't change while an assessment is sealed.
What could still change is how organization, team and people are called, evidence that
other assessments use too, and the assessment before: a record holds these.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Event, User
from assessments.models import (
    Answer,
    AnswerEvidence,
    Assessment,
    SealedRecord,
    Verdict,
)
from assessments.scoring import ENGINE_VERSION

ROLES = (
    "manager",
    "auditor",
    "created_by",
    "submitted_by",
    "accepted_by",
    "sealed_by",
)
EVIDENCE = ("title", "url", "file_name", "media_type", "size", "sha256")
DAYS = ("period_start", "period_end")


def keep_record(assessment: Assessment, *, sealed_at: datetime) -> SealedRecord:
    """Store what the assessment, sealed just now and logged so, prints from here on."""
    events = Event.objects.filter(
        subject=assessment.subject, organization=assessment.organization_id
    )
    asked = dict(
        Answer.objects.filter(assessment=assessment)
        .exclude(ask=None)
        .values_list("pk", "ask")
    )
    actors = dict(events.exclude(actor=None).values_list("pk", "actor"))
    people = {*_people(assessment), *asked.values(), *actors.values()}
    content = {
        "organization": assessment.organization.name,
        "time_zone": assessment.organization.time_zone,
        "team": assessment.team.name,
        "standard": assessment.edition.standard.name,
        "edition": assessment.edition.title,
        "scope": assessment.scope,
        "engine": ENGINE_VERSION,
        "people": {u.pk: str(u) for u in User.objects.filter(pk__in=people)},
        # Who was asked, by answer, and who did what, by event: rows that lose their
        # person when the account is deleted.
        "asked": asked,
        "actors": actors,
        "last_event": max(events.values_list("pk", flat=True), default=0),
        "evidence": {row.evidence_id: _evidence(row) for row in _attached(assessment)},
        "previous": _previous(assessment),
    }
    return SealedRecord.objects.create(
        assessment=assessment, sealed_at=sealed_at, content=content
    )


def _attached(assessment: Assessment) -> QuerySet[AnswerEvidence]:
    return AnswerEvidence.objects.filter(
        answer__assessment=assessment, removed_at=None
    ).select_related("evidence")


def _evidence(row: AnswerEvidence) -> dict[str, object]:
    piece = row.evidence
    days = {name: getattr(piece, name) for name in DAYS}
    return {
        **{name: getattr(piece, name) for name in EVIDENCE},
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }


def _people(assessment: Assessment) -> Iterator[int]:
    """Everybody whose name stands on a page or in a report of the assessment."""
    yield from filter(None, (getattr(assessment, f"{role}_id") for role in ROLES))
    answers = Answer.objects.filter(assessment=assessment)
    verdicts = Verdict.objects.filter(answer__assessment=assessment)
    attached = AnswerEvidence.objects.filter(answer__assessment=assessment)
    for ids in (
        answers.values_list("updated_by", flat=True),
        answers.values_list("revisions__by", flat=True),
        verdicts.values_list("auditor", flat=True),
        assessment.tasks.values_list("owner", flat=True),
        assessment.reviews.values_list("closed_by", flat=True),
        attached.values_list("evidence__owner", flat=True),
    ):
        yield from filter(None, ids)


def _previous(assessment: Assessment) -> dict[str, object] | None:
    """What is compared with: it may be opened again, and answered otherwise."""
    previous = assessment.previous
    if previous is None:
        return None
    answers = Answer.objects.filter(assessment=previous)
    accepted = Verdict.objects.filter(answer__assessment=previous, request="")
    return {
        "edition": previous.edition_id,
        "edition_title": previous.edition.title,
        "period_end": previous.period_end.isoformat(),
        "target": str(previous.target),
        "targets": previous.targets,
        "weights": previous.weights,
        "options": dict(answers.values_list("control_id", "option")),
        "validated": sorted(set(accepted.values_list("answer__control_id", flat=True))),
    }
