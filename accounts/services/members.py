"""Changing what members may do, and ending memberships. Answers keep their author."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import queries
from accounts.enums import Role
from accounts.models import Membership, Organization, Team, User
from accounts.services.events import log


@transaction.atomic
def change_member(
    *,
    member: Membership,
    by: Membership,
    role: str,
    teams: Collection[Team],
    only_assessment: str = "",
) -> Membership:
    """Give a member another role or other teams, or end a guest's limit.

    Raises ValidationError when nobody would be left to administer the organization.
    """
    if role != Role.ADMIN:
        _require_another_admin(member)
    before = _state(member)
    member.role, member.only_assessment = role, only_assessment
    member.save(update_fields=["role", "only_assessment"])
    member.teams.set(teams)
    after = _state(member)
    changed = [key for key in after if after[key] != before[key]]
    if changed:
        log(
            organization=member.organization,
            actor=by.user,
            action="changed",
            subject=f"membership:{member.pk}",
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
    return member


@transaction.atomic
def end_membership(*, member: Membership, by: User) -> None:
    """Remove a member, or let them leave when `by` is the person themself.

    The row stays, so that answers, verdicts and the log keep their author. Raises
    ValidationError when nobody would be left to administer the organization.
    """
    _require_another_admin(member)
    before = _state(member)
    member.left_at = timezone.now()
    member.save(update_fields=["left_at"])
    member.teams.clear()
    log(
        organization=member.organization,
        actor=by,
        action="left" if by == member.user else "removed",
        subject=f"membership:{member.pk}",
        before=before,
    )


def change_profile(*, user: User, name: str, theme: str, language: str) -> User:
    user.name, user.theme, user.language = name, theme, language
    user.save(update_fields=["name", "theme", "language"])
    return user


def _require_another_admin(member: Membership) -> None:
    # Two administrators leaving at once do so one after the other, under this lock.
    Organization.objects.select_for_update().get(pk=member.organization_id)
    member.refresh_from_db(fields=["role", "left_at"])
    if member.role == Role.ADMIN and not queries.has_other_admin(member):
        raise ValidationError(
            _(
                "%(person)s is the only administrator. "
                "Make somebody else an administrator first."
            )
            % {"person": member.user},
            code="last_admin",
        )


def _state(member: Membership) -> dict[str, object]:
    names = sorted(
        Team.objects.filter(memberships=member).values_list("name", flat=True)
    )
    return {
        "role": member.role,
        "teams": names,
        "only_assessment": member.only_assessment,
    }
