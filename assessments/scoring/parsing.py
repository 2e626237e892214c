"""Builds a `Profile` from plain data; every fault names its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from assessments.scoring.edition import Scale
from assessments.scoring.order import check_order
from assessments.scoring.profile import (
    Only,
    Outcome,
    Profile,
    ProfileError,
)
from assessments.scoring.reader import Reader
from assessments.scoring.scale_check import check_scale
from assessments.scoring.steps import parse_step

_RANGES: tuple[Literal["same", "reach"], ...] = ("same", "reach")


def parse_profile(data: Mapping[str, object], scale: Scale | None = None) -> Profile:
    """Build a profile from data as YAML gives it.

    Raises ProfileError, whose `key` is the dotted path of the fault, such as
    `outcomes[0].steps[1].fold.op`: a missing or unknown key, a wrong type, an unknown
    step or operation, steps in an impossible order; with a `scale`, an option that
    it lacks. Refs and attributes of the edition are `check_profile`'s.
    """
    reader = Reader(data)
    title = reader.text("title")
    source = reader.text("source")
    official = reader.flag("official", default=False)
    outcomes = tuple(
        _outcome(Reader(element, key), source, official)
        for element, key in reader.items("outcomes")
    )
    reader.done()
    if not outcomes:
        raise ProfileError("outcomes", "must hold at least one outcome")
    _check_names(outcomes)
    profile = Profile(title=title, source=source, official=official, outcomes=outcomes)
    if scale is not None:
        check_scale(profile, scale)
    return profile


def _check_names(outcomes: tuple[Outcome, ...]) -> None:
    names: set[str] = set()
    for at, outcome in enumerate(outcomes):
        if outcome.name in names:
            raise ProfileError(
                f"outcomes[{at}].name", f"{outcome.name!r} is used twice"
            )
        names.add(outcome.name)


def _outcome(reader: Reader, source: str, official: bool) -> Outcome:
    name = reader.text("name")
    steps = tuple(parse_step(element, key) for element, key in reader.items("steps"))
    outcome = Outcome(
        name=name,
        title=reader.text("title", default=name),
        unit=reader.text("unit"),
        minimum=reader.maybe_number("min"),
        maximum=reader.maybe_number("max"),
        section_range=reader.choice("section_range", _RANGES, default="same"),
        steps=steps,
        only=_only(reader),
        source=reader.text("source", default=source),
        official=reader.flag("official", default=official),
    )
    reader.done()
    check_order(steps, reader.key("steps"))
    _check_range(outcome, reader)
    return outcome


def _check_range(outcome: Outcome, reader: Reader) -> None:
    low, high = outcome.minimum, outcome.maximum
    if (low is None) != (high is None):
        raise ProfileError(
            reader.key("min" if low is None else "max"),
            "is missing: give both min and max, or neither",
        )
    if low is not None and high is not None and low >= high:
        raise ProfileError(reader.key("max"), "must be more than min")


def _only(reader: Reader) -> Only:
    if reader.optional("only") is None:
        return Only()
    inner = Reader(reader.raw("only"), reader.key("only"))
    only = Only(groups=inner.texts("groups"), attributes=inner.text_map("attributes"))
    inner.done()
    return only
