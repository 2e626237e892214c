"""Parses the `when` of a gate."""

from __future__ import annotations

from typing import Literal

from assessments.scoring.profile import (
    Answers,
    Combined,
    Condition,
    ProfileError,
    Undecided,
    Value,
)
from assessments.scoring.reader import Reader, as_list, as_text

_KINDS = ("answers", "value", "undecided", "all", "any", "none")


def parse_condition(data: object, key: str) -> Condition:
    """Parse one condition, `{kind: parameters}`; raises ProfileError."""
    reader = Reader(data, key)
    names = list(reader.data)
    if len(names) != 1 or names[0] not in _KINDS:
        wrong = next((name for name in names if name not in _KINDS), None)
        raise ProfileError(
            f"{key}.{wrong}" if wrong else key,
            f"must be exactly one of {', '.join(_KINDS)}",
        )
    return _parse_kind(names[0], reader)


def _parse_kind(kind: str, reader: Reader) -> Condition:
    if kind == "answers":
        return _answers(Reader(reader.raw(kind), reader.key(kind)))
    if kind == "value":
        return _value(Reader(reader.raw(kind), reader.key(kind)))
    if kind == "undecided":
        if not reader.flag(kind, default=False):
            raise ProfileError(reader.key(kind), "must be true")
        return Undecided()
    how: Literal["all", "any", "none"] = (
        "all" if kind == "all" else "any" if kind == "any" else "none"
    )
    parts = tuple(parse_condition(part, key) for part, key in reader.items(kind))
    if not parts:
        raise ProfileError(reader.key(kind), "must hold at least one condition")
    return Combined(how=how, parts=parts)


def _answers(reader: Reader) -> Answers:
    condition = Answers(
        refs=reader.texts("refs"),
        except_refs=reader.texts("except_refs"),
        options=reader.texts("options"),
        below=reader.maybe_number("below"),
        lost_over=reader.maybe_number("lost_over"),
        tolerated={
            ref: tuple(as_text(code, key) for code in as_list(codes, key))
            for ref, codes, key in reader.pairs("tolerated")
        },
        every=reader.flag("every", default=False),
    )
    reader.done()
    tests = (condition.options or None, condition.below, condition.lost_over)
    if sum(test is not None for test in tests) != 1:
        raise ProfileError(
            reader.path, "must have exactly one of options, below, lost_over"
        )
    return condition


def _value(reader: Reader) -> Value:
    condition = Value(
        below=reader.maybe_number("below"), at_least=reader.maybe_number("at_least")
    )
    reader.done()
    if (condition.below is None) == (condition.at_least is None):
        raise ProfileError(reader.path, "must have exactly one of below, at_least")
    return condition
