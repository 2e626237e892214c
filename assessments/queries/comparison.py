"""Now and the last time on the controls that were answered both times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessments import scoring
from assessments.enums import SCORE_AFTER
from assessments.models import Assessment
from assessments.queries.scores import score_of
from standards.loader import EditionData

Answers = Mapping[str, scoring.Answer]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two scores of the same controls. `is_whole`: of all that were answered."""

    now: scoring.Score
    before: scoring.Score
    count: int
    is_whole: bool


def compare_scores(
    edition: EditionData,
    assessment: Assessment,
    whole: tuple[scoring.Score, scoring.Score],
    answers: tuple[Answers, Answers],
) -> Comparison | None:
    """Compare like with like; None with too few controls answered both times.

    `whole` and `answers` are of now and of the last time. Where other controls were
    answered, both scores are made anew on the shared ones, by the present settings.
    """
    now, before = (_scored(given, edition) for given in answers)
    shared = now & before
    if now == before:
        return Comparison(*whole, count=len(shared), is_whole=True)
    if len(shared) < SCORE_AFTER and shared != now:
        return None
    scores = [
        score_of(
            edition,
            {ref: answer for ref, answer in given.items() if ref in shared},
            assessment,
            with_trace=False,
        )
        for given in answers
    ]
    return Comparison(scores[0], scores[1], count=len(shared), is_whole=False)


def _scored(answers: Answers, edition: EditionData) -> set[str]:
    """The refs whose answers count: "not applicable" is compared with nothing."""
    na = {option.code for option in edition.scale.options if option.na}
    return {ref for ref, answer in answers.items() if answer.option not in na}
