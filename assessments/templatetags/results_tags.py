"""The pictures of the results page."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments import scoring
from assessments.queries.results import Results
from assessments.queries.working import percent
from common.charts import Scale, bars_svg, gauge_svg, radar_svg

register = template.Library()


@register.filter
def figure(value: Decimal) -> str:
    """A given number without needless zeros: 3, 2.5."""
    text = scoring.display(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.simple_tag
def share(ratio: Decimal) -> str:
    return percent(ratio)


def _scale(results: Results) -> Scale:
    return Scale(results.score.minimum, results.score.maximum)


@register.simple_tag
def result_gauge(results: Results) -> SafeString:
    score = results.score
    title = _(
        "Score %(value)s of %(top)s, range %(low)s to %(high)s, target %(target)s"
    )
    numbers = {
        "value": scoring.display(score.value, 2),
        "top": figure(score.maximum),
        "low": scoring.display(score.low, 2),
        "high": scoring.display(score.high, 2),
        "target": figure(results.assessment.target),
    }
    return gauge_svg(
        results.point, uid="gauge", title=title % numbers, scale=_scale(results)
    )


@register.simple_tag
def result_radar(results: Results) -> SafeString:
    return radar_svg(
        [line.point for line in results.charted],
        uid="radar",
        title=_("Radar of section scores"),
        scale=_scale(results),
    )


@register.simple_tag
def result_bars(results: Results) -> SafeString:
    return bars_svg(
        [line.point for line in results.charted],
        uid="bars",
        title=_("Bars of section scores"),
        scale=_scale(results),
    )
