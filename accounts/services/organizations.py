"""Making and changing an organization and its teams."""

import zoneinfo
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, Organization, Team, User
from accounts.services.events import log
from common.search import search_key

# Within this time the same wish is a second click, later a second organization.
SECOND_CLICK = timedelta(minutes=1)


@transaction.atomic
def create_organization(
    *, user: User, name: str, team: str, time_zone: str = "UTC"
) -> Membership:
    """Make an organization with its first team; the person becomes administrator.

    A second click finds what the first one made. An unknown time zone becomes UTC: it
    was guessed by a browser.
    """
    # Under this lock the second click waits for the first.
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    made = Membership.objects.of_user(user).filter(
        organization__name=name,
        organization__created_at__gt=timezone.now() - SECOND_CLICK,
    )
    if first := made.first():
        return first
    if time_zone not in zoneinfo.available_timezones():
        time_zone = "UTC"
    organization = Organization.objects.create(name=name, time_zone=time_zone)
    first_team = Team.objects.create(organization=organization, name=team)
    membership = Membership.objects.create(
        user=user, organization=organization, role=Role.ADMIN
    )
    membership.teams.add(first_team)
    log(
        organization=organization,
        actor=user,
        action="created",
        subject=f"organization:{organization.pk}",
        after={"name": name, "team": team, "time_zone": time_zone},
    )
    return membership


@transaction.atomic
def change_organization(
    *,
    by: Membership,
    name: str,
    time_zone: str,
    requires_second_factor: bool | None = None,
) -> Organization:
    """Store these settings and log what changed; None leaves one as it is."""
    organization = by.organization
    values = {
        "name": name,
        "time_zone": time_zone,
        "requires_second_factor": requires_second_factor,
    }
    after = {
        field: value
        for field, value in values.items()
        if value is not None and value != getattr(organization, field)
    }
    if not after:
        return organization
    before = {field: getattr(organization, field) for field in after}
    for field, value in after.items():
        setattr(organization, field, value)
    organization.save(update_fields=list(after))
    log(
        organization=organization,
        actor=by.user,
        action="changed",
        subject=f"organization:{organization.pk}",
        before=before,
        after=after,
    )
    return organization


@transaction.atomic
def add_team(*, by: Membership, name: str) -> Team:
    """Raises ValidationError when the organization has a team of this name."""
    team = Team(organization=by.organization, name=name)
    _require_new_name(team)
    team.save()
    log(
        organization=by.organization,
        actor=by.user,
        action="created",
        subject=f"team:{team.pk}",
        after={"name": name},
    )
    return team


@transaction.atomic
def rename_team(*, team: Team, by: Membership, name: str) -> Team:
    """Raises ValidationError when the organization has a team of this name."""
    before = team.name
    if name == before:
        return team
    team.name = name
    _require_new_name(team)
    team.save(update_fields=["name", "name_key"])
    log(
        organization=by.organization,
        actor=by.user,
        action="renamed",
        subject=f"team:{team.pk}",
        before={"name": before},
        after={"name": name},
    )
    return team


def delete_team(*, team: Team, by: Membership) -> None:
    """Raises ValidationError when something still needs the team, an assessment say."""
    subject, name = f"team:{team.pk}", team.name
    try:
        with transaction.atomic():
            team.delete()
            log(
                organization=by.organization,
                actor=by.user,
                action="deleted",
                subject=subject,
                before={"name": name},
            )
    except ProtectedError as error:
        raise ValidationError(
            _("%(team)s has assessments and can’t be deleted. Rename it instead.")
            % {"team": name},
            code="in_use",
        ) from error


def _require_new_name(team: Team) -> None:
    # Under this lock a second click finds the team that the first one made.
    Organization.objects.select_for_update().get(pk=team.organization_id)
    others = Team.objects.filter(organization=team.organization).exclude(pk=team.pk)
    if others.filter(name_key=search_key(team.name)).exists():
        raise ValidationError(
            {"name": _("There is already a team with this name.")}, code="taken"
        )
