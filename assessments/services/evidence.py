"""Attaching and detaching evidence; each change is a revision of the answer."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from assessments.models import (
    Answer,
    AnswerEvidence,
    AnswerRevision,
    Assessment,
    Evidence,
)
from assessments.services.answers import (
    NotOpen,
    Saved,
    add_revision,
    hold_open,
    lock_answer,
)
from assessments.services.files import (
    check_file,
    safe_name,
    sha256,
    store_file,
)
from assessments.services.links import check_link
from assessments.services.quota import check_room, hold_room
from standards.loader import ControlData


def attach_file(
    *,
    assessment: Assessment,
    control: ControlData,
    by: User,
    upload: UploadedFile,
    title: str = "",
    period: tuple[date | None, date | None] = (None, None),
) -> Evidence:
    """Keep an uploaded file and attach it. Raises RefusedFile and NotOpen."""
    media_type = check_file(upload)
    check_room(assessment.organization_id, upload.size or 0)
    name = safe_name(upload.name or "")
    evidence = Evidence(
        organization_id=assessment.organization_id,
        title=title or name,
        owner=by,
        file_name=name,
        media_type=media_type,
        size=upload.size,
        sha256=sha256(upload),
        period_start=period[0],
        period_end=period[1],
    )
    # Before the transaction: a slow disk must not hold the database's write lock.
    store_file(evidence, upload)
    try:
        _attach(assessment, control, by, evidence)
    except BaseException:
        evidence.file.delete(save=False)
        raise
    return evidence


def attach_link(
    *,
    assessment: Assessment,
    control: ControlData,
    by: User,
    url: str,
    title: str = "",
    period: tuple[date | None, date | None] = (None, None),
) -> Evidence:
    """Attach a link, http or https. Raises ValidationError and NotOpen."""
    check_link(url)
    evidence = Evidence(
        organization_id=assessment.organization_id,
        title=title or url[:200],
        owner=by,
        url=url,
        period_start=period[0],
        period_end=period[1],
    )
    _attach(assessment, control, by, evidence)
    return evidence


def _attach(
    assessment: Assessment, control: ControlData, by: User, evidence: Evidence
) -> None:
    if not assessment.takes_answers:
        raise NotOpen
    with transaction.atomic():
        answer = _lock_or_create(assessment, control, by)
        if evidence.size:
            hold_room(evidence.organization_id, evidence.size)
        evidence.save()
        AnswerEvidence.objects.create(answer=answer, evidence=evidence, added_by=by)
        _record_change(answer, by, attached=evidence)


@transaction.atomic
def detach(
    *, assessment: Assessment, control: ControlData, by: User, code: str
) -> Saved:
    """Take evidence off an answer. The file stays: older revisions point to it."""
    answer = lock_answer(assessment, control)
    attached = answer.attachments.filter(evidence__code=code, removed_at=None)
    if not attached.update(removed_at=timezone.now()):
        return Saved(answer.version, answer.updated_at, changed=False)
    return _record_change(answer, by, detached=code)


@transaction.atomic
def attach_again(
    *, assessment: Assessment, control: ControlData, by: User, code: str
) -> Saved:
    """Undo a detachment."""
    answer = lock_answer(assessment, control)
    taken_off = answer.attachments.filter(evidence__code=code).exclude(removed_at=None)
    if not taken_off.update(removed_at=None):
        return Saved(answer.version, answer.updated_at, changed=False)
    again = Evidence.objects.select_related("owner").get(code=code)
    return _record_change(answer, by, attached=again)


def _lock_or_create(assessment: Assessment, control: ControlData, by: User) -> Answer:
    try:
        return lock_answer(assessment, control)
    except Answer.DoesNotExist:
        pass
    hold_open(assessment)
    try:
        with transaction.atomic():
            return Answer.objects.create(
                assessment=assessment,
                control_id=control.pk,
                version=0,
                updated_by=by,
                updated_at=timezone.now(),
            )
    except IntegrityError:
        return lock_answer(assessment, control)


def _record_change(
    answer: Answer, by: User, *, attached: Evidence | None = None, detached: str = ""
) -> Saved:
    """Keep what is attached now in the answer, and what changed in its revision."""
    added = [_remembered(attached)] if attached else []
    removed = [item for item in answer.evidence if item["code"] == str(detached)]
    stays = [item for item in answer.evidence if item not in removed]
    answer.version += 1
    answer.updated_by = by
    answer.updated_at = timezone.now()
    answer.evidence = [*stays, *added]
    answer.save(update_fields=["version", "updated_by", "updated_at", "evidence"])
    return add_revision(
        answer, "", AnswerRevision.Kind.EVIDENCE, attached=added, detached=removed
    )


def _remembered(evidence: Evidence) -> dict[str, str]:
    return {
        "code": str(evidence.code),
        "title": evidence.title,
        "file_name": evidence.file_name,
        "url": evidence.url,
        "sha256": evidence.sha256,
        "owner": str(evidence.owner),
        "from": evidence.period_start.isoformat() if evidence.period_start else "",
        "to": evidence.period_end.isoformat() if evidence.period_end else "",
    }
