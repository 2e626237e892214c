"""What the targets of an assessment come to on the scale of each score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from assessments import scoring
from assessments.models import Assessment
from assessments.queries import tuning
from assessments.queries.prepared import scoring_edition
from assessments.queries.scores import score_all_of
from standards.loader import EditionData

# Of one outcome: the number at target by ref of a section; "" is the whole.
Targets = Mapping[str, Decimal | None]


def targets_of(edition: EditionData, assessment: Assessment) -> dict[str, Targets]:
    """What each outcome comes to when every control is at its target, by its name.

    A target between two levels lies between what these come to. Answers, also "not
    applicable", don't move it.
    """
    return _targets(
        edition,
        assessment.target,
        tuple(sorted(assessment.targets.items())),
        tuple(sorted(assessment.weights.items())),
    )


def target_of(edition: EditionData, assessment: Assessment) -> Decimal | None:
    """The target of the first outcome; None where it has no overall number."""
    name = scoring_edition(edition).profile.outcomes[0].name
    return targets_of(edition, assessment)[name][""]


@lru_cache(maxsize=256)
def _targets(
    edition: EditionData,
    target: Decimal,
    targets: tuple[tuple[str, str], ...],
    weights: tuple[tuple[str, str], ...],
) -> dict[str, Targets]:
    levels = [tuning.rank(option) for option in tuning.levels_of(edition.scale)]
    above = next((level for level in levels if level >= target), levels[-1])
    below = next((level for level in reversed(levels) if level <= target), levels[0])
    settings = Assessment(targets=dict(targets), weights=dict(weights))
    ends = [_reached(edition, settings, level) for level in (below, above)]
    share = (target - below) / (above - below) if above > below else Decimal(0)
    return {
        name: {
            ref: _between(number, ends[1][name][ref], share)
            for ref, number in numbers.items()
        }
        for name, numbers in ends[0].items()
    }


def _between(
    low: Decimal | None, high: Decimal | None, share: Decimal
) -> Decimal | None:
    return None if low is None or high is None else low + (high - low) * share


def _reached(
    edition: EditionData, settings: Assessment, level: Decimal
) -> dict[str, Targets]:
    """The numbers when every control is at its own target, else at this level."""
    settings.target = level
    own = tuning.own_targets(settings, edition)
    answers = {
        control.ref: scoring.Answer(
            own.get(control.ref)
            or tuning.reaching(
                tuning.levels_of(edition.scale, control.options), level
            ).code
        )
        for control in edition.assessable()
    }
    scores = score_all_of(edition, answers, settings, with_trace=False)
    return {
        score.name: {"": score.value} | dict(_numbers(score.sections))
        for score in scores
    }


def _numbers(
    sections: Iterable[scoring.SectionScore],
) -> Iterator[tuple[str, Decimal | None]]:
    for section in sections:
        yield section.ref, section.value
        yield from _numbers(section.sections)
