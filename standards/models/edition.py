"""One published version of a standard, with its sections and controls.

A published edition never changes: assessments pin it, and old scores must reproduce.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.fields import SearchKeyField
from standards.models.standard import Standard


class EditionQuerySet(models.QuerySet["Edition"]):
    def in_library(self) -> Self:
        """Published ones; drafts are nobody's business yet."""
        return self.filter(published_at__isnull=False)

    def with_counts(self) -> Self:
        """Adds section_count and asked_count.

        Sections that only hold other sections are headings, as in a task list.
        """
        controls = Control.objects.filter(edition=OuterRef("pk"))
        sections = Section.objects.filter(
            Exists(Control.objects.filter(section=OuterRef("pk"))),
            edition=OuterRef("pk"),
        )
        asked = controls.filter(assessable=True, controls__isnull=True)
        return self.annotate(
            section_count=_count(sections),
            asked_count=_count(asked),
        )


def _count(rows: models.QuerySet[Any]) -> Coalesce:
    # A subquery each: joins would multiply the rows with one another.
    counted = rows.order_by().values("edition").annotate(n=models.Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


class Edition(models.Model):
    standard = models.ForeignKey(
        Standard, on_delete=models.PROTECT, related_name="editions"
    )
    slug = models.CharField(_("slug"), max_length=60)
    label = models.CharField(_("edition"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    published = models.DateField(_("published"))
    replaces = models.CharField(_("replaces"), max_length=60, blank=True)
    amendments = models.JSONField(_("amendments"), default=list)
    scale = models.JSONField(_("scale"))
    scoring = models.JSONField(_("scoring profile"))
    groups = models.JSONField(_("groups"), default=list)
    # SHA-256 of the content: tells an unchanged file from a changed one.
    checksum = models.CharField(max_length=64)
    built_in = models.BooleanField(_("built in"), default=False)
    published_at = models.DateTimeField(_("in the library since"), null=True)

    # with_counts() sets these.
    section_count: int
    asked_count: int

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-published"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "slug"], name="edition_once_per_standard"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("standards:edition", args=[self.standard.slug, self.slug])

    @property
    def code(self) -> str:
        return f"{self.standard.slug}/{self.slug}"


class Section(models.Model):
    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="sections"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="sections"
    )
    position = models.PositiveIntegerField()
    ref = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    label = models.CharField(max_length=40, blank=True)
    # A division of ours: it orders the work and never changes a score.
    ours = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "ref"], name="section_ref_once_per_edition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"


class Control(models.Model):
    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="controls"
    )
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="controls"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="controls"
    )
    position = models.PositiveIntegerField()
    ref = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    title_key = SearchKeyField(source="title")
    question = models.TextField(blank=True)
    guidance = models.TextField(blank=True)
    weight = models.DecimalField(max_digits=9, decimal_places=4, default=1)
    assessable = models.BooleanField(default=True)
    # Lists that are only ever read whole: evidence, criteria (code, level, text),
    # groups, attributes, allowed options. One row a control keeps 1,200 of them cheap.
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("control")
        verbose_name_plural = _("controls")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "ref"], name="control_ref_once_per_edition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"
