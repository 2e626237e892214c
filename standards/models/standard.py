"""What endures over editions: ISO 27001, GMP, GDPR."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from standards.enums import Nature, Obligation


class Standard(models.Model):
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    tagline = models.CharField(_("tagline"), max_length=160)
    publisher = models.CharField(_("publisher"), max_length=200)
    nature = models.CharField(_("nature"), max_length=24, choices=Nature.choices)
    obligation = models.CharField(
        _("obligation"), max_length=16, choices=Obligation.choices
    )
    industry = models.JSONField(_("industry"), default=list)
    domain = models.JSONField(_("domain"), default=list)
    geography = models.JSONField(_("geography"), default=list)
    # The whole record as the loader validated it; the columns above serve filters.
    profile = models.JSONField(_("profile"), default=dict)
    built_in = models.BooleanField(_("built in"), default=False)

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("standards:standard", args=[self.slug])
