"""The arithmetic behind a score, line by line, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import scoring
from assessments.display.numbers import ScoreFormat, label_text, percent, plain_text
from assessments.display.rules import Rule
from assessments.queries.changes import level_of
from assessments.queries.questionnaire import Level
from standards.loader import ControlData, EditionData

FOLDS = ("mean", "wmean", "sum", "total", "min", "max", "median", "rate", "level")
MEANS = ("mean", "wmean")
# More numbers than this are counted, not listed.
LISTED = 8
CLOSE = Decimal("1e-9")


@dataclass(frozen=True, slots=True)
class Working:
    """A line of the arithmetic: "Score | 179 ÷ 67 | 2.67"."""

    label: str
    inputs: str
    result: str


@dataclass(frozen=True)
class InputView:
    """One number of a step: a control's, or a section's."""

    ref: str
    value: Decimal | None
    weight: Decimal
    note: str
    control: ControlData | None
    level: Level | None


@dataclass(frozen=True)
class StepView:
    """One step of a section with all its numbers."""

    text: str
    value: Decimal | None
    inputs: list[InputView]

    @property
    def weighted(self) -> bool:
        return any(one.weight != 1 for one in self.inputs)


def working(
    score: scoring.Score, form: ScoreFormat, rules: Sequence[Rule]
) -> list[Working]:
    """How the overall number comes about, in a few lines."""
    root = _root(score.trace)
    flat = root is not None and root.op in MEANS and _is_flat(root)
    rows = [_scope(score)]
    if flat and root is not None:
        rows += _plain_mean(score, root, form)
    else:
        rows += _steps(score, form)
        rows += _ends(score, "", "", form)
    rows.append(_coverage(score))
    if score.label:
        rows.append(Working(_("Label"), _reason(score, form), label_text(score.label)))
    rows += [Working(rule.text, "", _outcome(rule)) for rule in rules]
    return rows


def _reason(score: scoring.Score, form: ScoreFormat) -> str:
    """Where the label comes from: the rules, or the band of the number."""
    decided = any(gate.outcome in {score.label, "open"} for gate in score.gates)
    if decided or score.value is None:
        return _("by the rules below")
    value = {"value": form.worked(score.value)}
    return _("the band that %(value)s falls into") % value


def _outcome(rule: Rule) -> str:
    words = {
        "passed": _("holds"),
        "open": _("open"),
        "risk": _("open"),
        "no_score": _("no score"),
    }
    return words.get(rule.outcome) or label_text(rule.outcome)


def section_steps(
    section: scoring.SectionScore, edition: EditionData
) -> list[StepView]:
    """How a section's number comes about, down to each control."""
    return [
        StepView(
            step_text(step),
            step.value,
            [_input(one, edition) for one in step.inputs],
        )
        for step in section.trace
    ]


def step_text(step: scoring.Step) -> str:
    """What a step does, in words."""
    count = sum(one.value is not None for one in step.inputs)
    texts = {
        "mean": ngettext("Mean of %(n)d number", "Mean of %(n)d numbers", count),
        "wmean": ngettext(
            "Weighted mean of %(n)d number", "Weighted mean of %(n)d numbers", count
        ),
        "sum": ngettext("Sum of %(n)d number", "Sum of %(n)d numbers", count),
        "total": ngettext(
            "Points lost on %(n)d control", "Points lost on %(n)d controls", count
        ),
        "min": ngettext("Lowest of %(n)d number", "Lowest of %(n)d numbers", count),
        "max": ngettext("Highest of %(n)d number", "Highest of %(n)d numbers", count),
        "median": ngettext("Middle of %(n)d number", "Middle of %(n)d numbers", count),
        "rate": _("Rated by its band"),
        "level": _("Highest level reached together with all lower ones"),
    }
    if step.op == "wmean" and all(one.weight == 1 for one in step.inputs):
        return texts["mean"] % {"n": count}
    return texts[step.op] % {"n": count} if step.op in texts else step.text


def _root(trace: Sequence[scoring.Step]) -> scoring.Step | None:
    whole = [step for step in trace if step.op in FOLDS and not step.ref]
    return whole[-1] if whole else None


def _is_flat(step: scoring.Step) -> bool:
    """Whether it adds up controls, not sections or other roll-ups.

    Beside answers stand the roll-ups of controls that are asked in parts.
    """
    is_empty = all(one.note for one in step.inputs)
    return is_empty or any(one.option for one in step.inputs)


def _scope(score: scoring.Score) -> Working:
    applicable, na = score.coverage.applicable, score.excluded_na
    count = applicable + na
    text = ngettext("%(n)d control", "%(n)d controls", count) % {"n": count}
    if na:
        text = _("%(controls)s, less %(na)d not applicable") % {
            "controls": text,
            "na": na,
        }
    return Working(_("Count the controls in scope"), text, str(applicable))


def _plain_mean(
    score: scoring.Score, root: scoring.Step, form: ScoreFormat
) -> Iterator[Working]:
    known = [one for one in root.inputs if one.value is not None]
    weighted = root.op == "wmean" and any(one.weight != 1 for one in known)
    weights = [one.weight if weighted else Decimal(1) for one in known]
    total = sum(
        ((one.value or 0) * w for one, w in zip(known, weights, strict=True)),
        Decimal(0),
    )
    size = sum(weights, Decimal(0))
    parents = [one for one in known if not one.option]
    count = ngettext("%(n)d answer", "%(n)d answers", len(known)) % {"n": len(known)}
    if parents:
        count = ngettext("%(n)d number", "%(n)d numbers", len(known)) % {
            "n": len(known)
        }
    for one in parents:
        label = _("%(ref)s counts once, by its parts") % {"ref": one.ref}
        yield Working(label, "", form.worked(one.value))
    if weighted:
        yield Working(_("Add level × weight"), count, plain_text(total))
        yield Working(_("Add the weights"), count, plain_text(size))
    else:
        yield Working(_("Add the levels answered"), count, plain_text(total))
    sentence = f"{plain_text(total)} ÷ {plain_text(size)}" if known else ""
    yield Working(_("Score"), sentence, form.worked(score.value))
    missing = score.coverage.applicable - score.coverage.answered
    low, high = (
        _bound(total, size, missing, worst, found)
        for worst, found in ((score.minimum, score.low), (score.maximum, score.high))
    )
    yield from _ends(score, "" if weighted else low, "" if weighted else high, form)


def _bound(
    total: Decimal, size: Decimal, missing: int, worst: Decimal, found: Decimal | None
) -> str:
    """The formula of an end of the range, where it is as simple as that."""
    if found is None or not size + missing:
        return ""
    if abs((total + missing * worst) / (size + missing) - found) > CLOSE:
        return ""
    dividend = f"({plain_text(total)} + {missing} × {plain_text(worst)})"
    return f"{dividend} ÷ {plain_text(size + missing)}"


def _ends(
    score: scoring.Score, low: str, high: str, form: ScoreFormat
) -> Iterator[Working]:
    if score.coverage.answered == score.coverage.applicable or score.value is None:
        return
    ends = (
        (_("Low: every open control at its lowest"), low, score.low),
        (_("High: every open control at its highest"), high, score.high),
    )
    for label, formula, value in ends:
        yield Working(label, formula, form.worked(value))


def _steps(score: scoring.Score, form: ScoreFormat) -> Iterator[Working]:
    for step in score.trace:
        if step.op in {"label", "gate", "note"}:
            continue
        numbers = [one.value for one in step.inputs if one.value is not None]
        listed = ""
        if 0 < len(numbers) <= LISTED:
            listed = ", ".join(map(form.worked, numbers))
        yield Working(step_text(step), listed, form.worked(step.value))


def _coverage(score: scoring.Score) -> Working:
    answered, applicable = score.coverage.answered, score.coverage.applicable
    return Working(
        _("Coverage"),
        f"{answered} ÷ {applicable}" if applicable else "",
        percent(score.coverage.ratio),
    )


def _input(one: scoring.Input, edition: EditionData) -> InputView:
    notes = {
        "unanswered": _("not answered"),
        "not applicable": _("not applicable"),
    }
    try:
        control = edition.control(one.ref)
    except KeyError:
        control = None
    return InputView(
        ref=one.ref,
        value=one.value,
        weight=one.weight,
        note=notes.get(one.note, one.note),
        control=control,
        level=level_of(one.option, edition.scale),
    )
