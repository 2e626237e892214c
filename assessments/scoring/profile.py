"""A scoring profile: a published method, written as data.

A profile has outcomes, an outcome has steps. `parsing.py` builds these objects from
YAML; docs/developer/scoring.md explains every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Op = Literal["mean", "wmean", "sum", "min", "max", "median"]
OPS: tuple[Op, ...] = ("mean", "wmean", "sum", "min", "max", "median")

NaMode = Literal["exclude", "zero", "met", "anchor_to_target", "forbid"]
NA_MODES: tuple[NaMode, ...] = ("exclude", "zero", "met", "anchor_to_target", "forbid")

UnansweredMode = Literal["exclude", "zero", "block"]
UNANSWERED_MODES: tuple[UnansweredMode, ...] = ("exclude", "zero", "block")

Scope = Literal["standard", "domain", "process"]
SCOPES: tuple[Scope, ...] = ("standard", "domain", "process")

Normalise = Literal["no", "scale", "ratio", "percent"]
NORMALISE: tuple[Normalise, ...] = ("no", "scale", "ratio", "percent")

# Words with a meaning of their own in `fold.by`; any other word is an attribute.
BY_WORDS = ("parent", "process", "section", "standard")


class ProfileError(ValueError):
    """A fault in a profile. `key` is the dotted path, `message` says what is wrong."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key
        self.message = message


@dataclass(frozen=True, slots=True)
class Missing:
    """How a step treats "not applicable" and unanswered controls."""

    na: NaMode = "exclude"
    unanswered: UnansweredMode = "exclude"


@dataclass(frozen=True, slots=True)
class Fold:
    """Roll several numbers up into one.

    `normalise` first puts each answer between 0 and 1 by the lowest and highest value
    that its control allows, then onto 0 to 1, 0 to 100 or the edition's scale.
    `weights` are those of sections, by ref; `weight_attr` names an attribute that
    holds the weight of a control.
    """

    by: str
    op: Op
    missing: Missing = Missing()
    normalise: Normalise = "no"
    weight_attr: str | None = None
    weights: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Share of the controls in `den` whose answer is in `num`, times `factor`.

    `num` None means the options flagged met; `den` None means every answer.
    """

    num: tuple[str, ...] | None = None
    den: tuple[str, ...] | None = None
    factor: Decimal = Decimal(1)
    weighted: bool = False
    missing: Missing = Missing()


@dataclass(frozen=True, slots=True)
class Deduct:
    """Start with a number and lose points per control.

    An option loses a fraction of the control's weight or a fixed number of points.
    `each` replaces all weights, `exempt` controls lose nothing.
    """

    start: Decimal
    fractions: Mapping[str, Decimal]
    points: Mapping[str, Decimal]
    each: Decimal | None = None
    weight_attr: str | None = None
    exempt: tuple[str, ...] = ()
    floor: Decimal | None = None
    missing: Missing = Missing()


@dataclass(frozen=True, slots=True)
class CumulativeLevel:
    """Highest level whose controls pass while all lower ones pass too."""

    levels: tuple[int, ...]
    level_attr: str
    passing: tuple[str, ...]
    lower_passing: tuple[str, ...]
    require_items: bool = True
    scope: Scope = "standard"
    base: int = 0
    missing: Missing = Missing()


@dataclass(frozen=True, slots=True)
class Bands:
    """Number to label. `labels` has one entry more than `cuts`.

    `inclusive` "lower": a number equal to a cut belongs above it; "upper": below it.
    `of` "control" rates every control before a cumulative level.
    """

    cuts: tuple[Decimal, ...]
    labels: tuple[str, ...]
    inclusive: Literal["lower", "upper"] = "lower"
    of: Literal["value", "control"] = "value"


@dataclass(frozen=True, slots=True)
class Severity:
    """The worst finding decides. `classes` are option codes, worst first."""

    classes: tuple[str, ...]
    missing: Missing = Missing()


@dataclass(frozen=True, slots=True)
class External:
    """A number that somebody else computed: the answer to one control."""

    ref: str
    missing: Missing = Missing()


@dataclass(frozen=True, slots=True)
class Progress:
    """The way to the target: "to_target" per control, "to_date" since a baseline."""

    measure: Literal["to_target", "to_date"]
    missing: Missing = Missing()


@dataclass(frozen=True, slots=True)
class Answers:
    """Condition: any (or all) of the named controls has such an answer.

    Exactly one of `options`, `below` (value of the answer), `lost_over` (points lost
    in the deduct step) says which answers count. `refs` empty means all controls.
    `tolerated` maps a ref to options that never count.
    """

    refs: tuple[str, ...] = ()
    except_refs: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    below: Decimal | None = None
    lost_over: Decimal | None = None
    tolerated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    every: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """Condition: the overall value is below, or at least, a number."""

    below: Decimal | None = None
    at_least: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """Condition: no earlier gate has given a label."""


@dataclass(frozen=True, slots=True)
class Combined:
    """Condition made of others: all of them, any of them, or none of them."""

    how: Literal["all", "any", "none"]
    parts: tuple[Condition, ...]


Condition = Answers | Value | Undecided | Combined
Effect = Literal["no_score", "fail", "cap_label", "set_status"]
PLACEHOLDERS = ("value", "min", "max", "controls")
EFFECTS: tuple[Effect, ...] = ("no_score", "fail", "cap_label", "set_status")


@dataclass(frozen=True, slots=True)
class GateStep:
    """A rule beside the number: when its condition holds, it has its effect.

    `days` is how long its label lasts, 0 without an end.
    """

    id: str
    when: Condition
    effect: Effect
    label: str
    message: str
    passed: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """Rounding that the method itself asks for; always the last step."""

    mode: Literal["none", "half_up", "truncate"]
    digits: int = 0


Source = Fold | Ratio | Deduct | CumulativeLevel | Severity | External | Progress
ProfileStep = Source | Bands | GateStep | Round


@dataclass(frozen=True, slots=True)
class Only:
    """Restricts an outcome to controls with one of the groups and all attributes."""

    groups: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One result of a method, e.g. the points or the status.

    `minimum` and `maximum` None: the engine takes what the applicable controls can
    reach at worst and at best. `section_range` "reach" does the same for sections.
    """

    name: str
    title: str
    unit: str
    minimum: Decimal | None
    maximum: Decimal | None
    section_range: Literal["same", "reach"]
    steps: tuple[ProfileStep, ...]
    only: Only
    source: str
    official: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A method: its title, where it comes from, and its outcomes, first one first."""

    title: str
    source: str
    official: bool
    outcomes: tuple[Outcome, ...]

    def outcome(self, name: str | None = None) -> Outcome:
        """Return the outcome of this name (default: the first); KeyError if none."""
        if name is None:
            return self.outcomes[0]
        for outcome in self.outcomes:
            if outcome.name == name:
                return outcome
        raise KeyError(name)
