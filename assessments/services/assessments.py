"""Starting an assessment and dividing its work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Team, User
from accounts.services.events import log
from assessments.enums import State
from assessments.models import Assessment, SectionTask
from assessments.models.assessment import new_code
from assessments.queries.starting import predecessor_of
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
    # Of sections, where the method has levels for them.
    targets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who answers a section, and until when."""

    owner: User | None
    due: date | None


def create_assessment(
    *,
    by: Membership,
    edition: EditionData,
    plan: Plan,
    owners: Mapping[str, int] | None = None,
    code: str = "",
) -> Assessment:
    """Start an assessment of `edition`. `owners` maps a section's ref to a person's id.

    With `code`, made by `new_code` before, a repeated request makes no second
    assessment but returns the first. The number of statements does not depend on the
    number of controls.
    """
    try:
        with transaction.atomic():
            return _create(by, edition, plan, owners or {}, code or new_code())
    except IntegrityError:
        mine = Assessment.objects.filter(organization=by.organization, code=code)
        first = mine.filter(created_by=by.user).first()
        if first is None:
            raise
        return first


def _create(
    by: Membership,
    edition: EditionData,
    plan: Plan,
    owners: Mapping[str, int],
    code: str,
) -> Assessment:
    assessment = Assessment.objects.create(
        code=code,
        organization=by.organization,
        edition_id=edition.id or 0,
        previous=predecessor_of(plan.team, edition.standard),
        created_by=by.user,
        team=plan.team,
        scope=plan.scope,
        period_start=plan.period_start,
        period_end=plan.period_end,
        due=plan.due,
        target=plan.target,
        targets=dict(plan.targets),
        manager=plan.manager,
        auditor=plan.auditor,
    )
    SectionTask.objects.bulk_create(
        SectionTask(
            assessment=assessment,
            section_id=section.id or 0,
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


def _lock_unsealed(assessment: Assessment) -> None:
    """Hold the assessment until the transaction ends. Raises PermissionDenied."""
    locked = Assessment.objects.select_for_update(of=("self",))
    found = locked.only("state", "archived_at").get(pk=assessment.pk)
    if found.is_archived:
        raise PermissionDenied(
            _("This assessment is archived: take it back to change it.")
        )
    if found.state == State.SEALED:
        raise PermissionDenied(
            _("This assessment is sealed: nothing in it changes any more.")
        )


@transaction.atomic
def change_plan(
    *, assessment: Assessment, by: User, changes: Mapping[str, object]
) -> None:
    """Change scope, dates, target or people of an assessment, and log what changed.

    Sections that were due with the assessment stay due with it. Raises PermissionDenied
    once it is sealed.
    """
    _lock_unsealed(assessment)
    before = {name: getattr(assessment, name) for name in changes}
    changed = [name for name in changes if changes[name] != before[name]]
    if not changed:
        return
    if "due" in changed:
        along = SectionTask.objects.filter(assessment=assessment, due=assessment.due)
        along.update(due=changes["due"])
    for name in changed:
        setattr(assessment, name, changes[name])
    assessment.save(update_fields=changed)
    log(
        organization=assessment.organization,
        actor=by,
        action="assessment.changed",
        subject=assessment.subject,
        before={name: _loggable(before[name]) for name in changed},
        after={name: _loggable(changes[name]) for name in changed},
    )


@transaction.atomic
def seat_auditor(*, member: Membership, by: User) -> None:
    """Make a guest the auditor of their assessment, unless it has one or is sealed."""
    vacant = Assessment.objects.select_for_update(of=("self",)).filter(
        organization=member.organization_id, code=member.only_assessment, auditor=None
    )
    assessment = vacant.select_related("organization").running().listed().first()
    if assessment:
        change_plan(assessment=assessment, by=by, changes={"auditor": member.user})


@transaction.atomic
def assign_sections(
    *,
    assessment: Assessment,
    edition: EditionData,
    assignments: Mapping[str, Assignment],
    by: User,
) -> list[str]:
    """Say who answers sections, by ref. Returns the refs of those that changed.

    What is as it was is neither written nor logged. Raises PermissionDenied once the
    assessment is sealed.
    """
    _lock_unsealed(assessment)
    wanted = {edition.section(ref).id or 0: ref for ref in assignments}
    found = SectionTask.objects.filter(assessment=assessment, section_id__in=wanted)
    changed: list[SectionTask] = []
    for task in found.select_related("owner"):
        ref = wanted[task.section_id]
        wish = assignments[ref]
        if (task.owner, task.due) == (wish.owner, wish.due):
            continue
        before = _assigned(task)
        task.owner, task.due = wish.owner, wish.due
        changed.append(task)
        log(
            organization=assessment.organization,
            actor=by,
            action="section.assigned",
            subject=assessment.subject,
            before={"section": ref, **before},
            after={"section": ref, **_assigned(task)},
        )
    SectionTask.objects.bulk_update(changed, ["owner", "due"])
    return [wanted[task.section_id] for task in changed]


def _assigned(task: SectionTask) -> dict[str, str]:
    return {"owner": _text(task.owner), "due": _text(task.due)}


@transaction.atomic
def complete_section(
    *, assessment: Assessment, section: SectionData, at: datetime | None, by: User
) -> None:
    """Mark a section as completed, or with `at` None as not completed after all.

    Raises PermissionDenied once the assessment is sealed.
    """
    _lock_unsealed(assessment)
    tasks = SectionTask.objects.filter(assessment=assessment, section=section.id or 0)
    tasks.update(completed_at=at)
    log(
        organization=assessment.organization,
        actor=by,
        action="section.completed" if at else "section.reopened",
        subject=assessment.subject,
        after={"section": section.ref},
    )


def _loggable(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else _text(value)


def _text(value: object) -> str:
    """A value as the event log keeps it: dates in ISO, numbers without idle zeros."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)
