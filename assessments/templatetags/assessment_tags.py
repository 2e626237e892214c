"""Small pieces of the pages of an assessment."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from assessments import scoring
from common.charts import Point, gauge_svg, mini_svg

register = template.Library()


@register.filter
def number(value: Decimal | None) -> str:
    """A score as every page, report and chart prints it."""
    return scoring.display(value)


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
def gauge(point: Point, uid: str, title: str) -> SafeString:
    return gauge_svg(point, uid=uid, title=title)


@register.simple_tag
def mini(point: Point) -> SafeString:
    return mini_svg(point)
