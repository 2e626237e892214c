"""What a method makes of missing answers, and what stands large because of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import scoring
from assessments.display.numbers import NONE_TEXT, ScoreFormat

# With less than this answered, the range says more than the number so far.
ENOUGH = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Headline:
    """A score as it stands large, with the words beside and below it.

    `has_marker` says whether a chart may show the number as a point: a best case is
    none.
    """

    text: str  # "2.7", "1.7 to 3.5", "At most 94"
    top: str  # "of 5"; empty for per cent
    ends: str = ""  # "range 2.0 to 3.3", "until the last 42 are answered"
    so_far: str = ""  # "2.6 on what is answered"
    has_marker: bool = True

    @property
    def note(self) -> str:
        """What stands beside the text: "of 5, range 2.0 to 3.3"."""
        return ", ".join(part for part in (self.top, self.ends) if part)

    @property
    def figure(self) -> str:
        """The result in a few words: "At most 94 of 110"."""
        return f"{self.text} {self.top}".strip()

    @property
    def sentence(self) -> str:
        """All of it in one line: "At most 94 of 110, between −185 and 94"."""
        return f"{self.text} {self.note}".strip()


def headline(
    score: scoring.Score, form: ScoreFormat, *, audited: bool = False
) -> Headline:
    """What stands large for a score; a dash for one without a number.

    An audited score waits for verdicts where that of the team waits for answers.
    """
    if score.value is None:
        return Headline(NONE_TEXT, "")
    low, high = form.texts(score.low, score.high)
    words = {"low": low, "high": high, "top": form.top, "open": open_of(score)}
    top = "" if form.is_percent else _("of %(top)s") % words
    value = form.text(score.value)
    if not open_of(score) or score.low == score.high:
        return Headline(value, top)
    if score.unanswered == "best":
        ends = _("between %(low)s and %(high)s") % words
        most = _("At most %(value)s") % {"value": value}
        return Headline(most, top, ends, has_marker=False)
    if score.unanswered == "left_out":
        return _left_out(score, value, top, words, audited=audited)
    return Headline(value, top, _("up to %(high)s") % words)


def _left_out(
    score: scoring.Score,
    value: str,
    top: str,
    words: dict[str, object],
    *,
    audited: bool,
) -> Headline:
    if score.coverage.ratio >= ENOUGH:
        return Headline(value, top, _("range %(low)s to %(high)s") % words)
    count = open_of(score)
    if audited:
        until = ngettext(
            "until the last one has a verdict",
            "until the last %(open)d have a verdict",
            count,
        )
        so_far = _("%(value)s on the verdicts so far")
    else:
        until = ngettext(
            "until the last one is answered",
            "until the last %(open)d are answered",
            count,
        )
        so_far = _("%(value)s on what is answered")
    return Headline(
        _("%(low)s to %(high)s") % words,
        top,
        until % words,
        so_far=so_far % {"value": value},
    )


def open_of(score: scoring.Score | scoring.SectionScore) -> int:
    """How many of the applicable controls are not answered."""
    return score.coverage.applicable - score.coverage.answered


def missing_sentence(score: scoring.Score, form: ScoreFormat) -> str:
    """What the method makes of the open controls; empty when none is open."""
    count = open_of(score)
    if not count:
        return ""
    words = {"open": count, "total": score.coverage.applicable, "top": form.top}
    opening = ngettext(
        "%(open)d of %(total)d controls is open.",
        "%(open)d of %(total)d controls are open.",
        count,
    )
    if _is_forbidden(score):
        return opening % words
    return f"{opening % words} {rule_for_missing(score, form)}"


def _is_forbidden(score: scoring.Score) -> bool:
    """Whether a rule of the method gives no score, whatever the open answers are."""
    return any(gate.outcome == "no_score" for gate in score.gates)


def rule_for_missing(score: scoring.Score, form: ScoreFormat) -> str:
    """What the method does with an open control, whatever their number."""
    words = {"method": score.method, "top": form.top}
    return _RULES[score.unanswered]() % words


_RULES: dict[str, Callable[[], str]] = {
    "left_out": lambda: _(
        "Open controls are left out of the score; they make its range, from the worst "
        "answer to the best."
    ),
    "best": lambda: _(
        "The score starts full, at %(top)s, and each open control can only take points "
        "off. There is no single score before all are answered."
    ),
    "worst": lambda: _(
        "%(method)s counts a missing answer as the worst one, so open controls can "
        "only raise the score."
    ),
    "not_reached": lambda: _(
        "A level needs all its controls and those of the levels below. An open control "
        "counts as not reached, so a level can only rise."
    ),
    "no_number": lambda: _(
        "The method gives no number before all controls are answered."
    ),
}
