"""The rows of a chart: each with its name at the left, as high as the name is long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from common.charts.scene import Scene, text_width, wrap

SIZE = 12  # of the names
LEAST = 88  # short names leave this much, so that charts look alike
BESIDE = 8  # between a name and what is drawn for it
LINE = 13  # from one line of a name to the next


class Rows:
    """`most` is how wide names may be; a longer one takes a second line."""

    def __init__(self, names: Iterable[str], *, most: float, height: float) -> None:
        names = list(names)
        widest = max((text_width(name, SIZE) for name in names), default=0)
        room = min(max(widest, LEAST), most)
        self.start = room + BESIDE
        self.names = [wrap(name, room, SIZE) for name in names]
        self.heights = [height + LINE * (len(lines) - 1) for lines in self.names]

    @property
    def height(self) -> float:
        return sum(self.heights)

    def draw(self, scene: Scene) -> Iterator[float]:
        """Write the names one by one, and tell where the middle of each row lies."""
        ends = accumulate(self.heights)
        for lines, height, end in zip(self.names, self.heights, ends, strict=True):
            middle = end - height / 2
            top = middle + 4 - LINE / 2 * (len(lines) - 1)
            for number, line in enumerate(lines):
                at = (0.0, top + LINE * number)
                scene.text(at, line, anchor="start", size=SIZE, style="text")
            yield middle
