"""Records of sealed assessments; those sealed before are recorded as of now."""

from collections.abc import Iterator
from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROLES = (
    "manager",
    "auditor",
    "created_by",
    "submitted_by",
    "accepted_by",
    "sealed_by",
)
EVIDENCE = ("title", "url", "file_name", "media_type", "size", "sha256")


def record_sealed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What the names were at the sealing isn't kept anywhere: those of today stay."""
    records = apps.get_model("assessments", "SealedRecord").objects
    assessments = apps.get_model("assessments", "Assessment").objects
    sealed = assessments.filter(state="sealed").exclude(sealed_at=None)
    related = ("organization", "team", "edition__standard", "previous__edition")
    for assessment in sealed.select_related(*related):
        records.create(
            assessment=assessment,
            sealed_at=assessment.sealed_at,
            content=_content(apps, assessment),
        )


def _content(apps: Apps, assessment: Any) -> dict[str, object]:
    events = apps.get_model("accounts", "Event").objects.filter(
        subject=f"assessment:{assessment.code}",
        organization=assessment.organization_id,
    )
    answers = assessment.answers.exclude(ask=None)
    asked = dict(answers.values_list("pk", "ask"))
    actors = dict(events.exclude(actor=None).values_list("pk", "actor"))
    people = {*_people(apps, assessment), *asked.values(), *actors.values()}
    users = apps.get_model("accounts", "User").objects.filter(pk__in=people)
    snapshot = assessment.snapshots.filter(occasion="sealed").first()
    return {
        "organization": assessment.organization.name,
        "time_zone": assessment.organization.time_zone,
        "team": assessment.team.name,
        "standard": assessment.edition.standard.name,
        "edition": assessment.edition.title,
        "scope": assessment.scope,
        "engine": snapshot.engine if snapshot else "",
        "people": {user.pk: user.name or user.email for user in users},
        "asked": asked,
        "actors": actors,
        "last_event": max(events.values_list("pk", flat=True), default=0),
        "evidence": _evidence(apps, assessment),
        "previous": _previous(apps, assessment.previous),
    }


def _people(apps: Apps, assessment: Any) -> Iterator[int]:
    yield from filter(None, (getattr(assessment, f"{role}_id") for role in ROLES))
    verdicts = apps.get_model("assessments", "Verdict").objects
    attached = apps.get_model("assessments", "AnswerEvidence").objects
    for rows, field in (
        (assessment.answers, "updated_by"),
        (assessment.answers, "revisions__by"),
        (assessment.tasks, "owner"),
        (assessment.reviews, "closed_by"),
        (verdicts.filter(answer__assessment=assessment), "auditor"),
        (attached.filter(answer__assessment=assessment), "evidence__owner"),
    ):
        yield from filter(None, rows.values_list(field, flat=True))


def _evidence(apps: Apps, assessment: Any) -> dict[int, dict[str, object]]:
    attached = apps.get_model("assessments", "AnswerEvidence").objects.filter(
        answer__assessment=assessment, removed_at=None
    )
    found: dict[int, dict[str, object]] = {}
    for row in attached.select_related("evidence"):
        piece = row.evidence
        days = {"period_start": piece.period_start, "period_end": piece.period_end}
        found[piece.pk] = {
            **{name: getattr(piece, name) for name in EVIDENCE},
            **{name: day.isoformat() if day else None for name, day in days.items()},
        }
    return found


def _previous(apps: Apps, previous: Any) -> dict[str, object] | None:
    if previous is None:
        return None
    accepted = apps.get_model("assessments", "Verdict").objects.filter(
        answer__assessment=previous, request=""
    )
    return {
        "edition": previous.edition_id,
        "edition_title": previous.edition.title,
        "period_end": previous.period_end.isoformat(),
        "target": str(previous.target),
        "targets": previous.targets,
        "weights": previous.weights,
        "options": dict(previous.answers.values_list("control_id", "option")),
        "validated": sorted(set(accepted.values_list("answer__control_id", flat=True))),
    }


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0002_at_most_one_demo"),
        ("assessments", "0003_answer_by_change"),
        ("standards", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SealedRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("sealed_at", models.DateTimeField()),
                ("content", models.JSONField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="records",
                        to="assessments.assessment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessment", "sealed_at"),
                        name="one_record_per_sealing",
                    )
                ],
            },
        ),
        migrations.RunPython(record_sealed, migrations.RunPython.noop),
    ]
