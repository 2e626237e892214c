"""From rows to scores: the one way by which page, report and export get a number."""

from collections.abc import Mapping

from assessments import scoring
from assessments.models import Assessment
from assessments.queries import tuning
from assessments.queries.answers import (
    is_answered,
    options_before,
    options_of,
    verdicts_of,
)
from assessments.queries.prepared import scoring_edition
from common.numbers import exact_text
from standards.loader import EditionData

Answers = Mapping[str, scoring.Answer]


def to_answers(
    options: Mapping[int, str], edition: EditionData
) -> dict[str, scoring.Answer]:
    """Options by control id, as the engine takes them; unanswered ones are left out."""
    return {
        edition.control_by_id(control_id).ref: scoring.Answer(option)
        for control_id, option in options.items()
        if is_answered(option)
    }


def self_answers(assessment: Assessment, edition: EditionData) -> Answers:
    return to_answers(options_of(assessment), edition)


def audited_answers(assessment: Assessment, edition: EditionData) -> Answers:
    """The auditor's own level where a verdict speaks of the present version."""
    judged = verdicts_of(assessment)
    return to_answers(
        {pk: found.verdict.option for pk, found in judged.items() if found.current},
        edition,
    )


def score_of(
    edition: EditionData,
    answers: Answers,
    assessment: Assessment,
    *,
    with_trace: bool = True,
) -> scoring.Score:
    """The first outcome of the edition's method, by the assessment's own weights."""
    prepared = scoring_edition(edition)
    request = _Request(edition, assessment, with_trace)
    return request.score(prepared.profile.outcomes[0], answers)


def score_all_of(
    edition: EditionData,
    answers: Answers,
    assessment: Assessment,
    *,
    baseline: Answers | None = None,
    with_trace: bool = True,
) -> tuple[scoring.Score, ...]:
    """Every outcome, in the method's order; `baseline` are the answers before."""
    request = _Request(edition, assessment, with_trace, baseline)
    outcomes = scoring_edition(edition).profile.outcomes
    return tuple(request.score(outcome, answers) for outcome in outcomes)


class _Request:
    """What all outcomes of one assessment share."""

    def __init__(
        self,
        edition: EditionData,
        assessment: Assessment,
        with_trace: bool,
        baseline: Answers | None = None,
    ) -> None:
        self.prepared = scoring_edition(edition)
        self.weights = tuning.weights_of(assessment)
        self.targets = tuning.all_targets(assessment, edition)
        self.baseline = baseline
        self.with_trace = with_trace

    def score(self, outcome: scoring.Outcome, answers: Answers) -> scoring.Score:
        return scoring.score(
            self.prepared,
            answers,
            outcome=outcome.name,
            # The publisher's own method keeps the publisher's weights.
            weights=None if outcome.official else self.weights,
            targets=self.targets,
            baseline=self.baseline,
            with_trace=self.with_trace,
        )


def snapshot_of(
    assessment: Assessment, edition: EditionData
) -> tuple[str, dict[str, object]]:
    """The engine's version, all scores as they stand, and what they were set by."""
    before = baseline_of(assessment, edition)

    def scores(answers: Answers) -> tuple[scoring.Score, ...]:
        return score_all_of(
            edition, answers, assessment, baseline=before, with_trace=False
        )

    own = scores(self_answers(assessment, edition))
    audited = scores(audited_answers(assessment, edition))
    plain = {
        "self": scoring.to_plain(own[0]),
        "audited": scoring.to_plain(audited[0]),
        "outcomes": {
            "self": [scoring.to_plain(score) for score in own],
            "audited": [scoring.to_plain(score) for score in audited],
        },
        "target": exact_text(assessment.target),
        "targets": assessment.targets,
        "weights": assessment.weights,
    }
    return scoring.ENGINE_VERSION, plain


def baseline_of(assessment: Assessment, edition: EditionData) -> Answers | None:
    """The predecessor's answers; None without one under the same edition."""
    return to_answers(options_before(assessment), edition) or None
