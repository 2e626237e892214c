"""What a review came to: both scores side by side, and the lists behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessments import scoring
from assessments.display.missing import open_of
from assessments.display.numbers import ScoreFormat, format_of
from assessments.models import Assessment
from assessments.queries.review import Item, Queue
from assessments.queries.scores import score_of, to_answers
from assessments.queries.targets import targets_of
from standards.loader import EditionData

# What `?show=` may ask for.
SHOWS = ("all", "unjudged", "findings", "requests")


@dataclass(frozen=True, slots=True)
class SectionPair:
    """One top-level section with both scores."""

    ref: str
    title: str
    own: scoring.SectionScore
    audited: scoring.SectionScore
    form: ScoreFormat

    @property
    def is_audited_in_part(self) -> bool:
        return bool(self.audited.coverage.answered and open_of(self.audited))


@dataclass(frozen=True, slots=True)
class Pair:
    """The team's score and the auditor's, by the same method."""

    own: scoring.Score
    audited: scoring.Score
    sections: list[SectionPair]
    form: ScoreFormat

    @property
    def is_audited_in_part(self) -> bool:
        return bool(self.audited.coverage.answered and open_of(self.audited))


def both_scores(queue: Queue, edition: EditionData, assessment: Assessment) -> Pair:
    """From the rows of the queue: no statement."""
    own = {i.control.id or 0: i.level.option.code for i in queue.items.values()}
    verdicts: Mapping[int, str] = {
        item.control.id or 0: item.verdict.option
        for item in queue.items.values()
        if item.verdict
    }
    self_score = score_of(edition, to_answers(own, edition), assessment)
    audited = score_of(edition, to_answers(verdicts, edition), assessment)
    form = format_of(self_score)
    targets = targets_of(edition, assessment)[self_score.name]
    sections = [
        SectionPair(mine.ref, mine.title, mine, theirs, form.against(targets[mine.ref]))
        for mine, theirs in zip(self_score.sections, audited.sections, strict=True)
    ]
    return Pair(self_score, audited, sections, form.against(targets[""]))


def items_to_show(queue: Queue, show: str) -> list[Item]:
    """The answers of one list, in the order of the standard."""
    lists = {
        "unjudged": queue.unjudged,
        "findings": queue.findings,
        "requests": queue.requests,
    }
    return lists.get(show, list(queue.items.values()))
