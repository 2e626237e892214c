"""How a score stands to its target, to the last time, and which section is weakest."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import scoring
from assessments.display.numbers import NONE_TEXT, ScoreFormat

# More sections than this are counted, not named.
NAMED = 3
Scored = scoring.Score | scoring.SectionScore


class TargetState(Enum):
    """Whether a target is reached. OPEN: the missing answers decide it."""

    REACHED = "reached"
    MISSED = "missed"
    OPEN = "open"


def standing(score: Scored, target: Decimal | None) -> TargetState | None:
    """Where a score stands, by exact numbers; None without a value or a target."""
    if score.value is None or target is None:
        return None
    low = score.value if score.low is None else score.low
    high = score.value if score.high is None else score.high
    if low >= target:
        return TargetState.REACHED
    return TargetState.MISSED if high < target else TargetState.OPEN


def shortfall(score: Scored, target: Decimal | None, form: ScoreFormat) -> Decimal:
    """How far the best that a score can become lies below its target."""
    best = score.high if score.high is not None else score.value
    if best is None or target is None:
        return Decimal(0)
    return form.distance(best, target)


def to_target_text(score: Scored, target: Decimal | None, form: ScoreFormat) -> str:
    """A table's cell: "+0.3", "at least +0.3", "Met", "Open", or a dash."""
    match standing(score, target):
        case TargetState.REACHED:
            return _("Met")
        case TargetState.OPEN:
            return _("Open")
        case TargetState.MISSED:
            distance = f"+{form.apart(shortfall(score, target, form))}"
            if score.low == score.high:
                return distance
            return _("at least %(distance)s") % {"distance": distance}
        case _:
            return NONE_TEXT


def against_target_text(
    score: scoring.Score, target: Decimal | None, form: ScoreFormat
) -> str:
    """In a list: "0.3 below", "reached", "at least 16 below", "still open"."""
    stands = standing(score, target)
    if stands is None or score.value is None or target is None:
        return ""
    if stands == TargetState.OPEN:
        return _("still open")
    if stands == TargetState.MISSED:
        distance = {"distance": form.apart(shortfall(score, target, form))}
        if score.low != score.high:
            return _("at least %(distance)s below") % distance
        return _("%(distance)s below") % distance
    above = form.distance(score.value, target)
    if score.low != score.high or not above:
        return _("reached")
    return _("%(distance)s above") % {"distance": form.apart(above)}


def target_sentence(
    score: scoring.Score, target: Decimal | None, form: ScoreFormat
) -> str:
    """Whether the target is reached, and what the open answers can still change."""
    stands = standing(score, target)
    if stands is None or score.value is None or target is None:
        return ""
    if stands == TargetState.OPEN:
        return _open_sentence(score, score.value, target, form)
    is_certain = score.low == score.high
    if stands == TargetState.MISSED:
        distance = {"distance": form.apart(shortfall(score, target, form))}
        if is_certain:
            return _("%(distance)s below target.") % distance
        return _("At least %(distance)s below target.") % distance
    if not is_certain:
        return _("The target is reached, whatever the open answers are.")
    return _against(form.distance(score.value, target), form)


def _open_sentence(
    score: scoring.Score, value: Decimal, target: Decimal, form: ScoreFormat
) -> str:
    words = {"target": form.given(target)}
    sentence = _("The target of %(target)s can still be reached or missed.") % words
    if score.unanswered == "best":
        return sentence
    so_far = _("On what is answered: %(standing)s")
    if score.unanswered != "left_out":
        so_far = _("So far: %(standing)s")
    standing = _against(form.distance(value, target), form)
    return f"{sentence} {so_far % {'standing': standing[:1].lower() + standing[1:]}}"


def _against(distance: Decimal, form: ScoreFormat) -> str:
    figure = {"distance": form.apart(distance)}
    if distance < 0:
        return _("%(distance)s below target.") % figure
    return _("%(distance)s above target.") % figure if distance else _("On target.")


def change_sentence(
    change: Decimal, when: str, form: ScoreFormat, *, on: int = 0
) -> str:
    """Against the last time; `on` is how many controls were compared, if not all."""
    figure = {"change": form.apart(change), "when": when}
    if change > 0:
        text = _("%(change)s better than in %(when)s") % figure
    elif change < 0:
        text = _("%(change)s lower than in %(when)s") % figure
    else:
        text = _("The same as in %(when)s") % figure
    if not on:
        return f"{text}."
    shared = ngettext(
        "on the %(n)d control answered both times",
        "on the %(n)d controls answered both times",
        on,
    )
    return f"{text}, {shared % {'n': on}}."


def _listed(names: Sequence[str]) -> str:
    """Names in a sentence, in quotes where one of them holds an "and" itself."""
    if any(_(" and ") in name for name in names):
        names = [_("“%(name)s”") % {"name": name} for name in names]
    words = {"names": ", ".join(names[:-1]), "last": names[-1]}
    return _("%(names)s and %(last)s") % words


def weakest_sentence(names: Sequence[str], value: str, *, so_far: bool) -> str:
    """The lowest sections, all of them when several share the place."""
    if not names:
        return ""
    words = {"section": names[0], "score": value, "count": len(names)}
    if len(names) > NAMED:
        text = _("%(count)d sections are weakest, all at %(score)s") % words
    elif len(names) == 1:
        text = _("%(section)s is weakest, at %(score)s") % words
    else:
        words["section"] = _listed(names)
        text = (
            _("%(section)s are weakest, both at %(score)s")
            if len(names) == 2
            else _("%(section)s are weakest, all at %(score)s")
        ) % words
    if so_far:
        return _("%(text)s, of what is answered.") % {"text": text}
    return f"{text}."
