"""How the size of a file is written: one way for pages, reports and messages."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

STEP = 1024
# Below this a number has one digit after its point: 1.4 MB, but 14 MB.
SMALL = 10


def size_text(size: int) -> str:
    """A size in bytes for people: "529 bytes", "1.4 MB", "283 KB"."""
    if size < STEP:
        text = ngettext("%(n)d byte", "%(n)d bytes", size)
        return (text % {"n": size}).replace(" ", "\xa0")
    units = [_("KB"), _("MB"), _("GB")]
    value, unit = size / STEP, units.pop(0)
    # What rounds to 1024 is one of the next unit.
    while units and round(value) >= STEP:
        value, unit = value / STEP, units.pop(0)
    number = f"{value:.1f}".removesuffix(".0") if value < SMALL else f"{value:.0f}"
    return f"{number}\xa0{unit}"
