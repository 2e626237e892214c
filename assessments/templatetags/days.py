"""A day, as short as a table wants it."""

from datetime import date

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

register = template.Library()


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    """5 Dec, and 5 Dec 2025 in another year than this; translators own the order."""
    if value is None:
        return ""
    if value.year == timezone.localdate().year:
        return date_format(value, pgettext("format of a day of this year", "j M"))
    return date_format(value, pgettext("format of a day", "j M Y"))


@register.filter
def days_to(start: date, end: date) -> str:
    """1 Jan – 31 Dec 2025: the year once where it is the same."""
    first = pgettext("format of a day of this year", "j M")
    last = pgettext("format of a day", "j M Y")
    begin = date_format(start, first if start.year == end.year else last)
    return f"{begin} – {date_format(end, last)}"
