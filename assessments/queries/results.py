"""What an assessment came to: the results page and every report read it from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments import scoring
from assessments.display.numbers import ScoreFormat, percent
from assessments.enums import SCORE_AFTER
from assessments.models import Answer, Assessment
from assessments.queries import saying, tuning
from assessments.queries.answers import (
    Judged,
    is_answered,
    options_before,
    previous_of,
    verdicts_of,
)
from assessments.queries.comparison import Comparison, compare_scores
from assessments.queries.drawing import Drawing
from assessments.queries.gaps import GapView, Given, gap_views
from assessments.queries.lines import Line
from assessments.queries.outcomes import OutcomeView, outcome_view
from assessments.queries.prepared import scoring_edition
from assessments.queries.records import record_of
from assessments.queries.scores import score_all_of, score_of, to_answers
from standards.loader import EditionData


@dataclass(frozen=True)
class Results:
    """All numbers of one assessment, from rows that were read once."""

    assessment: Assessment
    edition: EditionData
    given: Mapping[int, Given]
    judged: Mapping[int, Judged]
    # The assessment before this one, and its answers if it pins the same edition.
    previous: Assessment | None
    before: Mapping[int, str]
    today: date

    @cached_property
    def answers(self) -> Mapping[str, scoring.Answer]:
        options = {pk: given.option for pk, given in self.given.items()}
        return to_answers(options, self.edition)

    @cached_property
    def scores(self) -> tuple[scoring.Score, ...]:
        """Every outcome of the method; the first is the one that overviews show."""
        before = to_answers(self.before, self.edition) or None
        return score_all_of(
            self.edition, self.answers, self.assessment, baseline=before
        )

    @property
    def score(self) -> scoring.Score:
        return self.scores[0]

    @cached_property
    def outcomes(self) -> list[OutcomeView]:
        return [self._view(score) for score in self.scores]

    def _view(self, score: scoring.Score) -> OutcomeView:
        return outcome_view(score, self.assessment, self.edition, today=self.today)

    @property
    def main(self) -> OutcomeView:
        """The first outcome."""
        return self.outcomes[0]

    def outcome(self, name: str) -> OutcomeView | None:
        return next((one for one in self.outcomes if one.name == name), None)

    @property
    def has_more(self) -> bool:
        """Whether the method has several outcomes."""
        return len(self.scores) > 1

    @property
    def form(self) -> ScoreFormat:
        return self.main.form

    @property
    def not_applicable(self) -> int:
        options = (given.option for given in self.given.values())
        known = {option.code for option in self.edition.scale.options if option.na}
        return sum(option in known for option in options)

    @cached_property
    def audited(self) -> scoring.Score | None:
        """The auditor's levels by the same method; None before the first verdict."""
        options = {
            pk: found.verdict.option
            for pk, found in self.judged.items()
            if found.current
        }
        answers = to_answers(options, self.edition)
        if not answers:
            return None
        return score_of(self.edition, answers, self.assessment, with_trace=False)

    @cached_property
    def audited_view(self) -> OutcomeView | None:
        return self._view(self.audited) if self.audited else None

    @cached_property
    def last(self) -> scoring.Score | None:
        """The score of the assessment before this one, as its own page shows it."""
        answers = to_answers(self.before, self.edition)
        if not answers or self.previous is None:
            return None
        return score_of(self.edition, answers, self.previous, with_trace=False)

    @property
    def last_value(self) -> str:
        return self.form.text(self.last.value if self.last else None)

    @property
    def is_shown(self) -> bool:
        """A score before a few answers would mislead; a finished one never does."""
        if self.score.status == "final":
            return True
        return self.score.coverage.answered >= SCORE_AFTER

    @property
    def answered(self) -> int:
        """Answers of any kind, 'not applicable' among them."""
        return sum(is_answered(given.option) for given in self.given.values())

    @property
    def total(self) -> int:
        return len(self.edition.assessable())

    @property
    def open(self) -> int:
        return self.score.coverage.applicable - self.score.coverage.answered

    @property
    def is_provisional(self) -> bool:
        return self.score.status == "provisional"

    @property
    def validated(self) -> int:
        return sum(found.validated for found in self.judged.values())

    @cached_property
    def lines(self) -> list[Line]:
        """The sections that ask something, headings before what stands under them."""
        return list(self.main.lines(self.last))

    @property
    def is_nested(self) -> bool:
        """Whether some sections stand under others."""
        return any(line.depth for line in self.lines)

    @property
    def leaves(self) -> list[Line]:
        return [line for line in self.lines if line.is_leaf]

    @cached_property
    def drawing(self) -> Drawing:
        """What the charts and the table of sections show."""
        return Drawing(self.edition, self.lines, self.form, self.score, self.answers)

    @cached_property
    def control_targets(self) -> dict[str, Decimal]:
        """The level that each control aims at, by ref."""
        asked = self.edition.assessable()
        return tuning.target_levels(self.assessment, self.edition, asked)

    @cached_property
    def gaps(self) -> list[GapView]:
        return gap_views(
            self.edition,
            scoring_edition(self.edition),
            self.given,
            self.answers,
            self.assessment,
        )

    @cached_property
    def same(self) -> Comparison | None:
        """Now and the last time on the controls that were answered both times."""
        if self.last is None:
            return None
        answers = self.answers, to_answers(self.before, self.edition)
        whole = self.score, self.last
        return compare_scores(self.edition, self.assessment, whole, answers)

    @property
    def change(self) -> Decimal | None:
        """From the last shown value to this one, on what was answered both times."""
        if self.same is None:
            return None
        now, before = self.same.now.value, self.same.before.value
        if now is None or before is None:
            return None
        return self.form.change(now, before)

    @property
    def last_label(self) -> str:
        """When the assessment before ended, such as December 2025."""
        if self.previous is None:
            return ""
        return date_format(self.previous.period_end, "YEAR_MONTH_FORMAT")

    @property
    def last_period(self) -> str:
        """What the assessment before speaks of; its period may end in the future."""
        return _("the period to %(month)s") % {"month": self.last_label}

    @property
    def says(self) -> list[str]:
        """The result in plain words, a sentence each."""
        return [*saying.numbers(self), *self.section_sentences()]

    def section_sentences(self) -> list[str]:
        drawing = self.drawing
        climbs = bool(drawing.ladder)
        lines = drawing.charted if drawing.loses or climbs else self.leaves
        return list(saying.sections(lines, climbs=climbs))

    @property
    def coverage(self) -> str:
        return percent(self.score.coverage.ratio)


def results_of(
    assessment: Assessment, edition: EditionData, *, today: date | None = None
) -> Results:
    """Four statements at most, for any number of controls."""
    rows = Answer.objects.filter(assessment=assessment)
    given = {
        pk: Given(option, tuple(ticks))
        for pk, option, ticks in rows.values_list("control_id", "option", "ticks")
    }
    return Results(
        assessment=assessment,
        edition=edition,
        given=given,
        judged=verdicts_of(assessment),
        previous=previous_of(assessment),
        before=options_before(assessment),
        today=today or _day_of(assessment),
    )


def _day_of(assessment: Assessment) -> date:
    """The day on which a sealed assessment was sealed, otherwise today."""
    record = record_of(assessment)
    if record is None or assessment.sealed_at is None:
        return timezone.localdate()
    return timezone.localdate(assessment.sealed_at, ZoneInfo(record.time_zone))
