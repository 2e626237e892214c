"""What an assessment came to: the results page and every report read it from here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments import scoring
from assessments.enums import SCORE_AFTER
from assessments.models import Answer, Assessment
from assessments.queries.answers import Judged, is_answered, verdicts_of
from assessments.queries.gaps import GapView, Given, gap_views
from assessments.queries.lines import Line, by_ref, two_levels
from assessments.queries.scores import score_of, scoring_edition, to_answers
from assessments.queries.working import percent
from common.charts import Point
from standards.loader import EditionData

# A radar needs an area, and more spokes than this can't be read.
RADAR_FEWEST, RADAR_MOST = 3, 16
# More sections than this are counted in the summary, not named.
NAMED = 3


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

    @cached_property
    def answers(self) -> Mapping[str, scoring.Answer]:
        options = {pk: given.option for pk, given in self.given.items()}
        return to_answers(options, self.edition)

    @cached_property
    def score(self) -> scoring.Score:
        return score_of(self.edition, self.answers)

    @cached_property
    def audited(self) -> scoring.Score | None:
        """The auditor's levels by the same method; None before the first verdict."""
        options = {
            pk: found.verdict.option
            for pk, found in self.judged.items()
            if found.current
        }
        answers = to_answers(options, self.edition)
        return score_of(self.edition, answers) if answers else None

    @cached_property
    def last(self) -> scoring.Score | None:
        """The score of the assessment before this one, by the same edition."""
        answers = to_answers(self.before, self.edition)
        return score_of(self.edition, answers) if answers else None

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

    @property
    def leaves_out_unanswered(self) -> bool:
        """Whether open controls widen the range instead of counting as the worst."""
        outcome = scoring_edition(self.edition).profile.outcomes[0]
        missing = getattr(outcome.steps[0], "missing", None)
        return missing is None or missing.unanswered == "exclude"

    @cached_property
    def lines(self) -> list[Line]:
        """The sections that ask something, headings before what stands under them."""
        return list(self._lines())

    def _lines(self) -> Iterator[Line]:
        mine = by_ref(self.score.sections)
        last = by_ref(self.last.sections) if self.last else {}
        for depth, section, is_leaf in two_levels(self.edition):
            yield Line(
                section=section,
                score=mine[section.ref],
                last=last.get(section.ref),
                target=self.assessment.target,
                depth=depth,
                is_leaf=is_leaf,
            )

    @property
    def top(self) -> list[Line]:
        return [line for line in self.lines if line.depth == 0]

    @property
    def leaves(self) -> list[Line]:
        return [line for line in self.lines if line.is_leaf]

    @property
    def charted(self) -> list[Line]:
        """What the charts draw: the top sections, or the pages of a few large ones."""
        return self.top if len(self.top) >= RADAR_FEWEST else self.leaves

    @property
    def has_radar(self) -> bool:
        scored = any(line.score.value is not None for line in self.charted)
        return scored and RADAR_FEWEST <= len(self.charted) <= RADAR_MOST

    @cached_property
    def gaps(self) -> list[GapView]:
        return gap_views(
            self.edition,
            scoring_edition(self.edition),
            self.given,
            self.answers,
            self.assessment.target,
        )

    @property
    def point(self) -> Point:
        return point(self.score, self.assessment.target)

    @property
    def distance(self) -> Decimal | None:
        """From the target to the shown value, so that nobody reckons another one."""
        if self.score.value is None:
            return None
        return Decimal(scoring.display(self.score.value)) - self.assessment.target

    @property
    def change(self) -> Decimal | None:
        """From the last shown value to this one."""
        if self.score.value is None or self.last is None or self.last.value is None:
            return None
        now, before = self.score.value, self.last.value
        return Decimal(scoring.display(now)) - Decimal(scoring.display(before))

    @property
    def last_label(self) -> str:
        """When the assessment before ended, such as December 2025."""
        if self.previous is None:
            return ""
        return date_format(self.previous.period_end, "YEAR_MONTH_FORMAT")

    @property
    def says(self) -> list[str]:
        """The result in plain words, a sentence each."""
        return [*self._numbers(), *self.section_sentences()]

    def _numbers(self) -> Iterator[str]:
        if self.score.label:
            yield _("Overall: %(label)s.") % {"label": self.score.label}
        if self.distance is not None:
            yield target_sentence(self.distance)
        if self.change is not None:
            yield change_sentence(self.change, self.last_label)

    def section_sentences(self) -> Iterator[str]:
        """The weakest section, and those without any answer."""
        scored = [x for x in self.leaves if x.score.value is not None]
        weakest = min(scored, key=lambda one: one.score.value or 0, default=None)
        if len(scored) > 1 and weakest and weakest.to_target != _("Met"):
            yield _("%(section)s is weakest, at %(score)s.") % {
                "section": weakest.section.title,
                "score": scoring.display(weakest.score.value),
            }
        empty = [line.section.title for line in self.leaves if line.is_empty]
        if len(empty) > NAMED:
            yield _("%(count)d sections have no answers yet.") % {"count": len(empty)}
        elif empty:
            named = _("Not answered yet: %(names)s.")
            yield named % {"names": ", ".join(empty)}

    @property
    def coverage(self) -> str:
        return percent(self.score.coverage.ratio)


def target_sentence(distance: Decimal) -> str:
    figure = {"distance": scoring.display(abs(distance))}
    if distance < 0:
        return _("%(distance)s below target.") % figure
    return _("%(distance)s above target.") % figure if distance else _("On target.")


def change_sentence(change: Decimal, when: str) -> str:
    figure = {"change": scoring.display(abs(change)), "when": when}
    if change > 0:
        return _("%(change)s better than in %(when)s.") % figure
    if change < 0:
        return _("%(change)s lower than in %(when)s.") % figure
    return _("The same as in %(when)s.") % figure


def point(score: scoring.Score, target: Decimal) -> Point:
    return Point(
        label="",
        text=scoring.display(score.value),
        value=score.value,
        low=score.low,
        high=score.high,
        target=target,
    )


def section_score(results: Results, ref: str) -> scoring.SectionScore:
    """The score of one section. Raises KeyError."""
    return by_ref(results.score.sections)[ref]


def results_of(assessment: Assessment, edition: EditionData) -> Results:
    """Four statements at most, for any number of controls."""
    rows = Answer.objects.filter(assessment=assessment)
    given = {
        pk: Given(option, tuple(ticks))
        for pk, option, ticks in rows.values_list("control_id", "option", "ticks")
    }
    previous = previous_of(assessment)
    return Results(
        assessment=assessment,
        edition=edition,
        given=given,
        judged=verdicts_of(assessment),
        previous=previous,
        before=_options_before(assessment, previous),
    )


def previous_of(assessment: Assessment) -> Assessment | None:
    if assessment.previous_id is None:
        return None
    return Assessment.objects.select_related("edition").get(pk=assessment.previous_id)


def _options_before(
    assessment: Assessment, previous: Assessment | None
) -> dict[int, str]:
    """The predecessor's options; none under another edition: refs mean other things."""
    if previous is None or previous.edition_id != assessment.edition_id:
        return {}
    rows = Answer.objects.filter(assessment=previous)
    return dict(rows.values_list("control_id", "option"))
