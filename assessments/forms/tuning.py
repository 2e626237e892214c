"""Weights and targets of one assessment, a table per top-level section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assessments.forms.fields import shown_before
from assessments.models import Assessment
from assessments.queries.levels import Climb, climb_of
from assessments.queries.tuning import aims_of
from assessments.services.tuning import MOST, PLACES
from common.numbers import exact_text
from standards.loader import ControlData, EditionData, OptionData, SectionData

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class LevelForm(forms.Form):
    """One level for every section, in a method whose sections climb levels."""

    def __init__(
        self, *args: object, climb: Climb, current: str, **kwargs: object
    ) -> None:
        """`current` is empty where sections aim at different levels."""
        kwargs["initial"] = {"level": current}
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.climb = climb
        differ = [] if current else [("", _("Different by section"))]
        self.fields["level"] = forms.ChoiceField(
            label=_("Level for every section"),
            choices=[*differ, *((name, name) for name in climb.levels)],
            widget=forms.Select(attrs={"class": "form-select"}),
        )

    def targets(self) -> dict[str, str | None]:
        level = self.cleaned_data["level"]
        return {section.ref: level for section in self.climb.sections}


@dataclass(frozen=True)
class Row:
    """A section, or a control under it. `weight` is None where weights are fixed."""

    ref: str
    title: str
    # None where only sections have targets.
    target: forms.BoundField | None = None
    weight: forms.BoundField | None = None
    usual: str = ""
    is_section: bool = False
    is_changed: bool = False


@dataclass(frozen=True)
class Table:
    """A top-level section, folded while nothing in it was changed or refused."""

    section: SectionData
    rows: list[Row] = field(default_factory=list)

    @property
    def own(self) -> int:
        """How many rows have a weight or target of their own."""
        return sum(
            row.is_changed or bool(row.target and row.target.initial)
            for row in self.rows
        )

    @property
    def is_open(self) -> bool:
        fields = [one for row in self.rows for one in (row.weight, row.target) if one]
        return bool(self.own) or any(one.errors for one in fields)

    @property
    def says(self) -> str:
        """What is inside, for the line that is seen while it is folded."""
        controls = sum(not row.is_section for row in self.rows)
        text = ngettext("%(n)d control", "%(n)d controls", controls)
        said = text % {"n": controls}
        if self.own:
            own = ngettext("%(n)d of its own", "%(n)d of their own", self.own)
            said += ", " + own % {"n": self.own}
        return said


class TuningForm(forms.Form):
    """`sections` are the top-level sections on this page."""

    def __init__(
        self,
        *args: object,
        assessment: Assessment,
        edition: EditionData,
        sections: Sequence[SectionData],
        weighs: bool,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.assessment, self.edition = assessment, edition
        self.sections, self.weighs = sections, weighs
        self.climb = climb_of(edition)
        for top in sections:
            for section in top.walk():
                above = _("As the assessment") if section is top else _("As above")
                self._add_target(section, (), above, self._climbed(section))
                for control in section.controls:
                    for one in control.walk():
                        self._add_control(one)

    def _add_control(self, control: ControlData) -> None:
        self._add_target(control, control.options, _("As above"))
        if not self.weighs:
            return
        stored = self.assessment.weights.get(control.ref)
        self.fields[f"w:{control.ref}"] = forms.DecimalField(
            label=_label(control),
            required=False,
            min_value=0,
            max_value=MOST,
            max_digits=9,
            decimal_places=PLACES,
            error_messages={
                "min_value": _("A weight can’t be below 0."),
                "max_value": _("A weight can’t be above %(limit_value)s."),
            },
            initial=stored or exact_text(control.weight),
            show_hidden_initial=True,
            widget=forms.TextInput(
                attrs={"inputmode": "decimal", "class": "form-control weight"}
            ),
        )

    def _add_target(
        self,
        one: SectionData | ControlData,
        codes: Sequence[str],
        above: StrOrPromise,
        climbed: Sequence[str] = (),
    ) -> None:
        current = self.assessment.targets.get(one.ref, "")
        options = [(o.code, _named(o)) for o in aims_of(self.edition.scale, codes)]
        choices: list[tuple[str, StrOrPromise]] = [("", above), *options]
        if self.climb:
            # The levels of its sections are what such a method aims at.
            choices = [(name, name) for name in climbed]
            if not current:
                choices.insert(0, ("", above))
            if len(choices) == 1 and not current:
                return
        if current and current not in dict(choices):
            option = self.edition.scale.option(current)
            choices.append((current, _named(option)))
        self.fields[f"t:{one.ref}"] = forms.ChoiceField(
            label=_label(one),
            required=False,
            choices=choices,
            initial=current,
            show_hidden_initial=True,
            widget=forms.Select(attrs={"class": "form-select"}),
        )

    def _climbed(self, section: SectionData) -> list[str]:
        """The levels that this section can aim at, in a method that has them."""
        climbs = self.climb is not None and section in self.climb.sections
        return list(self.climb.levels) if self.climb and climbs else []

    def tables(self) -> Iterator[Table]:
        for top in self.sections:
            table = Table(top)
            for section in top.walk():
                if section.assessable():
                    table.rows.append(self._row(section, is_section=True))
                    walked = (one for c in section.controls for one in c.walk())
                    table.rows.extend(map(self._row, walked))
            yield table

    def _row(self, one: SectionData | ControlData, *, is_section: bool = False) -> Row:
        weight, target = f"w:{one.ref}", f"t:{one.ref}"
        return Row(
            ref=_ref(one),
            title=one.title,
            target=self[target] if target in self.fields else None,
            weight=self[weight] if weight in self.fields else None,
            usual="" if isinstance(one, SectionData) else exact_text(one.weight),
            is_section=is_section,
            is_changed=one.ref in self.assessment.weights,
        )

    def shown_before(self) -> SafeString:
        return shown_before(self, list(self.fields))

    def weights(self) -> dict[str, Decimal | None]:
        """The weights that this person changed; None for an emptied field."""
        return {r: self.cleaned_data[f"w:{r}"] for r in self._changed("w:")}

    def targets(self) -> dict[str, str | None]:
        return {r: self.cleaned_data[f"t:{r}"] or None for r in self._changed("t:")}

    def _changed(self, kind: str) -> list[str]:
        return [n.removeprefix(kind) for n in self.changed_data if n.startswith(kind)]


def _ref(one: SectionData | ControlData) -> str:
    """Empty for a section that is ours: its ref is no name."""
    return "" if isinstance(one, SectionData) and one.ours else one.ref


def _label(one: SectionData | ControlData) -> str:
    return f"{_ref(one)} {one.title}".strip()


def _named(option: OptionData) -> str:
    return f"{option.code} – {option.label}" if option.is_number else option.label
