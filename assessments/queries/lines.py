"""Sections with their scores, as tables, charts and reports list them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments import scoring
from assessments.queries.tasklist import ref_range
from common.charts import Point
from standards.loader import EditionData, SectionData


@dataclass(frozen=True)
class Line:
    """One section in table and charts; `depth` 1 stands under the one above."""

    section: SectionData
    score: scoring.SectionScore
    last: scoring.SectionScore | None
    target: Decimal
    depth: int
    is_leaf: bool

    @property
    def range(self) -> str:
        """The refs in it, such as A.5.1–A.5.8."""
        return ref_range(self.section)

    @property
    def to_target(self) -> str:
        return to_target(self.score.value, self.target)

    @property
    def has_range(self) -> bool:
        return self.score.low != self.score.high

    @property
    def has_page(self) -> bool:
        return bool(self.section.controls)

    @property
    def is_empty(self) -> bool:
        """Whether something is asked here, and nothing of it answered."""
        return self.score.coverage.applicable > 0 and not self.score.coverage.answered

    @property
    def point(self) -> Point:
        return Point(
            label=self.section.title,
            text=scoring.display(self.score.value),
            value=self.score.value,
            low=self.score.low,
            high=self.score.high,
            target=self.target,
        )


def to_target(value: Decimal | None, target: Decimal) -> str:
    """What is missing, from the shown value: "+0.3", "Met", or a dash."""
    if value is None:
        return scoring.display(None)
    missing = target - Decimal(scoring.display(value))
    return f"+{scoring.display(missing)}" if missing > 0 else _("Met")


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
