"""Which answers claim that something is in place, in the words of their scale.

An auditor wants to see something for them.
"""

from django.utils.translation import gettext as _

from assessments.queries.tuning import levels_of
from standards.loader import OptionData, ScaleData


def evidence_hint(scale: ScaleData) -> str:
    """What auditors ask for, as a sentence; empty where no answer claims anything."""
    claims = _claims(scale)
    if not claims:
        return ""
    first = claims[0]
    if len(claims) == 1:
        text = _("Auditors ask for some where the answer is “%(level)s”.")
        return text % {"level": first.label}
    if first.is_number:
        text = _("Auditors ask for some from level %(level)s on.")
        return text % {"level": first.code}
    return _("Auditors ask for some from “%(level)s” on.") % {"level": first.label}


def without_evidence(scale: ScaleData) -> str:
    """The heading over answers that claim something and have no evidence."""
    claims = _claims(scale)
    if not claims:
        return _("No evidence")
    first = claims[0]
    if len(claims) == 1:
        return _("“%(level)s”, no evidence") % {"level": first.label}
    if first.is_number:
        return _("Level %(level)s and above, no evidence") % {"level": first.code}
    return _("“%(level)s” or better, no evidence") % {"level": first.label}


def _claims(scale: ScaleData) -> list[OptionData]:
    return [option for option in levels_of(scale) if option.met]
