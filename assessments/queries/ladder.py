"""How far sections have climbed in a method of levels, such as the MILs of C2M2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessments import scoring
from assessments.queries.lines import Line
from assessments.queries.prepared import ladder_step, passing_options
from common.charts import Cell, Climb
from standards.loader import ControlData, EditionData


@dataclass(frozen=True, slots=True)
class Step:
    """One level of one section: how many of its controls pass."""

    level: int
    passed: int
    total: int
    reached: bool

    @property
    def text(self) -> str:
        return f"{self.passed}/{self.total}"

    @property
    def share(self) -> float:
        return self.passed / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Rung:
    """One section with all levels, lowest first."""

    line: Line
    steps: tuple[Step, ...]

    @property
    def climb(self) -> Climb:
        """As a chart draws it."""
        cells = tuple(Cell(step.share, step.reached) for step in self.steps)
        target = None if self.line.target is None else int(self.line.target)
        section = self.line.section
        name = section.title if section.ours else section.ref
        return Climb(name, self.line.value, cells, target)


def ladder_of(
    edition: EditionData,
    lines: Iterable[Line],
    answers: Mapping[str, scoring.Answer],
    outcome: str,
) -> list[Rung]:
    """One rung for each line; nothing for a method that climbs no levels."""
    step = ladder_step(edition, outcome)
    if step is None:
        return []
    passing = passing_options(edition, step)
    return [
        Rung(
            line,
            tuple(
                _step(level, line, step.level_attr, answers, passing)
                for level in step.levels
            ),
        )
        for line in lines
    ]


def _step(
    level: int,
    line: Line,
    attribute: str,
    answers: Mapping[str, scoring.Answer],
    passing: tuple[str, ...],
) -> Step:
    asked = [c for c in line.section.assessable() if _at(c, attribute, level)]
    given = [answers[c.ref].option for c in asked if c.ref in answers]
    value = line.score.value
    return Step(
        level=level,
        passed=sum(option in passing for option in given),
        total=len(asked),
        reached=value is not None and value >= level,
    )


def _at(control: ControlData, attribute: str, level: int) -> bool:
    return control.attributes.get(attribute) == str(level)
