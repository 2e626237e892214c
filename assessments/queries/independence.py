"""Whether somebody may review an assessment, or is too close to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import AccountMark, Event, Membership, User
from accounts.permissions import ANSWERS
from accounts.queries import accounts_of_same_person, is_proven
from assessments.models import AnswerRevision, Assessment, SectionTask, Verdict

# What only those do who manage an assessment or answer in it.
MANAGING = (
    *("assessment.created", "assessment.submitted", "assessment.resubmitted"),
    *("section.completed", "section.assigned"),
)


@dataclass(frozen=True, slots=True)
class Dependence:
    """Why a person can't review an assessment."""

    message: str  # to the person
    reason: str  # to others, as the end of a sentence
    # An account that counts as the same person's and belongs to the work under review.
    other: User | None = None


def dependence_of(assessment: Assessment, reviewer: User) -> Dependence | None:
    """What keeps `reviewer` from reviewing; None for somebody independent.

    The people of the demo are all played in one browser: there nobody is too close.
    Three statements for most people.
    """
    if reviewer.pk in {assessment.manager_id, assessment.submitted_by_id}:
        return Dependence(
            _(
                "You manage or submitted this assessment. Somebody else has to review "
                "it."
            ),
            _("this person manages or submitted it."),
        )
    if _took_part(assessment, reviewer):
        return Dependence(
            _(
                "You have a part in what is reviewed: you started or managed this "
                "assessment, wrote an answer, or own a section. Somebody else has to "
                "review it."
            ),
            _("this person has a part in what is reviewed."),
        )
    if not is_proven(reviewer):
        return Dependence(
            _(
                "Confirm your e-mail address before you review: open the link that was "
                "mailed to %(email)s."
            )
            % {"email": reviewer.email},
            _("the e-mail address is not confirmed."),
        )
    if assessment.organization.is_demo:
        return None
    kinds = accounts_of_same_person(reviewer)
    other = _involved(assessment, kinds) if kinds else None
    return _same_person(other, kinds[other.pk]) if other else None


def _took_part(assessment: Assessment, reviewer: User) -> bool:
    """Whether the person worked on it, in whatever role they had then. One statement.

    A role changes with a click; what was written under another one stays.
    """
    if reviewer.pk == assessment.created_by_id:
        return True
    wrote = AnswerRevision.objects.filter(answer__assessment=assessment, by=reviewer)
    owns = SectionTask.objects.filter(assessment=assessment, owner=reviewer)
    managed = Event.objects.filter(
        organization=assessment.organization_id,
        subject=assessment.subject,
        action__in=MANAGING,
        actor=reviewer,
    )
    took_part = Q(Exists(wrote)) | Q(Exists(owns)) | Q(Exists(managed))
    return bool(Assessment.objects.filter(took_part, pk=assessment.pk).exists())


def _same_person(other: User, kinds: Collection[str]) -> Dependence:
    if AccountMark.Kind.MAILBOX in kinds:
        shared = _("both read the same mailbox")
    else:
        shared = _("both signed in with the same browser")
    text = _(
        "Plumbline takes you and %(person)s for one person, because %(shared)s, and "
        "%(person)s belongs to those whose work is reviewed. Nobody reviews their own "
        "work under a second name: another auditor has to."
    )
    reason = _(
        "Plumbline takes them and %(person)s for one person, because %(shared)s."
    )
    words = {"person": other, "shared": shared}
    return Dependence(text % words, reason % words, other)


def _involved(assessment: Assessment, accounts: Collection[int]) -> User | None:
    """The first of these accounts that has, or had, a part in what is reviewed."""
    wrote = AnswerRevision.objects.filter(answer__assessment=assessment)
    owners = SectionTask.objects.filter(assessment=assessment)
    by_assessment = {
        assessment.manager_id,
        assessment.created_by_id,
        assessment.submitted_by_id,
        *wrote.filter(by__in=accounts).values_list("by", flat=True),
        *owners.filter(owner__in=accounts).values_list("owner", flat=True),
    }
    members = Membership.objects.filter(
        organization=assessment.organization_id, user__in=accounts
    )
    for member in members.select_related("user").order_by("pk"):
        if member.user_id in by_assessment or _answered_once(member):
            return member.user
    left = User.objects.filter(pk__in=by_assessment & set(accounts))
    return left.order_by("pk").first()


def _answered_once(member: Membership) -> bool:
    """Whether the role of this member lets them answer, or ever did."""
    if member.role in ANSWERS:
        return True
    roles = Q(before__role__in=list(ANSWERS)) | Q(after__role__in=list(ANSWERS))
    events = Event.objects.filter(
        roles, organization=member.organization_id, subject=f"membership:{member.pk}"
    )
    return events.exists()


def unproven_reviewers(assessment: Assessment) -> list[User]:
    """Who reviewed without ever proving an address: possible in older records only."""
    judged = Verdict.objects.filter(answer__assessment=assessment).values("auditor")
    decided = [assessment.accepted_by_id, assessment.sealed_by_id]
    proven = EmailAddress.objects.filter(
        user=OuterRef("pk"), email=OuterRef("email"), verified=True
    )
    reviewers = User.objects.filter(Q(pk__in=judged) | Q(pk__in=decided))
    return list(reviewers.filter(~Exists(proven)).order_by("name", "pk"))
