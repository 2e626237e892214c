"""What is scored: a scale, controls in sections, and the answers given to them.

Everything here is frozen. The loader and the database build these objects; the
engine only reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from assessments.scoring.profile import Profile


@dataclass(frozen=True, slots=True)
class Option:
    """One allowed answer.

    `value` is its number on the scale; None for a scale of mere statuses (met, not
    met). `na` marks "not applicable", `met` an answer that satisfies the control,
    `partial` one that satisfies it in part.
    """

    code: str
    label: str
    value: Decimal | None = None
    na: bool = False
    met: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """The answers that an edition offers, in the order in which pages show them."""

    options: tuple[Option, ...]
    minimum: Decimal
    maximum: Decimal

    def option(self, code: str) -> Option:
        """Return the option with this code; KeyError when the scale has none."""
        for option in self.options:
            if option.code == code:
                return option
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Control:
    """One checklist item.

    `options` names the codes of the scale that this control allows; empty means all.
    A control with `controls` is not asked itself: its children are, and it counts once
    with its own `weight`. `assessable` False means listed, never asked. `target` is
    the code of the option that the edition itself recommends as target.
    """

    ref: str
    title: str
    weight: Decimal = Decimal(1)
    groups: frozenset[str] = frozenset()
    attributes: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    assessable: bool = True
    controls: tuple[Control, ...] = ()
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading. `ours` marks one that we added: it never changes a score."""

    ref: str
    title: str
    sections: tuple[Section, ...] = ()
    controls: tuple[Control, ...] = ()
    ours: bool = False


# Compared by identity: the engine keeps one prepared plan per edition object.
@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """One published version of a standard, e.g. `iso-27001/2022`."""

    code: str
    scale: Scale
    profile: Profile
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: the code of an option; None while unanswered, or "don't know"."""

    option: str | None
    justification: str = ""


class AnswerRow(NamedTuple):
    """One row of an answer file, as `check_answers` takes it."""

    ref: str
    option: str | None
    justification: str = ""
    line: int | None = None


class AnswerError(ValueError):
    """An answer that the edition does not allow. `ref` names the control."""

    def __init__(self, ref: str, message: str) -> None:
        super().__init__(f"{ref}: {message}")
        self.ref = ref
        self.message = message
