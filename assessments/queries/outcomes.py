"""One outcome of a method as people read it: its number, its label, its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments import scoring
from assessments.display.missing import (
    Headline,
    headline,
    missing_sentence,
    open_of,
)
from assessments.display.numbers import (
    NONE_TEXT,
    ScoreFormat,
    format_of,
    label_text,
)
from assessments.display.rules import Rule, rules_of
from assessments.display.standing import against_target_text, target_sentence
from assessments.models import Assessment
from assessments.queries.lines import Line, by_ref, two_levels
from assessments.queries.prepared import scoring_edition
from assessments.queries.targets import Targets, targets_of
from assessments.queries.working import Working, working
from common.charts import Point
from standards.loader import EditionData


@dataclass(frozen=True)
class OutcomeView:
    """A score with its target and its words. `start` is when periods begin to run."""

    score: scoring.Score
    targets: Targets
    start: date
    edition: EditionData

    @cached_property
    def form(self) -> ScoreFormat:
        return format_of(self.score).against(self.target)

    @property
    def name(self) -> str:
        return self.score.name

    @property
    def title(self) -> str:
        return self.score.title

    @property
    def target(self) -> Decimal | None:
        return self.targets[""]

    @property
    def has_number(self) -> bool:
        return self.score.value is not None

    @property
    def is_overall(self) -> bool:
        """Whether the method gives a number for the whole at all."""
        return scoring.has_overall(scoring_edition(self.edition), self.name)

    @property
    def figure(self) -> str:
        """The result in a word or two: "92 of 110", "MIL1 to MIL3", a dash."""
        if not self.is_overall:
            return self.levels_reached
        if self.has_number:
            return self.headline.figure
        return self.form.of(self.score.value)

    @cached_property
    def headline(self) -> Headline:
        """What stands large; only for a score that has a number."""
        return headline(self.score, self.form)

    @property
    def headline_label(self) -> str:
        """The label beside the headline; none while answers decide it."""
        if self.score.label == scoring.UNDECIDED or self.is_best_case:
            return ""
        return self.label

    @property
    def is_best_case(self) -> bool:
        """Whether the label is that of a number which open answers only lower."""
        is_open = open_of(self.score) > 0 and self.score.unanswered == "best"
        return is_open and not self.score.gates

    @property
    def missing_answers(self) -> str:
        """What the method makes of the open controls; empty when none is open."""
        return missing_sentence(self.score, self.form)

    @property
    def value(self) -> str:
        """The number as it stands alone, a dash without one."""
        return self.form.text(self.score.value)

    @property
    def levels_reached(self) -> str:
        """The labels of the sections from lowest to highest."""
        known = [s for s in self.score.sections if s.value is not None]
        ranked = sorted(known, key=lambda section: section.value or 0)
        if not ranked:
            return NONE_TEXT
        ends = [one.label or self.form.bare(one.value) for one in ranked]
        if ends[0] == ends[-1]:
            return ends[0]
        return _("%(low)s to %(high)s") % {"low": ends[0], "high": ends[-1]}

    @property
    def levels(self) -> list[tuple[str, int]]:
        """How many sections reached which level, the highest first."""
        found = Counter(s.value for s in self.score.sections if s.value is not None)
        named = {s.value: s.label for s in self.score.sections}
        return [
            (named[value] or self.form.bare(value), found[value])
            for value in sorted(found, reverse=True)
        ]

    @property
    def span(self) -> str:
        """Low and high while answers are missing; empty where they say nothing."""
        low, high = self.score.low, self.score.high
        if low is None or high is None or low == high:
            return ""
        return self.form.span(low, high)

    @property
    def beside(self) -> str:
        """What stands beside the figure: the number so far, or the range."""
        if self.has_number and self.headline.so_far:
            return self.headline.so_far
        return self.span

    @property
    def low(self) -> str:
        return self.form.ends(self.score.low, self.score.high)[0]

    @property
    def high(self) -> str:
        return self.form.ends(self.score.low, self.score.high)[1]

    @property
    def label(self) -> str:
        return label_text(self.score.label)

    @property
    def point(self) -> Point:
        """The score as a chart draws it; a best case is no point on it."""
        point = self.form.point(self.score, self.target)
        if self.has_number and not self.headline.has_marker:
            return replace(point, value=None)
        return point

    @property
    def target_text(self) -> str:
        """Without needless zeros: a target is given, not measured."""
        return self.form.given(self.target)

    @property
    def target_sentence(self) -> str:
        return target_sentence(self.score, self.target, self.form)

    @property
    def against_target(self) -> str:
        return against_target_text(self.score, self.target, self.form)

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules of the method, with the days when their labels end."""
        rules = rules_of(self.score, lambda ref: self.edition.control(ref).title)
        return [self._dated(rule) for rule in rules]

    def _dated(self, rule: Rule) -> Rule:
        if not rule.days:
            return rule
        days = {"start": self.start, "day": self.start + timedelta(days=rule.days)}
        text = _("Counted from %(start)s, that is by %(day)s.") % {
            name: date_format(day, "DATE_FORMAT") for name, day in days.items()
        }
        return replace(rule, text=f"{rule.text} {text}")

    @property
    def missing(self) -> str:
        """Why there is no number; empty where there is one."""
        if self.has_number:
            return ""
        if blocked := [rule.text for rule in self.rules if rule.outcome == "no_score"]:
            return " ".join(blocked)
        if not self.is_overall:
            return _(
                "Sections: %(levels)s. Each has a level of its own; "
                "there is no overall number."
            ) % {"levels": self.levels_reached}
        steps = [step for step in self.score.trace if step.op == "progress"]
        if steps and not steps[0].inputs:
            return _(
                "It compares with the assessment before this one, and there is none."
            )
        return _("There is no number yet.")

    @property
    def working(self) -> list[Working]:
        """How the number comes about, in a few lines."""
        return working(self.score, self.form, self.rules)

    def lines(self, last: scoring.Score | None = None) -> Iterator[Line]:
        """The sections that ask something, headings before what stands under them."""
        mine = by_ref(self.score.sections)
        before = by_ref(last.sections) if last else {}
        form = format_of(self.score)
        for depth, section, is_leaf in two_levels(self.edition):
            yield Line(
                section=section,
                score=mine[section.ref],
                last=before.get(section.ref),
                target=self.targets[section.ref],
                depth=depth,
                is_leaf=is_leaf,
                form=form.against(self.targets[section.ref]),
            )

    @cached_property
    def explained(self) -> list[Line]:
        """The lowest sections that have a number: their steps name each control."""
        if all(section.value is None for section in self.score.sections):
            return []
        return [
            line
            for line in self.lines()
            if _has_numbers(line.score)
            and (line.is_leaf or not any(map(_has_numbers, line.score.sections)))
        ]

    @property
    def method(self) -> str:
        """Whose method it is, in one sentence."""
        name = {"method": self.score.method}
        if self.score.official:
            return _("Method: %(method)s, the publisher’s own.") % name
        return _("Method: %(method)s, ours.") % name


def _has_numbers(section: scoring.SectionScore) -> bool:
    return any(step.inputs for step in section.trace)


def outcome_view(
    score: scoring.Score, assessment: Assessment, edition: EditionData, *, today: date
) -> OutcomeView:
    """Periods run from the sealing on; before it, from `today`."""
    start = assessment.sealed_at.date() if assessment.sealed_at else today
    targets = targets_of(edition, assessment)[score.name]
    return OutcomeView(score, targets, start, edition)
