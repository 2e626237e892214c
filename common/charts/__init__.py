"""Charts without a library: points in, inline SVG out. Print uses the same layouts.

Put a table with the same figures beside every chart, and a `uid` that is unique in
the page.
"""

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

from common.charts import layouts
from common.charts.climbs import Cell, Climb, climbs, describe_climbs
from common.charts.scene import LEVELS, Point, Scale, describe
from common.charts.svg import svg

__all__ = [
    "LEVELS",
    "Cell",
    "Climb",
    "Point",
    "Scale",
    "bars_svg",
    "climbs_svg",
    "gauge_svg",
    "mini_svg",
    "radar_svg",
]

RADAR_FEWEST = 3


def radar_svg(
    points: Sequence[Point],
    *,
    uid: str,
    title: str,
    desc: str = "",
    scale: Scale = LEVELS,
) -> SafeString:
    """Return a radar, or nothing for fewer than three points: a radar needs an area."""
    if len(points) < RADAR_FEWEST:
        return mark_safe("")
    scene = layouts.radar(points, scale)
    return svg(scene, uid=uid, title=title, desc=desc or describe(points))


def bars_svg(
    points: Sequence[Point],
    *,
    uid: str,
    title: str,
    desc: str = "",
    scale: Scale = LEVELS,
) -> SafeString:
    """Return bars with range and target, one row per point."""
    scene = layouts.bars(points, scale)
    return svg(scene, uid=uid, title=title, desc=desc or describe(points))


def climbs_svg(rows: Sequence[Climb], *, uid: str, title: str) -> SafeString:
    """Return levels climbed one by one, one row per section."""
    return svg(climbs(rows), uid=uid, title=title, desc=describe_climbs(rows))


def gauge_svg(
    point: Point, *, uid: str, title: str, scale: Scale = LEVELS
) -> SafeString:
    """Return one score on its axis. Say score, range and target in the title."""
    return svg(layouts.gauge(point, scale), uid=uid, title=title, kind="gauge")


def mini_svg(point: Point, *, scale: Scale = LEVELS) -> SafeString:
    """Return the gauge for a table row, hidden from readers: the row says it."""
    return svg(layouts.mini(point, scale), kind="mini")
