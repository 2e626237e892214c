"""The fixed choices of people and organizations."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a member may do; DESIGN.md section 3 says it in full."""

    ADMIN = "admin", _("Administrator")
    MANAGER = "manager", _("Manager")
    CONTRIBUTOR = "contributor", _("Contributor")
    AUDITOR = "auditor", _("Auditor")
    VIEWER = "viewer", _("Viewer")

    @property
    def description(self) -> str:
        return str(ROLE_DESCRIPTIONS[self])


ROLE_DESCRIPTIONS = {
    Role.ADMIN: _(
        "Invites people and changes the organization; also does what a manager does."
    ),
    Role.MANAGER: _("Starts assessments, assigns sections, answers and submits."),
    Role.CONTRIBUTOR: _("Answers what is assigned to them or open to their team."),
    Role.AUDITOR: _("Reads everything, gives verdicts and findings, seals."),
    Role.VIEWER: _("Reads results and reports."),
}


class InvitationState(models.TextChoices):
    OPEN = "open", pgettext_lazy("invitation", "Waiting")
    EXPIRED = "expired", pgettext_lazy("invitation", "Expired")
    REVOKED = "revoked", pgettext_lazy("invitation", "Withdrawn")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "Accepted")


class Theme(models.TextChoices):
    SYSTEM = "", _("As on this device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")
