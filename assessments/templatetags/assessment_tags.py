"""Small pieces of the pages of an assessment."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from assessments import scoring
from assessments.display.numbers import ScoreFormat, number_text, percent
from assessments.models import Assessment, Verdict
from assessments.queries import claims
from assessments.queries.grades import grade_name
from common.charts import LEVELS, Point, Scale, gauge_svg, mini_svg
from common.sizes import size_text
from standards.loader import ScaleData

register = template.Library()
register.filter("size_text", size_text)


@register.filter
def number(value: Decimal | None, form: ScoreFormat | None = None) -> str:
    """A number as every page, report and chart prints it."""
    return form.bare(value) if form else number_text(value)


@register.filter
def span(score: scoring.Score, form: ScoreFormat) -> str:
    """Low and high of a score: "2.2–3.3"."""
    return form.span(score.low, score.high)


@register.filter
def share_of(part: int, whole: int) -> str:
    """How much of a whole a part is, in per cent; 0 % of nothing."""
    return percent(Decimal(part) / whole if whole else Decimal(0))


@register.filter
def iso_day(text: str) -> str:
    """A day that was kept as text (2026-11-21), as the reader writes it."""
    return date_format(date.fromisoformat(text)) if text else ""


@register.filter
def evidence_hint(scale: ScaleData) -> str:
    """Which answers auditors want evidence for, in the words of the scale."""
    return claims.evidence_hint(scale)


@register.filter
def grade(verdict: Verdict, assessment: Assessment) -> str:
    """The grade of a verdict in the words of the standard."""
    return grade_name(verdict.grade, assessment.edition.standard)


@register.filter
def get(mapping: Mapping[object, object], key: object) -> object:
    return mapping.get(key)


@register.simple_tag
def gauge(point: Point, uid: str, title: str, scale: Scale = LEVELS) -> SafeString:
    return gauge_svg(point, uid=uid, title=title, scale=scale)


@register.simple_tag
def mini(point: Point, scale: Scale = LEVELS) -> SafeString:
    return mini_svg(point, scale=scale)
