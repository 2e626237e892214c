"""The layouts: radar, bars with range and target, gauge, and a gauge for tables."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from math import cos, pi, sin

from common.charts.rows import LINE, Rows
from common.charts.scene import (
    LEVELS,
    Point,
    Scale,
    Scene,
    text_width,
    wrap,
)
from common.numbers import plain_text

Polar = Callable[[int, Decimal], tuple[float, float]]

RADAR_RADIUS = 108
RADAR_CENTRE = (200, 160)
LABEL_GAP = 10
TICK_GAP = 2  # on each side of a number under an axis
MIDDLE = 0.1
CLOSE = 6  # a small gauge's target rises when the score is nearer than this


def radar(points: Sequence[Point], scale: Scale = LEVELS) -> Scene:
    """Draw scores around a centre. Needs at least three points."""
    scene = Scene(400, 322)
    at = _polar(len(points), scale)
    _radar_grid(scene, len(points), scale)
    for i, point in enumerate(points):
        if ends := point.range():
            scene.line("spoke", *at(i, ends[0]), *at(i, ends[1]), dash=True)
    targets = [at(i, p.target) for i, p in enumerate(points) if p.target is not None]
    if len(targets) == len(points):
        scene.polygon("target-line", targets, stroke=1.5)
    scores = [None if p.value is None else at(i, p.value) for i, p in enumerate(points)]
    for start, end in pairwise([*scores, scores[0]]):
        if start and end:
            scene.line("line", *start, *end, stroke=2)
    for point, score in zip(points, scores, strict=True):
        if score:
            scene.dot(*score, 4, tip=f"{point.label}: {point.text}")
    _radar_labels(scene, points, scale)
    return scene


def _polar(count: int, scale: Scale) -> Polar:
    cx, cy = RADAR_CENTRE

    def at(index: int, value: Decimal) -> tuple[float, float]:
        angle = 2 * pi * index / count
        reach = RADAR_RADIUS * scale.share(value)
        return cx + reach * sin(angle), cy - reach * cos(angle)

    return at


def _radar_grid(scene: Scene, count: int, scale: Scale) -> None:
    at = _polar(count, scale)
    for tick in scale.ticks()[1:]:
        scene.polygon("grid", [at(i, tick) for i in range(count)])
    for i in range(count):
        scene.line("grid", *RADAR_CENTRE, *at(i, scale.maximum))


def _radar_labels(scene: Scene, points: Sequence[Point], scale: Scale) -> None:
    cx, cy = RADAR_CENTRE
    for tick in scale.ticks()[1:]:
        y = cy - RADAR_RADIUS * scale.share(tick) + 4
        scene.text((cx - 5, y), plain_text(tick), anchor="end", size=10, style="soft")
    for i, point in enumerate(points):
        angle = 2 * pi * i / len(points)
        reach = RADAR_RADIUS + LABEL_GAP
        x, y = cx + reach * sin(angle), cy - reach * cos(angle)
        middle = abs(sin(angle)) < MIDDLE
        room = 130 if middle else min(x, 400 - x) - 4
        lines = wrap(point.label, room, 12)
        top = y + 4 - LINE / 2 * (len(lines) - 1)
        if middle:
            top = y - LINE * (len(lines) - 1) if cos(angle) > 0 else y + 9
        anchor = "middle" if middle else "start" if sin(angle) > 0 else "end"
        for row, line in enumerate(lines):
            scene.text(
                (x, top + LINE * row), line, anchor=anchor, size=12, style="text"
            )


def bars(
    points: Sequence[Point],
    scale: Scale = LEVELS,
    *,
    width: float = 360,
    labels: float = 176,
    row: float = 21,
) -> Scene:
    """Draw one row per score: a bar for what is certain, a diamond for the target.

    What missing answers can still change is empty, with a dashed edge.
    `labels` is how wide labels may be; a longer one takes a second line.
    """
    rows = Rows((one.label for one in points), most=labels, height=row)
    texts = [_bar_text(point) for point in points]
    widest = max((text_width(text, 12) for text in texts), default=0)
    plot = width - rows.start - max(42, widest + 14)
    bottom = rows.height + 4
    scene = Scene(width, bottom + 20)

    def x(value: Decimal) -> float:
        return rows.start + plot * scale.share(value)

    ticks = scale.ticks()
    shown = _with_room(ticks, x, size=11)
    for tick in ticks:
        scene.line("grid", x(tick), 0, x(tick), bottom)
        at = (x(tick), bottom + 14)
        if tick in shown:
            scene.text(at, plain_text(tick), anchor="middle", size=11, style="soft")
    # Losses grow from the right: their bar ends at zero.
    zero = min(max(Decimal(0), scale.minimum), scale.maximum)
    for point, text, y in zip(points, texts, rows.draw(scene), strict=True):
        if ends := point.range():
            left = x(ends[0])
            scene.rect("void", left, y - 6, x(ends[1]) - left, 12)
        if (certain := point.certain(zero)) is not None:
            left, right = sorted((x(zero), x(certain)))
            scene.rect("area", left, y - 3, right - left, 6)
        scene.text((width, y + 4), text, anchor="end", size=12, style="text")
        if point.target is not None:
            scene.target(x(point.target), y, 5)
    return scene


def _with_room(
    ticks: Sequence[Decimal], x: Callable[[Decimal], float], *, size: float
) -> set[Decimal]:
    """The ticks whose numbers do not touch: both ends, and what fits between."""

    def half(tick: Decimal) -> float:
        return text_width(plain_text(tick), size) / 2 + TICK_GAP

    *inner, last = ticks
    shown = {last}
    edge = float("-inf")
    for tick in inner:
        if x(tick) - half(tick) < edge:
            continue
        if x(tick) + half(tick) > x(last) - half(last) and shown != {last}:
            continue
        shown.add(tick)
        edge = x(tick) + half(tick)
    return shown


def _bar_text(point: Point) -> str:
    """A number that answers can still change is written as its range."""
    return point.text if point.value is None else point.span or point.text


def gauge(point: Point, scale: Scale = LEVELS) -> Scene:
    """Draw one score on its axis, with range and target."""
    scene = Scene(360, 52)

    def x(value: Decimal) -> float:
        return 5 + 350 * scale.share(value)

    scene.rect("track", 5, 18, 350, 10)
    if ends := point.range():
        scene.rect("band", x(ends[0]), 18, x(ends[1]) - x(ends[0]), 10)
    for tick in scale.ticks():
        scene.line("axis", x(tick), 28, x(tick), 33)
        half = text_width(plain_text(tick), 16) / 2  # long ends stay inside
        at = (min(max(x(tick), half), 360 - half), 47.0)
        scene.text(at, plain_text(tick), anchor="middle", size=13, style="soft")
    scene.line("axis", 5, 28.5, 355, 28.5)
    if point.value is not None:
        scene.line("line", x(point.value), 8, x(point.value), 28, stroke=2)
        scene.dot(x(point.value), 23, 6.5, stroke=1.5)
    if point.target is not None:
        scene.target(x(point.target), 8, 6.5)
    return scene


def mini(point: Point, scale: Scale = LEVELS) -> Scene:
    """Draw one score as small as a table row allows."""
    scene = Scene(120, 16)

    def x(value: Decimal) -> float:
        return 6 + 108 * scale.share(value)

    scene.line("grid", 6, 8, 114, 8, stroke=2)
    if ends := point.range():
        scene.rect("band", x(ends[0]), 5, max(x(ends[1]) - x(ends[0]), 2), 6)
    if point.value is not None:
        scene.dot(x(point.value), 8, 4.5)
    if point.target is not None:
        close = point.value is not None and (
            abs(x(point.value) - x(point.target)) < CLOSE
        )
        scene.target(x(point.target), 4.5 if close else 8, 4 if close else 4.5)
    return scene
