"""The pictures of the results page."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.display.numbers import percent, plain_text
from assessments.queries.drawing import Drawing
from assessments.queries.ladder import Step
from assessments.queries.lines import Line
from assessments.queries.outcomes import OutcomeView
from assessments.queries.results import Results
from common.charts import bars_svg, climbs_svg, gauge_svg, radar_svg

register = template.Library()


@register.filter
def figure(value: Decimal) -> str:
    """A given number without needless zeros: 3, 2.5."""
    return plain_text(value)


@register.filter
def steps(line: Line, drawing: Drawing) -> tuple[Step, ...]:
    """The levels that a section climbs, if the method has any."""
    return drawing.steps(line)


@register.simple_tag
def share(ratio: Decimal) -> str:
    return percent(ratio)


@register.simple_tag
def outcome_gauge(outcome: OutcomeView, uid: str) -> SafeString:
    numbers = {
        "name": outcome.title,
        "score": outcome.headline.sentence,
        "target": outcome.target_text,
    }
    title = _("%(name)s: %(score)s; target %(target)s") % numbers
    return gauge_svg(outcome.point, uid=uid, title=title, scale=outcome.form.scale)


@register.simple_tag
def result_radar(results: Results) -> SafeString:
    return radar_svg(
        [line.point for line in results.drawing.charted],
        uid="radar",
        title=_("Radar of section scores"),
        scale=results.drawing.scale,
    )


@register.simple_tag
def result_bars(results: Results) -> SafeString:
    if results.drawing.ladder:
        return climbs_svg(
            [rung.climb for rung in results.drawing.ladder],
            uid="bars",
            title=_("Levels reached by section"),
        )
    return bars_svg(
        [line.point for line in results.drawing.charted],
        uid="bars",
        title=_("Bars of section scores"),
        scale=results.drawing.scale,
    )
