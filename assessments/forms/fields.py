"""Fields that several forms of the work share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.queries.tuning import levels_of, rank
from common.numbers import exact_text
from standards.loader import OptionData, ScaleData

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# A scale with more values than this is a range: its target is typed in.
MOST_LEVELS = 12
# Years outside are slips of the finger, 0206 for 2026 say.
EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)


class DayField(forms.DateField):
    """A day in the browser's own picker, which wants ISO dates."""

    widget = forms.DateInput(
        attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"
    )

    def __init__(self, **options: object) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)  # type: ignore[arg-type]

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and not EARLIEST <= value <= LATEST:
            raise ValidationError(_("Check the year."), code="year")


class PersonField(forms.TypedChoiceField):
    """One of some people, already loaded: no statement for any number of fields."""

    def __init__(
        self,
        people: Iterable[User],
        *,
        nobody: StrOrPromise | None = None,
        **options: object,
    ) -> None:
        self.people = {str(person.pk): person for person in people}
        choices: list[tuple[str, StrOrPromise]] = [
            (pk, str(person)) for pk, person in self.people.items()
        ]
        if nobody is not None:
            choices.insert(0, ("", nobody))
        super().__init__(
            widget=forms.Select(attrs={"class": "form-select"}),
            choices=choices,
            coerce=self._person,
            empty_value=None,
            **options,  # type: ignore[arg-type]
        )

    def _person(self, pk: str) -> User:
        """Raises ValueError, as for somebody who left while the page was open."""
        if pk not in self.people:
            raise ValueError(pk)
        return self.people[pk]

    def prepare_value(self, value: object) -> object:
        return value.pk if isinstance(value, User) else value


def target_levels(scale: ScaleData) -> list[tuple[str, str]]:
    """What a target can be, lowest first: the scale's values with their labels."""
    found: dict[Decimal, str] = {}
    for option in levels_of(scale):
        found.setdefault(rank(option), _named(option))
    return [(exact_text(value), name) for value, name in found.items()]


def _named(option: OptionData) -> str:
    """A status has no number that would say anything."""
    if option.value is None:
        return option.label
    number = exact_text(option.value)
    return number if option.label == number else f"{number} – {option.label}"


def target_name(scale: ScaleData, target: Decimal) -> str:
    """As the choices call it: "3 – Defined", "Met"; between two of them the number."""
    return dict(target_levels(scale)).get(exact_text(target), exact_text(target))


def target_field(scale: ScaleData, current: Decimal | None = None) -> forms.Field:
    """A target within the scale; `current` stays possible even between two levels."""
    levels = target_levels(scale)
    if len(levels) > MOST_LEVELS:
        return forms.DecimalField(
            label=_("Target"),
            min_value=scale.minimum,
            max_value=scale.maximum,
            max_digits=5,
            decimal_places=2,
        )
    if current is not None and exact_text(current) not in dict(levels):
        levels.append((exact_text(current), exact_text(current)))
    return forms.TypedChoiceField(label=_("Target"), choices=levels, coerce=_decimal)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error


def usual_target(scale: ScaleData) -> str:
    """3 where the scale has it, otherwise its first value that counts as met."""
    values = [value for value, _label in target_levels(scale)]
    if "3" in values:
        return "3"
    met = [rank(option) for option in levels_of(scale) if option.met and rank(option)]
    return exact_text(min(met)) if met else exact_text(scale.maximum)


def is_target(text: str, scale: ScaleData) -> bool:
    """Whether a target that was kept still fits the scale."""
    try:
        return scale.minimum <= Decimal(text) <= scale.maximum
    except InvalidOperation:
        return False


def shown_before(form: forms.BaseForm, names: Sequence[str]) -> SafeString:
    """What the fields showed, as hidden inputs.

    With them a save writes only what this person changed, not what somebody else
    changed in the meantime.
    """
    # Widgets escape what they print.
    return mark_safe("".join(form[name].as_hidden(only_initial=True) for name in names))  # noqa: S308
