"""Small pieces of the pages of an assessment."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from assessments import scoring
from assessments.queries.figures import form_of
from common.charts import LEVELS, Point, Scale, gauge_svg, mini_svg

register = template.Library()


@register.filter
def number(value: Decimal | None, score: scoring.Score | None = None) -> str:
    """A number as every page, report and chart prints it.

    With the score that it belongs to, it has that score's digits.
    """
    return form_of(score).bare(value) if score else scoring.display(value)


@register.filter
def percent(share: Decimal | float) -> str:
    """A share from 0 to 1 as whole percent, without the sign."""
    return scoring.display(Decimal(share) * 100, digits=0)


@register.filter
def iso_day(text: str) -> str:
    """A day that was kept as text (2026-11-21), as the reader writes it."""
    return date_format(date.fromisoformat(text)) if text else ""


@register.filter
def get(mapping: Mapping[object, object], key: object) -> object:
    return mapping.get(key)


@register.simple_tag
def gauge(point: Point, uid: str, title: str, scale: Scale = LEVELS) -> SafeString:
    return gauge_svg(point, uid=uid, title=title, scale=scale)


@register.simple_tag
def mini(point: Point, scale: Scale = LEVELS) -> SafeString:
    return mini_svg(point, scale=scale)
