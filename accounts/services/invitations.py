"""Inviting people by a signed link, and joining by it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import queries
from accounts.enums import InvitationState, Role
from accounts.models import Event, Invitation, Membership, Organization, Team, User
from accounts.permissions import can_invite
from accounts.services.addresses import prove_main_address
from accounts.services.arrivals import welcome_guest
from accounts.services.events import log
from accounts.services.mail import INVITATION, deliver, invitations_in_last_hour
from common.names import name_for_mail

# What the event log calls the two ways to mail a link.
SENT, SENT_AGAIN = "invited", "invited again"


@dataclass(frozen=True)
class Sent:
    """An invitation, and whether its mail left; its link works either way."""

    invitation: Invitation
    mailed: bool


def link_on_page(invitation: Invitation, *, origin: str) -> str:
    """The address to join at that the inviter may pass on; empty for auditors.

    Whoever invites an auditor could join in that name: that link goes by mail alone.
    `origin` is such as https://plumbline.example.
    """
    if invitation.role == Role.AUDITOR:
        return ""
    token = queries.invitation_token(invitation, on_page=True)
    return _absolute(token, origin)


def _absolute(token: str, origin: str) -> str:
    return origin.rstrip("/") + reverse("accounts:invitation", args=[token])


def invite(
    *,
    by: Membership,
    email: str,
    role: str,
    origin: str,
    teams: Collection[Team] = (),
    only_assessment: str = "",
) -> Sent:
    """Invite a person into the inviter's organization, and mail the link.

    With `only_assessment`, a guest auditor of that one assessment. Raises
    PermissionDenied for a role that the inviter may not give, and ValidationError when
    the inviter's address is not proven, the person is a member or already invited, or
    as many are invited as may be.
    """
    email = email.strip().lower()
    if only_assessment and role != Role.AUDITOR:
        raise ValueError("A guest is always an auditor.")
    _require_right(by, role, only_assessment)
    require_proven(by.user)
    with transaction.atomic():
        # Under this lock a second click finds the invitation that the first one made.
        _lock(by)
        _require_uninvited(by, email, only_assessment)
        _require_few_open(by.organization)
        _require_few_sent(by)
        invitation = Invitation.objects.create(
            organization=by.organization,
            email=email,
            role=role,
            only_assessment=only_assessment,
            invited_by=by.user,
            sent_at=timezone.now(),
        )
        invitation.teams.set(teams)
        _log(invitation, by.user, SENT)
    return Sent(invitation, _mail(invitation, origin, by.user))


def resend(*, invitation: Invitation, by: Membership, origin: str) -> Sent:
    """Mail a new link, good for the full time; the links before no longer work.

    Raises PermissionDenied and ValidationError as `invite`.
    """
    _require_right(by, invitation.role, invitation.only_assessment)
    require_proven(by.user)
    with transaction.atomic():
        _lock(by)
        _require_few_sent(by)
        invitation.sent_at = timezone.now()
        invitation.serial += 1
        invitation.save(update_fields=["sent_at", "serial"])
        _log(invitation, by.user, SENT_AGAIN)
    return Sent(invitation, _mail(invitation, origin, by.user))


@transaction.atomic
def revoke(*, invitation: Invitation, by: Membership) -> None:
    """Withdraw an invitation. Raises PermissionDenied as `invite`."""
    _require_right(by, invitation.role, invitation.only_assessment)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    _log(invitation, by.user, "withdrawn")


@transaction.atomic
def accept(*, invitation: Invitation, user: User, is_mailed: bool = True) -> Membership:
    """Join, or come back: a membership that had ended is taken up again.

    With `is_mailed` the link was read in the invited mailbox, which proves the address.
    Raises ValidationError when the link is used, withdrawn or too old, or meant for
    another person; and for an auditor whose address is not proven.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    now = timezone.now()
    if invitation.state_at(now) != InvitationState.OPEN:
        raise ValidationError(
            _("This invitation can’t be used any more."), code="state"
        )
    if invitation.email != user.email.lower():
        raise ValidationError(
            _("This invitation is for %(email)s.") % {"email": invitation.email},
            code="person",
        )
    _forget_other_addresses(user)
    if is_mailed:
        prove_main_address(user)
    if invitation.role == Role.AUDITOR and not queries.is_proven(user):
        raise ValidationError(
            _("Confirm your e-mail address first: auditors join by the mailed link."),
            code="unproven",
        )
    membership, created = Membership.objects.get_or_create(
        user=user,
        organization=invitation.organization,
        defaults={"role": invitation.role},
    )
    # Somebody who became a full member on another way keeps what they have.
    if created or membership.left_at or membership.is_guest:
        _take_over(membership, invitation, joined_again=bool(membership.left_at))
        if membership.is_guest:
            welcome_guest(membership, by=invitation.invited_by)
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    log(
        organization=invitation.organization,
        actor=user,
        action="joined",
        subject=f"membership:{membership.pk}",
        after={"role": membership.role, "invitation": invitation.pk},
    )
    return membership


@transaction.atomic
def sign_up_and_accept(
    *, invitation: Invitation, name: str, password: str, is_mailed: bool = True
) -> Membership:
    """Make an account for the invited person, who joins with it.

    Raises ValidationError when the address has an account, or as `accept`.
    """
    # Under this lock a second click finds the account that the first one made.
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    known = ValidationError(
        _("There is already an account for %(email)s. Sign in with it.")
        % {"email": invitation.email},
        code="account",
    )
    if queries.has_account(invitation.email):
        raise known
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name=name)
    except IntegrityError as error:  # signed up elsewhere at the same moment
        raise known from error
    return accept(invitation=invitation, user=user, is_mailed=is_mailed)


def require_proven(user: User) -> None:
    """Raise ValidationError for somebody whose own address is not confirmed."""
    if not queries.is_proven(user):
        raise ValidationError(
            _(
                "Confirm your own e-mail address before you invite others: open the "
                "link that was mailed to %(email)s."
            )
            % {"email": user.email},
            code="unproven",
        )


def _require_right(by: Membership, role: str, only_assessment: str) -> None:
    if not can_invite(by, role, guest=bool(only_assessment)):
        raise PermissionDenied(_("Your role doesn’t allow this invitation."))


def _forget_other_addresses(user: User) -> None:
    """Take further addresses off an account whose own was never confirmed.

    A stranger can have made it for the invited person beforehand, with an address of
    their own at which to ask for a new password later.
    """
    addresses = EmailAddress.objects.filter(user=user)
    if not addresses.filter(email__iexact=user.email, verified=True).exists():
        addresses.exclude(email__iexact=user.email).delete()


def _take_over(
    membership: Membership, invitation: Invitation, *, joined_again: bool
) -> None:
    if joined_again:
        membership.joined_at = timezone.now()
    membership.left_at = None
    membership.role = invitation.role
    membership.only_assessment = invitation.only_assessment
    membership.save(update_fields=["joined_at", "left_at", "role", "only_assessment"])
    membership.teams.set(invitation.teams.all())


def _require_uninvited(by: Membership, email: str, only_assessment: str) -> None:
    organization = by.organization
    member = (
        Membership.objects.active()
        .filter(organization=organization, user__email=email)
        .first()
    )
    if member and member.is_guest and only_assessment:
        message = _(
            "%(email)s is a guest of assessment %(code)s already. Open the whole "
            "organization to them, or remove them and invite them again."
        ) % {"email": email, "code": member.only_assessment}
    elif member and not member.is_guest:
        message = _("%(email)s is a member already.") % {"email": email}
    elif organization.invitations.open().filter(email=email).exists():
        message = _(
            "%(email)s is invited already. Send that invitation again, or withdraw it."
        ) % {"email": email}
    else:
        return
    raise ValidationError({"email": message}, code="known")


def _lock(by: Membership) -> None:
    Organization.objects.select_for_update().get(pk=by.organization_id)


def _require_few_open(organization: Organization) -> None:
    if organization.invitations.open().count() < settings.INVITATIONS_MAX_OPEN:
        return
    message = _(
        "This organization has as many open invitations as it may have (%(count)d). "
        "An administrator can withdraw those that nobody needs any more."
    )
    raise ValidationError(
        message % {"count": settings.INVITATIONS_MAX_OPEN}, code="limit"
    )


def _require_few_sent(by: Membership) -> None:
    """Raise ValidationError when enough was sent: by all, the person, or the tenant."""
    sent = Event.objects.filter(
        organization=by.organization,
        action__in=[SENT, SENT_AGAIN],
        at__gt=timezone.now() - timedelta(hours=1),
    )
    limits = [
        (
            sent.count(),
            settings.INVITATIONS_MAX_PER_HOUR,
            _(
                "This organization has sent as many invitations within an hour as it "
                "may (%(count)d). Try again later."
            ),
        ),
        (
            invitations_in_last_hour(by.user),
            settings.INVITATIONS_MAX_PER_PERSON,
            _(
                "You have sent as many invitations within an hour as one person may "
                "(%(count)d). Try again later."
            ),
        ),
        (
            invitations_in_last_hour(),
            settings.INVITATIONS_MAX_OF_ALL,
            _(
                "Plumbline has sent as many invitations within an hour as it may "
                "(%(count)d). Try again later."
            ),
        ),
    ]
    for count, most, message in limits:
        if count >= most:
            raise ValidationError(message % {"count": most}, code="limit")


def _mail(invitation: Invitation, origin: str, person: User) -> bool:
    """Mail the link that proves the mailbox. Returns whether it left."""
    organization = name_for_mail(invitation.organization.name)
    context = {
        "invitation": invitation,
        "organization": organization,
        "person": name_for_mail(str(person)),
        "link": _absolute(queries.invitation_token(invitation), origin),
    }
    return deliver(
        kind=INVITATION,
        to=invitation.email,
        person=person,
        send=lambda: send_mail(
            _("Invitation to %(organization)s on Plumbline")
            % {"organization": organization},
            render_to_string("accounts/mail/invitation.txt", context),
            None,
            [invitation.email],
        ),
    )


def _log(invitation: Invitation, actor: User, action: str) -> None:
    log(
        organization=invitation.organization,
        actor=actor,
        action=action,
        subject=f"invitation:{invitation.pk}",
        after={
            "email": invitation.email,
            "role": invitation.role,
            "only_assessment": invitation.only_assessment,
        },
    )
