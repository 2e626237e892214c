"""Levels that are climbed one by one: a row per section, a cell per level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.charts.rows import Rows
from common.charts.scene import Scene

GAP = 3
DIGIT = 42  # room for the value at the end of a row
MOST, WIDEST = 182, 0.44  # of the names: at least so wide, and this share of the chart


@dataclass(frozen=True, slots=True)
class Cell:
    """One level: which share of it is done, and whether it is reached."""

    share: float
    reached: bool


@dataclass(frozen=True, slots=True)
class Climb:
    """One row: its cells lowest first, and the level that it aims at."""

    label: str
    text: str
    cells: tuple[Cell, ...]
    target: int | None = None


def climbs(rows: Sequence[Climb], *, width: float = 360, row: float = 22) -> Scene:
    """Draw a full cell for a level that is reached, a part of one that is under way."""
    names = Rows(
        (one.label for one in rows), most=max(MOST, width * WIDEST), height=row
    )
    count = max((len(one.cells) for one in rows), default=1)
    step = (width - names.start - DIGIT) / count
    bottom = names.height + 4
    scene = Scene(width, bottom + 20)
    for level in range(1, count + 1):
        at = (names.start + step * (level - 0.5), bottom + 14)
        scene.text(at, str(level), anchor="middle", size=11, style="soft")
    for one, y in zip(rows, names.draw(scene), strict=True):
        for level, cell in enumerate(one.cells):
            _cell(scene, cell, names.start + step * level, y, step - GAP)
        scene.text((width, y + 4), one.text, anchor="end", size=12, style="text")
        if one.target:
            scene.target(names.start + step * one.target - GAP / 2, y, 5)
    return scene


def _cell(scene: Scene, cell: Cell, x: float, y: float, width: float) -> None:
    scene.rect("empty", x, y - 6, width, 12)
    if cell.reached:
        scene.rect("area", x, y - 6, width, 12)
    elif cell.share > 0:
        scene.rect("band", x, y - 6, width * min(cell.share, 1), 12)


def describe_climbs(rows: Sequence[Climb]) -> str:
    """The values in one line."""
    return "; ".join(f"{one.label}: {one.text}" for one in rows)
