"""Small things in the form in which a report prints them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.display.numbers import percent
from assessments.queries.changes import level_of
from assessments.queries.questionnaire import Level
from common.sizes import size_text
from reports import documents
from reports.documents.values import Printed
from standards.loader import ScaleData


def level(found: Level | None) -> documents.Level | None:
    if found is None:
        return None
    option = found.option
    return documents.Level(
        found.chip, option.label, found.shade, code=option.code, value=option.value
    )


def level_by_code(code: str, scale: ScaleData) -> documents.Level | None:
    return level(level_of(code, scale))


def day(value: date | None) -> str:
    """A day, also that of a moment, which keeps its time for programs."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return Printed(date_format(value, "DATE_FORMAT"), value) if value else ""


def moment(value: datetime | None) -> str:
    """Date and time in the organization's zone, which is the active one."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return Printed(date_format(local, "DATETIME_FORMAT"), local)


def period(start: date | None, end: date | None) -> str:
    return Printed(_period_text(start, end), (start, end)) if start or end else ""


def _period_text(start: date | None, end: date | None) -> str:
    if start and end:
        return f"{day(start)} – {day(end)}"
    if start:
        return _("from %(day)s") % {"day": day(start)}
    return _("until %(day)s") % {"day": day(end)}


def name(person: User | None) -> str:
    return str(person) if person else ""


def size(value: int | None) -> str:
    return Printed(size_text(value), value) if value else ""


def share(value: Decimal) -> str:
    """A share from 0 to 1 as per cent."""
    return Printed(percent(value), value)
