"""Fields that several forms of the work share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models import Assessment
from assessments.queries.levels import climb_of
from assessments.queries.tuning import aims_of, rank, whole_level
from common.numbers import exact_text
from standards.loader import EditionData, OptionData

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
        absent: User | None = None,
        absence: str = "",
        **options: object,
    ) -> None:
        """Offer `people`, and `absent` who holds the place and is marked so."""
        people = [absent, *people] if absent else people
        self.people = {str(person.pk): person for person in people}
        choices: list[tuple[str, StrOrPromise]] = [
            (pk, str(person)) for pk, person in self.people.items()
        ]
        if absent is not None:
            choices[0] = (str(absent.pk), f"{absent} ({absence})")
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


def target_choices(edition: EditionData) -> list[tuple[str, str]]:
    """What a whole assessment can aim at, lowest first: (value, name).

    Levels of the method where its sections climb levels, such as MIL1. Otherwise the
    answers of the scale: those that are better than the lowest, and of statuses those
    that count as met.
    """
    if climb := climb_of(edition):
        return [(name, name) for name in climb.levels]
    choices: dict[Decimal, str] = {}
    for option in aims_of(edition.scale):
        if option.met or (option.value or 0) > edition.scale.minimum:
            choices.setdefault(rank(option), _named(option))
    return [(exact_text(value), name) for value, name in choices.items()]


def _named(option: OptionData) -> str:
    """A status has no number that would say anything."""
    if option.value is None:
        return option.label
    number = exact_text(option.value)
    return number if option.label == number else f"{number} – {option.label}"


def target_name(edition: EditionData, target: Decimal | str) -> str:
    """As the choices call it: "3 – Defined", "Met"; between two of them the number."""
    value = target if isinstance(target, str) else exact_text(target)
    return dict(target_choices(edition)).get(value, value)


def whole_target_name(assessment: Assessment, edition: EditionData) -> str:
    """The target of an assessment as the choices call it."""
    if climb_of(edition):
        return whole_level(assessment, edition) or _t("different by section")
    return target_name(edition, assessment.target)


def target_field(edition: EditionData, current: str = "") -> forms.Field:
    """A target of the whole; `current` stays possible even between two levels.

    Where there is nothing to choose the field shows the one target there is.
    """
    choices = target_choices(edition)
    climbs = climb_of(edition) is not None
    if not climbs and len(choices) > MOST_LEVELS:
        return forms.DecimalField(
            label=_("Target"),
            min_value=edition.scale.minimum,
            max_value=edition.scale.maximum,
            max_digits=5,
            decimal_places=2,
        )
    if current and current not in dict(choices):
        choices.append((current, current))
    return forms.TypedChoiceField(
        label=_("Target"),
        choices=choices,
        coerce=str if climbs else _decimal,
        disabled=len(choices) == 1,
    )


def target_parts(
    edition: EditionData, target: Decimal | str
) -> tuple[Decimal, Mapping[str, str]]:
    """A chosen target as an assessment keeps it: of the whole, and by section."""
    climb = climb_of(edition)
    if isinstance(target, Decimal) or climb is None:
        return Decimal(target), {}
    passing = [edition.scale.option(code) for code in climb.passing]
    return min(map(rank, passing)), {s.ref: target for s in climb.sections}


def _decimal(text: str) -> Decimal:
    """The number in a text. Raises ValueError, also for NaN, which nothing equals."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite():
        raise ValueError(text)
    return value


def usual_target(edition: EditionData) -> str:
    """3 where the scale has it, otherwise the first that counts as met."""
    values = [value for value, _name in target_choices(edition)]
    if "3" in values or climb_of(edition):
        return "3" if "3" in values else values[0]
    met = [rank(option) for option in aims_of(edition.scale) if option.met]
    return exact_text(min(met)) if met else exact_text(edition.scale.maximum)


def is_target(text: str, edition: EditionData) -> bool:
    """Whether a target that was kept still fits the edition."""
    if text in dict(target_choices(edition)):
        return True
    try:
        value = _decimal(text)
    except ValueError:
        return False
    inside = edition.scale.minimum <= value <= edition.scale.maximum
    return inside and climb_of(edition) is None


def shown_before(form: forms.BaseForm, names: Sequence[str]) -> SafeString:
    """What the fields showed, as hidden inputs.

    With them a save writes only what this person changed, not what somebody else
    changed in the meantime.
    """
    # Widgets escape what they print.
    return mark_safe("".join(form[name].as_hidden(only_initial=True) for name in names))  # noqa: S308
