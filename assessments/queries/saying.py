"""What a result says, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments import scoring
from assessments.display.missing import open_of
from assessments.display.standing import NAMED, change_sentence, weakest_sentence
from assessments.queries.lines import Line
from assessments.queries.outcomes import OutcomeView

if TYPE_CHECKING:
    from assessments.queries.results import Results


def numbers(results: Results) -> Iterator[str]:
    """The whole: its label, against the target, against the last time."""
    sentences = (label_sentence(results.main), results.main.target_sentence)
    yield from filter(None, sentences)
    if text := comparison_sentence(results):
        yield text


def label_sentence(outcome: OutcomeView) -> str:
    """The label, and how much it can still change."""
    score = outcome.score
    if score.label == scoring.NO_STATUS:
        if open_of(score):
            return _("No status is reached, whatever the open answers are.")
        return _("No status is reached.")
    if score.label == scoring.UNDECIDED:
        return _("The status is not decided yet: it depends on the open answers.")
    if not outcome.label:
        return ""
    if outcome.has_number and outcome.headline.so_far:
        return ""  # stands under the headline, beside the number so far
    label = {"label": outcome.label}
    if outcome.is_best_case:
        return _("At best: %(label)s.") % label
    return _("Overall: %(label)s.") % label


def comparison_sentence(results: Results) -> str:
    """The change since the last time, on what was answered both times."""
    if results.change is None or results.same is None:
        return ""
    count = 0 if results.same.is_whole else results.same.count
    return change_sentence(results.change, results.last_period, results.form, on=count)


def sections(leaves: Sequence[Line], *, climbs: bool = False) -> Iterator[str]:
    """The weakest sections, and those without any answer.

    With `climbs`, sections reach levels: how many of them are where they want to be?
    """
    scored = [line for line in leaves if line.score.value is not None]
    if scored and climbs:
        yield _("%(count)d of %(total)d sections are at their target.") % {
            "count": sum(line.is_met for line in scored),
            "total": len(leaves),
        }
    if text := _weakest(leaves):
        yield text
    empty = [line.section.title for line in leaves if line.is_empty]
    if len(empty) > NAMED:
        yield _("%(count)d sections have no answers yet.") % {"count": len(empty)}
    elif empty:
        named = _("Not answered yet: %(names)s.")
        yield named % {"names": ", ".join(empty)}


def _weakest(leaves: Sequence[Line]) -> str:
    """The lowest of the sections with answers; nothing where all of them are met."""
    scored = [
        line
        for line in leaves
        if line.score.value is not None and line.score.coverage.answered
    ]
    values = [line.score.value for line in scored if line.score.value is not None]
    if len(scored) < 2:
        return ""
    lines = [line for line in scored if line.score.value == min(values)]
    if len(lines) == len(scored) or lines[0].is_met:
        return ""
    names = [line.section.title for line in lines]
    so_far = any(line.score.low != line.score.high for line in leaves)
    return weakest_sentence(names, lines[0].value, so_far=so_far)
