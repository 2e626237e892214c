"""Taking an assessment away: deleting a wrong start, archiving, and taking it back."""

from collections.abc import Iterable
from functools import partial

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Invitation, Membership, User
from accounts.services.events import log
from accounts.services.invitations import revoke
from assessments.enums import State
from assessments.models import AnswerRevision, Assessment, Evidence


class RemovalRefused(PermissionDenied):
    """The assessment stays; the message says why and what is possible instead."""


def why_kept(assessment: Assessment, by: User) -> str:
    """Why an assessment can't be deleted, as a sentence; empty for a wrong start.

    A wrong start was never submitted, has no guest, and nobody but `by` answered in it.
    """
    if assessment.state != State.OPEN or assessment.reviews.exists():
        return _("It was submitted for review.")
    revisions = AnswerRevision.objects.filter(answer__assessment=assessment)
    if revisions.exclude(by=by).exists():
        return _("Other people have answered in it.")
    guests = Membership.objects.filter(only_assessment=assessment.code)
    if guests.filter(organization=assessment.organization_id).exists():
        return _("A guest auditor has joined it.")
    return ""


@transaction.atomic
def delete_assessment(*, assessment: Assessment, by: Membership) -> None:
    """Delete a wrong start with its answers, and the evidence that only they had.

    Raises RemovalRefused when it is none.
    """
    locked = Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
    if reason := why_kept(locked, by.user):
        raise RemovalRefused(reason)
    invitations = Invitation.objects.open().filter(
        organization=locked.organization_id, only_assessment=locked.code
    )
    for invitation in invitations:
        revoke(invitation=invitation, by=by)
    evidence = Evidence.objects.filter(attachments__answer__assessment=locked)
    codes = set(evidence.values_list("pk", flat=True))
    log(
        organization=assessment.organization,
        actor=by.user,
        action="assessment.deleted",
        subject=assessment.subject,
        before={
            "edition": assessment.edition.code,
            "team": assessment.team.name,
            "scope": assessment.scope,
        },
    )
    locked.delete()
    _delete_evidence(codes)


def _delete_evidence(ids: Iterable[int]) -> None:
    """Delete the evidence that no answer is left for, with its files."""
    for evidence in Evidence.objects.filter(pk__in=ids, attachments=None):
        name = evidence.file.name
        evidence.delete()
        if name:
            transaction.on_commit(partial(default_storage.delete, name))


@transaction.atomic
def archive(*, assessment: Assessment, by: User) -> None:
    """Take an assessment out of lists and dashboards; nothing in it changes after."""
    _set_archived(assessment, by, archived=True)


@transaction.atomic
def restore(*, assessment: Assessment, by: User) -> None:
    """Take an archived assessment back as it was."""
    _set_archived(assessment, by, archived=False)


def _set_archived(assessment: Assessment, by: User, *, archived: bool) -> None:
    """Write and log it, once."""
    found = Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
    if (found.archived_at is not None) == archived:
        return
    found.archived_at = timezone.now() if archived else None
    found.archived_by = by if archived else None
    found.save(update_fields=["archived_at", "archived_by"])
    log(
        organization=assessment.organization,
        actor=by,
        action="assessment.archived" if archived else "assessment.restored",
        subject=assessment.subject,
    )
