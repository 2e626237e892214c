"""The tenant, the groups inside it that are assessed, and who belongs to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models.user import User
from common.fields import SearchKeyField


class Organization(models.Model):
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    requires_second_factor = models.BooleanField(
        _("everybody needs a second factor"), default=False
    )
    # Which built-in demo this is part of, so that exactly it can be taken away again.
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_demo"],
                condition=models.Q(is_demo=True),
                name="at_most_one_demo",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="teams"
    )
    name = models.CharField(_("name"), max_length=120)
    name_key = SearchKeyField(source="name")

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name_key"],
                name="team_name_once_per_organization",
            )
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(left_at=None)

    def of_user(self, user: User) -> "MembershipQuerySet":
        """What the person belongs to now, first joined first, organizations loaded."""
        return (
            self.active()
            .filter(user=user)
            .select_related("organization")
            .order_by("joined_at", "pk")
        )


class Membership(models.Model):
    """A person's role in an organization.

    Leaving sets `left_at`; the row stays, so that answers keep their author.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    teams = models.ManyToManyField(Team, related_name="memberships", blank=True)
    # The code of the one assessment that a guest auditor may see; empty for all.
    only_assessment = models.CharField(max_length=12, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization"], name="one_membership_per_organization"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"

    @property
    def is_guest(self) -> bool:
        """Whether this person sees one assessment and nothing else."""
        return bool(self.only_assessment)
