"""Which sections the charts and the table of the results show, and on which axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from assessments import scoring
from assessments.display.numbers import ScoreFormat
from assessments.queries.ladder import Rung, Step, ladder_of
from assessments.queries.lines import Line
from common.charts import Scale
from standards.loader import EditionData

# A radar needs an area, and more spokes than this can't be read.
RADAR_FEWEST, RADAR_MOST = 3, 16
# A unit of profiles: where one stands, and where one wants to be.
TIER = "tier"


@dataclass(frozen=True)
class Drawing:
    """The sections of one outcome as pictures and as a table."""

    edition: EditionData
    lines: list[Line]
    form: ScoreFormat
    score: scoring.Score
    answers: Mapping[str, scoring.Answer]

    @property
    def top(self) -> list[Line]:
        return [line for line in self.lines if line.depth == 0]

    @cached_property
    def shown(self) -> list[Line]:
        """The sections that the method says something about."""
        return [line for line in self.lines if line.has_number] or self.top

    @cached_property
    def charted(self) -> list[Line]:
        """What the charts draw.

        The publisher's own innermost sections where they fit; otherwise the top ones,
        or the pages of a few large ones.
        """
        leaves = [line for line in self.shown if not self._has_below(line)]
        if len(leaves) <= RADAR_MOST and not any(x.section.ours for x in leaves):
            return leaves
        if len(self.top) >= RADAR_FEWEST:
            return self.top
        return [line for line in self.lines if line.is_leaf]

    def _has_below(self, line: Line) -> bool:
        return any(x.section in line.section.sections for x in self.shown)

    @cached_property
    def scale(self) -> Scale:
        """One axis for all sections: their own range, where they have another."""
        lows = [line.score.minimum for line in self.charted]
        highs = [line.score.maximum for line in self.charted]
        own = ScoreFormat(
            self.form.unit,
            min(lows, default=self.form.minimum),
            max(highs, default=self.form.maximum),
        )
        return own.scale

    @property
    def loses(self) -> bool:
        """Whether the sections show what they take away."""
        return self.form.maximum > 0 and self.scale.maximum <= 0

    @property
    def has_radar(self) -> bool:
        """Spokes of different lengths can't be compared."""
        ranges = {(x.score.minimum, x.score.maximum) for x in self.charted}
        scored = any(line.score.value is not None for line in self.charted)
        few = RADAR_FEWEST <= len(self.charted) <= RADAR_MOST
        return scored and few and len(ranges) == 1 and not self.ladder

    @property
    def has_profiles(self) -> bool:
        """Whether current and target profile stand side by side."""
        differ = len({line.target for line in self.shown}) > 1
        return differ or self.form.unit == TIER

    @cached_property
    def ladder(self) -> list[Rung]:
        """For a method that climbs levels: how far each section has come."""
        return ladder_of(self.edition, self.charted, self.answers, self.score.name)

    @property
    def levels(self) -> list[int]:
        return [step.level for step in self.ladder[0].steps] if self.ladder else []

    def steps(self, line: Line) -> tuple[Step, ...]:
        """The levels that a section climbs, if the method has any."""
        rungs = (rung.steps for rung in self.ladder if rung.line is line)
        return next(rungs, ())
