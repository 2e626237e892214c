"""The fixed choices of a standard's profile. Codes are the words of the YAML files."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Nature(models.TextChoices):
    CERTIFIABLE = "certifiable standard", _("Certifiable standard")
    LAW = "law", _("Law")
    REGULATION = "regulation", _("Regulation")
    GUIDANCE = "guidance", _("Guidance")
    CONTRACTUAL = "contractual", _("Contractual")
    RATING = "rating scheme", _("Rating scheme")
    ATTESTATION = "attestation", _("Attestation")


class Obligation(models.TextChoices):
    MANDATORY = "mandatory", _("Mandatory")
    VOLUNTARY = "voluntary", _("Voluntary")
    CONTRACT = "by contract", _("By contract")


class Aspect(models.TextChoices):
    SCOPE = "scope", _("Scope")
    INDUSTRY = "industry", _("Industry")
    NATURE = "nature", _("Legal force")
    TESTING = "testing", _("Testing")
    PENALTIES = "penalties", _("Penalties")
    EVIDENCE = "evidence", _("Evidence")
    RENEWAL = "renewal", _("Renewal")
    COST = "cost", _("Cost")
    TIME = "time", _("Time to be ready")
