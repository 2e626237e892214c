"""Levels that are climbed one by one: a row per section, a cell per level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.charts.scene import Scene, fit, text_width

GAP = 3
DIGIT = 42  # room for the value at the end of a row
LEAST, MOST = 96, 190


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
    longest = max((text_width(one.label, 12) + 8 for one in rows), default=0)
    labels = min(max(longest, LEAST), max(MOST, width * 0.45))
    count = max((len(one.cells) for one in rows), default=1)
    step = (width - labels - DIGIT) / count
    bottom = row * len(rows) + 4
    scene = Scene(width, bottom + 20)
    for level in range(1, count + 1):
        at = (labels + step * (level - 0.5), bottom + 14)
        scene.text(at, str(level), anchor="middle", size=11, style="soft")
    for number, one in enumerate(rows):
        y = row * number + row / 2
        label = fit(one.label, labels - 8, 12)
        scene.text((0, y + 4), label, anchor="start", size=12, style="text")
        for level, cell in enumerate(one.cells):
            _cell(scene, cell, labels + step * level, y, step - GAP)
        scene.text((width, y + 4), one.text, anchor="end", size=12, style="text")
        if one.target:
            scene.target(labels + step * one.target - GAP / 2, y, 5)
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
