"""Weights and targets of one assessment, a table per top-level section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from assessments.forms.fields import shown_before
from assessments.models import Assessment
from assessments.queries.levels import Climb, climb_of
from assessments.queries.tuning import levels_of
from assessments.services.tuning import MOST, PLACES
from common.numbers import exact_text
from standards.loader import ControlData, EditionData, OptionData, SectionData

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class LevelForm(forms.Form):
    """One level for every section, in a method whose sections climb levels."""

    def __init__(self, *args: object, climb: Climb, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.climb = climb
        self.fields["level"] = forms.ChoiceField(
            label=_("Level for every section"),
            required=False,
            choices=[("", _("As the assessment")), *((n, n) for n in climb.levels)],
            widget=forms.Select(attrs={"class": "form-select"}),
        )

    def targets(self) -> dict[str, str | None]:
        level = self.cleaned_data["level"] or None
        return {section.ref: level for section in self.climb.sections}


@dataclass(frozen=True)
class Row:
    """A section, or a control under it. `weight` is None where weights are fixed."""

    ref: str
    title: str
    target: forms.BoundField
    weight: forms.BoundField | None = None
    usual: str = ""
    is_section: bool = False
    is_changed: bool = False


@dataclass(frozen=True)
class Table:
    section: SectionData
    rows: list[Row] = field(default_factory=list)


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
        levels = levels_of(self.edition.scale, codes)
        options = [(option.code, _named(option)) for option in levels]
        groups: list[tuple[StrOrPromise, list[tuple[str, str]]]] = [
            (_("Level of the section"), [(name, name) for name in climbed]),
            (_("Answer of each control"), options),
        ]
        choices = [("", above), *(groups if climbed else options)]
        self.fields[f"t:{one.ref}"] = forms.ChoiceField(
            label=_label(one),
            required=False,
            choices=choices,
            initial=self.assessment.targets.get(one.ref, ""),
            show_hidden_initial=True,
            widget=forms.Select(attrs={"class": "form-select"}),
        )

    def _climbed(self, section: SectionData) -> list[str]:
        """The levels that this section can aim at, in a method that has them."""
        climb = climb_of(self.edition)
        return list(climb.levels) if climb and section in climb.sections else []

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
        name = f"w:{one.ref}"
        return Row(
            ref=_ref(one),
            title=one.title,
            target=self[f"t:{one.ref}"],
            weight=self[name] if name in self.fields else None,
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
    is_number = option.code.replace(".", "", 1).isdecimal()
    return f"{option.code} – {option.label}" if is_number else option.label
