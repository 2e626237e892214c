"""Small editions to score, built in a line or two."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import yaml

from assessments.scoring import (
    Answer,
    Control,
    Edition,
    Option,
    Profile,
    Scale,
    Score,
    Section,
    SectionScore,
    parse_profile,
)

ROOT = Path(__file__).parents[3]
NA = Option("na", "Not applicable", na=True)


@lru_cache
def library() -> dict[str, Profile]:
    """The profiles that editions share."""
    text = (ROOT / "standards/library/scoring.yaml").read_text(encoding="utf-8")
    return {name: parse_profile(data) for name, data in yaml.safe_load(text).items()}


def profile(*steps: Mapping[str, object], **outcome: object) -> Profile:
    """A profile of one outcome of these steps."""
    merged = {"name": "test", "unit": "level", "steps": list(steps)} | outcome
    return parse_profile({"title": "Test", "source": "Test", "outcomes": [merged]})


def numbers(*values: object) -> Scale:
    """A scale whose codes are its numbers, with N/A."""
    options = tuple(Option(str(v), str(v), Decimal(str(v))) for v in values)
    own = [option.value for option in options if option.value is not None]
    return Scale((*options, NA), min(own), max(own))


def statuses(
    *codes: str, met: Iterable[str] = (), partial: Iterable[str] = ()
) -> Scale:
    """A scale of statuses without numbers, with N/A."""
    options = tuple(
        Option(code, code, met=code in met, partial=code in partial) for code in codes
    )
    return Scale((*options, NA), Decimal(0), Decimal(1))


LEVELS = numbers(0, 1, 2, 3, 4, 5)
MET = statuses("met", "not_met", met=["met"])
SPRS = statuses("met", "partial", "not_met", met=["met"], partial=["partial"])


def edition(
    method: Profile, scale: Scale, sections: Iterable[Section | Control]
) -> Edition:
    """An edition; bare controls go into one section."""
    parts = tuple(sections)
    controls = tuple(part for part in parts if isinstance(part, Control))
    inner = tuple(part for part in parts if isinstance(part, Section))
    if controls:
        inner = (*inner, Section("S", "Section", controls=controls))
    return Edition("test/1", scale, method, inner)


def section(ref: str, *parts: Section | Control, ours: bool = False) -> Section:
    return Section(
        ref,
        f"Section {ref}",
        sections=tuple(part for part in parts if isinstance(part, Section)),
        controls=tuple(part for part in parts if isinstance(part, Control)),
        ours=ours,
    )


def control(ref: str, weight: object = 1, **more: object) -> Control:
    return Control(ref, f"Control {ref}", weight=Decimal(str(weight)), **more)


def answered(given: Mapping[str, object]) -> dict[str, Answer]:
    """Answers by ref; None stays unanswered."""
    return {
        ref: Answer(None if option is None else str(option), "reason")
        for ref, option in given.items()
    }


def leaves(part: Edition | Section | Control) -> list[Control]:
    """All controls that are asked."""
    if isinstance(part, Control):
        if not part.controls:
            return [part]
        return [leaf for child in part.controls for leaf in leaves(child)]
    inner = (
        part.sections if isinstance(part, Edition) else part.sections + part.controls
    )
    return [leaf for child in inner for leaf in leaves(child)]


def everywhere(whole: Edition, option: object, **others: object) -> dict[str, Answer]:
    """One option for every control; `others` by ref."""
    given = {leaf.ref: option for leaf in leaves(whole)} | others
    return answered(given)


def find(score: Score | SectionScore, ref: str) -> SectionScore:
    """The score of a section, wherever it is."""
    todo = list(score.sections)
    while todo:
        found = todo.pop()
        if found.ref == ref:
            return found
        todo.extend(found.sections)
    raise KeyError(ref)


def close(value: Decimal | None, expected: object, places: str = "0.0005") -> bool:
    """Whether a published figure, printed with few digits, is met."""
    return value is not None and abs(value - Decimal(str(expected))) <= Decimal(places)
