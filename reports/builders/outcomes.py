"""Every outcome of the method, and the levels that sections climb."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import scoring
from assessments.display.missing import headline
from assessments.display.numbers import ScoreFormat
from assessments.queries.outcomes import OutcomeView, outcome_view
from reports import documents
from reports.builders import forms
from reports.builders.material import Material


def view_of(material: Material, score: scoring.Score) -> OutcomeView:
    """An outcome whose periods run from the report's own moment, not the clock's."""
    today = timezone.localtime(material.as_of).date()
    return outcome_view(score, material.assessment, material.edition, today=today)


def number(form: ScoreFormat, value: Decimal | None) -> documents.Number:
    """A number of an outcome, exact and as everybody sees it."""
    return documents.Number(value, form.text(value))


def target_of(view: OutcomeView) -> documents.Number:
    return documents.Number(view.target, view.target_text)


def outcomes(material: Material) -> Iterator[documents.Outcome]:
    """In the method's order; without numbers before a score is shown."""
    shown = material.results.is_shown
    for score in material.results.scores:
        view = view_of(material, score)
        yield documents.Outcome(
            name=view.name,
            title=view.title,
            figure=view.figure if shown else documents.NONE_TEXT,
            span=view.beside if shown else "",
            label=view.label if shown else "",
            rules=tuple(rule.text for rule in view.rules) if shown else (),
            target=target_of(view),
            score=score_view(view, shown=shown),
        )


def score_view(
    view: OutcomeView, *, shown: bool = True, audited: bool = False
) -> documents.ScoreView:
    """A score with what must be said beside it; before a few answers, no number."""
    score, form = view.score, view.form
    unit = "%" if form.is_percent else _("of %(top)s") % {"top": form.top}

    none = documents.Number()
    head = headline(score, form, audited=audited) if shown and view.has_number else None
    low = documents.Number(score.low, view.low) if shown else none
    high = documents.Number(score.high, view.high) if shown else none
    return documents.ScoreView(
        number=documents.Number(score.value, form.bare(score.value)) if shown else none,
        headline=head.text if head else "",
        ends=head.ends if head else "",
        so_far=head.so_far if head else "",
        has_marker=head is None or head.has_marker,
        missing=view.missing_answers if shown else "",
        instead=_instead(view) if shown else "",
        minimum=score.minimum,
        maximum=score.maximum,
        unit=unit,
        label=view.headline_label if shown else "",
        low=low,
        high=high,
        answered=score.coverage.answered,
        applicable=score.coverage.applicable,
        coverage=forms.share(score.coverage.ratio),
        excluded_na=score.excluded_na,
        provisional=score.coverage.answered < score.coverage.applicable,
        method=_method(score),
        source=score.source,
        official=score.official,
        gates=tuple(rule.text for rule in view.rules),
    )


def _instead(view: OutcomeView) -> str:
    """What stands in place of the number, where the method gives none."""
    if view.has_number:
        return ""
    if view.is_overall:
        return view.label
    return "\n".join(
        ngettext("%(n)d section at %(level)s", "%(n)d sections at %(level)s", count)
        % {"n": count, "level": level}
        for level, count in view.levels
    )


def _method(score: scoring.Score) -> str:
    if score.official:
        return _("Method: %(method)s, the publisher’s own.") % {"method": score.method}
    return _("Method: %(method)s.") % {"method": score.method}


def climbs(material: Material) -> Iterator[documents.Climb]:
    if not material.results.is_shown:
        return
    for rung in material.results.drawing.ladder:
        line = rung.line
        yield documents.Climb(
            ref=line.section.ref,
            title=line.section.title,
            level=number(line.form, line.score.value),
            steps=tuple(
                documents.ClimbStep(x.level, x.passed, x.total, x.reached)
                for x in rung.steps
            ),
            target=documents.Number(line.target, line.target_text),
        )


def axis(material: Material) -> documents.Axis | None:
    """Only where the sections have another scale than the whole."""
    drawing = material.results.drawing
    if drawing.scale == drawing.form.scale:
        return None
    ranges = {(x.score.minimum, x.score.maximum) for x in drawing.charted}
    scale = drawing.scale
    return documents.Axis(scale.minimum, scale.maximum, radar=len(ranges) == 1)
