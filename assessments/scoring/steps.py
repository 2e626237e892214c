"""Parses the single steps of a profile."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

from assessments.scoring.conditions import parse_condition
from assessments.scoring.profile import (
    EFFECTS,
    NA_MODES,
    NORMALISE,
    OPS,
    PLACEHOLDERS,
    SCOPES,
    UNANSWERED_MODES,
    Bands,
    CumulativeLevel,
    Deduct,
    External,
    Fold,
    GateStep,
    Missing,
    ProfileError,
    ProfileStep,
    Progress,
    Ratio,
    Round,
    Severity,
)
from assessments.scoring.reader import Reader, as_mapping

_INCLUSIVE: tuple[Literal["lower", "upper"], ...] = ("lower", "upper")
_BAND_OF: tuple[Literal["value", "control"], ...] = ("value", "control")
_MEASURES: tuple[Literal["to_target", "to_date"], ...] = ("to_target", "to_date")
_ROUNDING: tuple[Literal["none", "half_up", "truncate"], ...] = (
    "none",
    "half_up",
    "truncate",
)


def parse_step(data: object, key: str) -> ProfileStep:
    """Parse `{name: {parameters}}`; raises ProfileError."""
    entry = as_mapping(data, key)
    if len(entry) != 1:
        raise ProfileError(key, "must be one step: its name, then its parameters")
    (name,) = entry
    if name not in _PARSERS:
        raise ProfileError(
            f"{key}.{name}", f"is not a step; the steps are {', '.join(_PARSERS)}"
        )
    reader = Reader(entry[name], f"{key}.{name}")
    step = _PARSERS[name](reader)
    reader.done()
    return step


def _missing(reader: Reader) -> Missing:
    return Missing(
        na=reader.choice("na", NA_MODES, default="exclude"),
        unanswered=reader.choice("unanswered", UNANSWERED_MODES, default="exclude"),
    )


def _fold(reader: Reader) -> Fold:
    return Fold(
        by=reader.text("by"),
        op=reader.choice("op", OPS),
        missing=_missing(reader),
        normalise=reader.choice("normalise", NORMALISE, default="no"),
        weight_attr=reader.maybe_text("weight_attr"),
        weights=reader.number_map("weights"),
    )


def _ratio(reader: Reader) -> Ratio:
    return Ratio(
        num=reader.texts("num") or None,
        den=reader.texts("den") or None,
        factor=reader.maybe_number("factor") or Ratio().factor,
        weighted=reader.flag("weighted", default=False),
        missing=_missing(reader),
    )


def _deduct(reader: Reader) -> Deduct:
    step = Deduct(
        start=reader.number("start"),
        fractions=reader.number_map("fractions"),
        points=reader.number_map("points"),
        each=reader.maybe_number("each"),
        weight_attr=reader.maybe_text("weight_attr"),
        exempt=reader.texts("exempt"),
        floor=reader.maybe_number("floor"),
        missing=_missing(reader),
    )
    for code in step.points:
        if code in step.fractions:
            raise ProfileError(reader.key(f"points.{code}"), "is in fractions too")
    return step


def _cumulative_level(reader: Reader) -> CumulativeLevel:
    levels = reader.integers("levels")
    base = reader.integer("base", 0)
    key = reader.key("levels")
    if not levels:
        raise ProfileError(key, "must hold at least one level")
    if list(levels) != sorted(set(levels)) or levels[0] <= base:
        raise ProfileError(key, "must rise, and start above base")
    passing = reader.texts("pass")
    lower = reader.texts("lower_pass") or passing
    if not set(lower) <= set(passing):
        raise ProfileError(reader.key("lower_pass"), "must be within pass")
    return CumulativeLevel(
        levels=levels,
        level_attr=reader.text("level_attr", default="level"),
        passing=passing,
        lower_passing=lower,
        require_items=reader.flag("require_items", default=True),
        scope=reader.choice("scope", SCOPES, default="standard"),
        base=base,
        missing=_missing(reader),
    )


def _bands(reader: Reader) -> Bands:
    bands = Bands(
        cuts=reader.numbers("cuts"),
        labels=reader.texts("labels"),
        inclusive=reader.choice("inclusive", _INCLUSIVE, default="lower"),
        of=reader.choice("of", _BAND_OF, default="value"),
    )
    if not bands.cuts or list(bands.cuts) != sorted(set(bands.cuts)):
        raise ProfileError(reader.key("cuts"), "must be numbers that rise")
    if len(bands.labels) != len(bands.cuts) + 1:
        raise ProfileError(
            reader.key("labels"), f"must be {len(bands.cuts) + 1}: one more than cuts"
        )
    return bands


def _severity(reader: Reader) -> Severity:
    classes = reader.texts("classes")
    if not classes:
        raise ProfileError(reader.key("classes"), "must name the worst class first")
    return Severity(classes=classes, missing=_missing(reader))


def _external(reader: Reader) -> External:
    return External(ref=reader.text("ref"), missing=_missing(reader))


def _progress(reader: Reader) -> Progress:
    measure = reader.choice("measure", _MEASURES)
    return Progress(measure=measure, missing=_missing(reader))


def _gate(reader: Reader) -> GateStep:
    effect = reader.choice("effect", EFFECTS)
    label = reader.text("label", default="No score" if effect == "no_score" else None)
    return GateStep(
        id=reader.text("id"),
        when=parse_condition(reader.raw("when"), reader.key("when")),
        effect=effect,
        label=label,
        message=_message(reader, reader.text("message"), "message"),
        passed=_message(reader, reader.text("passed", default=""), "passed"),
        days=reader.integer("days", 0),
    )


def _message(reader: Reader, text: str, name: str) -> str:
    """A sentence with {value}, {min}, {max} and {controls} filled in later."""
    for word in re.findall(r"\{(.*?)\}", text):
        if word not in PLACEHOLDERS:
            raise ProfileError(
                reader.key(name),
                f"has {{{word}}}, not one of {', '.join(PLACEHOLDERS)}",
            )
    return text


def _round(reader: Reader) -> Round:
    return Round(
        mode=reader.choice("mode", _ROUNDING),
        digits=reader.integer("digits", 0),
    )


_PARSERS: Mapping[str, Callable[[Reader], ProfileStep]] = {
    "fold": _fold,
    "ratio": _ratio,
    "deduct": _deduct,
    "cumulative_level": _cumulative_level,
    "bands": _bands,
    "severity": _severity,
    "external": _external,
    "progress": _progress,
    "gate": _gate,
    "round": _round,
}
