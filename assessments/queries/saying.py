"""What a result says, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.display.numbers import ScoreFormat
from assessments.queries.lines import Line

if TYPE_CHECKING:
    from assessments.queries.results import Results

# More sections than this are counted in the summary, not named.
NAMED = 3


def numbers(results: Results) -> Iterator[str]:
    """The whole: its label, against the target, against the last time."""
    form = results.form
    if results.main.label:
        yield _("Overall: %(label)s.") % {"label": results.main.label}
    if results.distance is not None:
        yield target_sentence(results.distance, form)
    if results.change is not None:
        yield change_sentence(results.change, results.last_label, form)


def sections(leaves: Sequence[Line], *, climbs: bool = False) -> Iterator[str]:
    """The weakest section, and those without any answer.

    With `climbs`, sections reach levels: how many of them are where they want to be?
    """
    scored = [line for line in leaves if line.score.value is not None]
    if scored and climbs:
        yield _("%(count)d of %(total)d sections are at their target.") % {
            "count": sum(line.to_target == _("Met") for line in scored),
            "total": len(leaves),
        }
    weakest = min(scored, key=lambda one: one.score.value or 0, default=None)
    if len(scored) > 1 and weakest and weakest.to_target != _("Met"):
        yield _("%(section)s is weakest, at %(score)s.") % {
            "section": weakest.section.title,
            "score": weakest.value,
        }
    empty = [line.section.title for line in leaves if line.is_empty]
    if len(empty) > NAMED:
        yield _("%(count)d sections have no answers yet.") % {"count": len(empty)}
    elif empty:
        named = _("Not answered yet: %(names)s.")
        yield named % {"names": ", ".join(empty)}


def target_sentence(distance: Decimal, form: ScoreFormat) -> str:
    figure = {"distance": form.apart(distance)}
    if distance < 0:
        return _("%(distance)s below target.") % figure
    return _("%(distance)s above target.") % figure if distance else _("On target.")


def change_sentence(change: Decimal, when: str, form: ScoreFormat) -> str:
    figure = {"change": form.apart(change), "when": when}
    if change > 0:
        return _("%(change)s better than in %(when)s.") % figure
    if change < 0:
        return _("%(change)s lower than in %(when)s.") % figure
    return _("The same as in %(when)s.") % figure
