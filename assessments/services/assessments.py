"""Starting an assessment and dividing its work."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import Membership, Team, User
from accounts.services.events import log
from assessments.enums import State
from assessments.models import Assessment, SectionTask
from standards.loader import EditionData, SectionData


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody who starts an assessment decides."""

    team: Team
    scope: str
    period_start: date
    period_end: date
    due: date
    target: Decimal
    manager: User
    auditor: User | None = None


@transaction.atomic
def create_assessment(
    *, by: Membership, edition: EditionData, plan: Plan, owners: dict[str, int] | None = None
) -> Assessment:
    """Start an assessment of `edition`. `owners` maps a section's ref to a person's id.

    The number of statements does not depend on the number of controls.
    """
    assessment = Assessment.objects.create(
        organization=by.organization,
        edition_id=edition.id,
        previous=_predecessor(plan.team, edition),
        created_by=by.user,
        team=plan.team,
        scope=plan.scope,
        period_start=plan.period_start,
        period_end=plan.period_end,
        due=plan.due,
        target=plan.target,
        manager=plan.manager,
        auditor=plan.auditor,
    )
    owners = owners or {}
    SectionTask.objects.bulk_create(
        SectionTask(
            assessment=assessment,
            section_id=section.id,
            owner_id=owners.get(section.ref),
            due=plan.due,
        )
        for section in edition.pages()
    )
    log(
        organization=by.organization,
        actor=by.user,
        action="assessment.created",
        subject=assessment.subject,
        after={"edition": edition.code, "team": plan.team.name, "scope": plan.scope},
    )
    return assessment


def _predecessor(team: Team, edition: EditionData) -> Assessment | None:
    """The latest sealed assessment of this team under any edition of the standard."""
    sealed = Assessment.objects.filter(
        team=team, edition__standard__slug=edition.standard, state=State.SEALED
    )
    return sealed.order_by("-period_end", "-pk").first()


@transaction.atomic
def assign_section(
    *,
    assessment: Assessment,
    section: SectionData,
    owner: User | None,
    due: date | None,
    by: User,
) -> SectionTask:
    """Say who answers a section, and until when."""
    task = SectionTask.objects.select_related("owner").get(
        assessment=assessment, section_id=section.id
    )
    before = {"owner": str(task.owner or ""), "due": _iso(task.due)}
    task.owner = owner
    task.due = due
    task.save(update_fields=["owner", "due"])
    after = {"owner": str(owner or ""), "due": _iso(due)}
    if before != after:
        log(
            organization=assessment.organization,
            actor=by,
            action="section.assigned",
            subject=assessment.subject,
            before={"section": section.ref, **before},
            after={"section": section.ref, **after},
        )
    return task


@transaction.atomic
def change_plan(*, assessment: Assessment, by: User, changes: dict[str, object]) -> None:
    """Change scope, dates, target or people of a running assessment, and log what changed."""
    before = {name: str(getattr(assessment, name) or "") for name in changes}
    for name, value in changes.items():
        setattr(assessment, name, value)
    assessment.save(update_fields=list(changes))
    after = {name: str(value or "") for name, value in changes.items()}
    changed = [name for name in changes if before[name] != after[name]]
    if changed:
        log(
            organization=assessment.organization,
            actor=by,
            action="assessment.changed",
            subject=assessment.subject,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )


def complete_section(
    *, assessment: Assessment, section: SectionData, at: datetime | None, by: User
) -> None:
    """Mark a section as completed, or with `at` None as not completed after all."""
    SectionTask.objects.filter(assessment=assessment, section_id=section.id).update(
        completed_at=at
    )
    log(
        organization=assessment.organization,
        actor=by,
        action="section.completed" if at else "section.reopened",
        subject=assessment.subject,
        after={"section": section.ref},
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
