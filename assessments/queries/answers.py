"""Answers and verdicts of an assessment, read in a fixed number of statements."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessments.enums import UNKNOWN
from assessments.models import Answer, Assessment, Verdict
from assessments.queries.records import record_of, rename_asked, rename_people
from standards.loader import ControlData, EditionData, OptionData

AnswersById = dict[int, Answer]


def answers_of(
    assessment: Assessment, controls: Iterable[ControlData] | None = None
) -> AnswersById:
    """The answers by control id, of the whole assessment or of some controls."""
    found = Answer.objects.filter(assessment=assessment).select_related(
        "updated_by", "ask"
    )
    if controls is not None:
        found = found.filter(control_id__in=[control.pk for control in controls])
    answers = list(found)
    rename_asked(assessment, answers)
    return {answer.control_id: answer for answer in answers}


def options_of(assessment: Assessment) -> dict[int, str]:
    """The chosen option by control id; nothing else is read."""
    return dict(
        Answer.objects.filter(assessment=assessment).values_list("control_id", "option")
    )


def is_answered(option: str) -> bool:
    """'Don't know' and a note without a level are not answers yet."""
    return option not in {"", UNKNOWN}


@dataclass(frozen=True, slots=True)
class Judged:
    """The latest verdict on an answer, and whether it speaks of the present version."""

    verdict: Verdict
    version: int
    current: bool

    @property
    def validated(self) -> bool:
        return self.current and not self.verdict.request


def verdict_log(assessment: Assessment, *, sent: bool = False) -> list[Verdict]:
    """Every verdict, oldest first, one statement. Texts of the answers are not read.

    With `sent`, only those of closed rounds: what the team was given.
    """
    found = Verdict.objects.filter(answer__assessment=assessment)
    if sent:
        found = found.exclude(review__closed_at=None)
    verdicts = list(
        found.select_related("answer", "revision", "auditor")
        .only(
            *("review", "grade", "option", "reason", "request", "at"),
            *("answer__control", "answer__version", "revision__version"),
            *("revision__answer", "auditor__name", "auditor__email"),
        )
        .order_by("at", "pk")
    )
    rename_people(assessment, (verdict.auditor for verdict in verdicts))
    return verdicts


def judged_by_control(verdicts: Iterable[Verdict]) -> dict[int, Judged]:
    """The last of `verdicts` on each control."""
    return {
        verdict.answer.control_id: Judged(
            verdict,
            verdict.revision.version,
            verdict.revision.version == verdict.answer.version,
        )
        for verdict in verdicts
    }


def verdicts_of(assessment: Assessment) -> dict[int, Judged]:
    """The latest verdict by control id, one statement."""
    return judged_by_control(verdict_log(assessment))


@dataclass(frozen=True, slots=True)
class LastTime:
    """What the assessment before said about a control."""

    option: OptionData
    validated: bool


def last_time(assessment: Assessment, edition: EditionData) -> dict[str, LastTime]:
    """The predecessor's answers by ref; empty without one. At most two statements.

    A predecessor under another edition is left out: its refs mean other things.
    """
    options = options_before(assessment)
    validated = _validated_before(assessment) if options else frozenset()
    return {
        edition.control_by_id(control_id).ref: LastTime(
            edition.scale.option(option), control_id in validated
        )
        for control_id, option in options.items()
        if is_answered(option)
    }


def previous_of(assessment: Assessment) -> Assessment | None:
    """The assessment before, for a sealed one as it was at the sealing."""
    if record := record_of(assessment):
        return record.previous
    if assessment.previous_id is None:
        return None
    return Assessment.objects.select_related("edition").get(pk=assessment.previous_id)


def options_before(assessment: Assessment) -> dict[int, str]:
    """The predecessor's options by control id.

    None under another edition: refs mean other things there.
    """
    if record := record_of(assessment):
        previous = record.previous
        same = previous and previous.edition_id == assessment.edition_id
        return record.previous_options if same else {}
    if assessment.previous_id is None:
        return {}
    rows = Answer.objects.filter(
        assessment=assessment.previous_id, assessment__edition=assessment.edition_id
    )
    return dict(rows.values_list("control_id", "option"))


def _validated_before(assessment: Assessment) -> frozenset[int]:
    if record := record_of(assessment):
        return record.previous_validated
    accepted = Verdict.objects.filter(
        answer__assessment=assessment.previous_id, request=""
    )
    return frozenset(accepted.values_list("answer__control_id", flat=True))
