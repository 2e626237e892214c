"""Sections with their scores, as tables, charts and reports list them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assessments import scoring
from assessments.display.missing import open_of
from assessments.display.numbers import ScoreFormat
from assessments.display.standing import TargetState, standing, to_target_text
from assessments.queries.tasklist import ref_range
from common.charts import Point
from standards.loader import EditionData, SectionData


@dataclass(frozen=True)
class Line:
    """One section in table and charts; `depth` 1 stands under the one above."""

    section: SectionData
    score: scoring.SectionScore
    last: scoring.SectionScore | None
    target: Decimal | None
    depth: int
    is_leaf: bool
    form: ScoreFormat

    @property
    def range(self) -> str:
        """The refs in it, such as A.5.1–A.5.8."""
        return ref_range(self.section)

    @property
    def value(self) -> str:
        return self.form.text(self.score.value)

    @property
    def worst(self) -> str:
        """The least a section can have where that is its own; else empty."""
        if self.score.minimum == self.form.minimum:
            return ""
        return self.form.bare(self.score.minimum)

    @property
    def span(self) -> str:
        return self.form.span(self.score.low, self.score.high)

    @property
    def last_value(self) -> str:
        return self.form.text(self.last.value if self.last else None)

    @property
    def target_text(self) -> str:
        return self.form.given(self.target)

    @property
    def to_target(self) -> str:
        """What is missing: "+0.3", "Met", "Open" while answers decide it, a dash."""
        return to_target_text(self.score, self.target, self.form)

    @property
    def is_met(self) -> bool:
        """Whether the target is reached, whatever the open answers are."""
        return standing(self.score, self.target) == TargetState.REACHED

    @property
    def is_so_far(self) -> bool:
        """Whether the number speaks of a part of the controls only."""
        return self.score.value is not None and open_of(self.score) > 0

    @property
    def has_range(self) -> bool:
        return self.score.low != self.score.high

    @property
    def has_number(self) -> bool:
        """Whether the method says anything about this section, answered or not."""
        return self.score.value is not None or self.target is not None

    @property
    def has_page(self) -> bool:
        return bool(self.section.controls)

    @property
    def is_empty(self) -> bool:
        """Whether something is asked here, and nothing of it answered."""
        return self.score.coverage.applicable > 0 and not self.score.coverage.answered

    @property
    def point(self) -> Point:
        return self.form.point(self.score, self.target, self.section.title)


def two_levels(edition: EditionData) -> Iterator[tuple[int, SectionData, bool]]:
    """Depth, section, whether it is a leaf here; deeper ones belong to their parent."""
    for top in edition.sections:
        if not top.assessable():
            continue
        below = [child for child in top.sections if child.assessable()]
        yield 0, top, not below
        for child in below:
            yield 1, child, True


def by_ref(
    sections: tuple[scoring.SectionScore, ...],
) -> dict[str, scoring.SectionScore]:
    """Every section's score, however deep."""
    found = {}
    for section in sections:
        found[section.ref] = section
        found.update(by_ref(section.sections))
    return found
