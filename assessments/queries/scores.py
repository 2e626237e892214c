"""From rows to scores: the one way by which page, report and export get a number."""

from collections.abc import Mapping
from functools import lru_cache

from assessments import scoring
from assessments.models import Assessment
from assessments.queries.answers import is_answered, options_of, verdicts_of
from common.charts import Point
from standards.loader import ControlData, EditionData, ScaleData, SectionData


@lru_cache(maxsize=64)
def scoring_edition(edition: EditionData) -> scoring.Edition:
    """The part of an edition that the engine reads, prepared once."""
    return scoring.Edition(
        code=edition.code,
        scale=_scale(edition.scale),
        profile=scoring.parse_profile(edition.scoring),
        sections=tuple(_section(section) for section in edition.sections),
    )


def _scale(scale: ScaleData) -> scoring.Scale:
    options = tuple(
        scoring.Option(o.code, o.label, o.value, na=o.na, met=o.met, partial=o.partial)
        for o in scale.options
    )
    return scoring.Scale(options, scale.minimum, scale.maximum)


def _section(section: SectionData) -> scoring.Section:
    return scoring.Section(
        ref=section.ref,
        title=section.title,
        sections=tuple(_section(child) for child in section.sections),
        controls=tuple(_control(control) for control in section.controls),
        ours=section.ours,
    )


def _control(control: ControlData) -> scoring.Control:
    return scoring.Control(
        ref=control.ref,
        title=control.title,
        weight=control.weight,
        groups=frozenset(control.groups),
        attributes=dict(control.attributes),
        options=control.options,
        assessable=control.assessable,
        controls=tuple(_control(child) for child in control.controls),
    )


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


def score_of(edition: EditionData, answers: Answers) -> scoring.Score:
    """The first outcome of the edition's method."""
    return scoring.score(scoring_edition(edition), answers)


def point_of(
    assessment: Assessment, score: scoring.Score | scoring.SectionScore, label: str = ""
) -> Point:
    """A score as a chart draws it, with the assessment's target."""
    return Point(
        label=label,
        text=scoring.display(score.value),
        value=score.value,
        low=score.low,
        high=score.high,
        target=assessment.target,
    )


def snapshot_of(
    assessment: Assessment, edition: EditionData
) -> tuple[str, dict[str, dict[str, object]]]:
    """The engine's version and both scores as they stand, for a ScoreSnapshot."""
    own = score_of(edition, self_answers(assessment, edition))
    audited = score_of(edition, audited_answers(assessment, edition))
    plain = {"self": scoring.to_plain(own), "audited": scoring.to_plain(audited)}
    return scoring.ENGINE_VERSION, plain
