"""When something happened, short enough for a list and exact to the minute."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def moment(at: datetime | None) -> str:
    """today, 14:03; 21 Nov, 14:03; 21 Nov 2025, 14:03, in the organization's zone."""
    if at is None:
        return ""
    local, now = timezone.localtime(at), timezone.localtime()
    if local.date() == now.date():
        return _("today, %(time)s") % {"time": date_format(local, "TIME_FORMAT")}
    if local.year == now.year:
        return date_format(local, "SHORT_DATETIME_FORMAT")
    return date_format(local, "DATETIME_FORMAT")
