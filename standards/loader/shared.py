"""Answer scales and scoring profiles, which several editions share by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml
from django.utils.translation import gettext as _

from standards.loader.data import OptionData, ScaleData
from standards.loader.entry import Entry
from standards.loader.faults import Fault

FLAGS = ("na", "met", "partial")
SHORT_LENGTH = 8
ProfileCheck = Callable[[Mapping[str, Any], ScaleData], Iterable[tuple[str, str]]]
_profile_checks: list[ProfileCheck] = []


def register_profile_check(check: ProfileCheck) -> None:
    """Scoring belongs to another app: it says here which profiles it can compute.

    The check yields the key inside the profile and what is wrong there.
    """
    if check not in _profile_checks:
        _profile_checks.append(check)


@dataclass
class Shared:
    """What scales.yaml and scoring.yaml hold. A faulty scale is known, but None."""

    scales: dict[str, ScaleData | None] = field(default_factory=dict)
    profiles: dict[str, Entry] = field(default_factory=dict)


def read_scales(root: Entry) -> dict[str, ScaleData | None]:
    return {name: read_scale(entry) for name, entry in root.pairs().items()}


def read_scale(entry: Entry) -> ScaleData | None:
    before = len(entry.faults)
    fields = entry.fields(required=("title", "min", "max", "options"))
    if len(entry.faults) > before:
        return None
    minimum, maximum = fields["min"].number(), fields["max"].number()
    if minimum >= maximum:
        fields["max"].fault(_("must be greater than min"))
    options = tuple(_option(item) for item in fields["options"].items(least=2))
    _check_options(fields["options"], options, minimum, maximum)
    title = fields["title"].text(length=120)
    if len(entry.faults) > before:
        return None
    return ScaleData(title=title, minimum=minimum, maximum=maximum, options=options)


def _option(entry: Entry) -> OptionData:
    fields = entry.fields(
        required=("code", "label"),
        optional=("value", "descriptor", "example", "short", *FLAGS),
    )
    values: dict[str, Any] = {"code": "", "label": ""}
    for key, item in fields.items():
        if key == "value":
            values[key] = item.number()
        elif key in FLAGS:
            values[key] = item.truth()
        elif key == "short":
            values[key] = item.text(length=SHORT_LENGTH)
        else:
            values[key] = item.text()
    return OptionData(**values)


def _check_options(
    entry: Entry, options: tuple[OptionData, ...], minimum: Decimal, maximum: Decimal
) -> None:
    seen: set[str] = set()
    # Either all answers have a value, or all are mere statuses: met, not met.
    valued = any(option.value is not None for option in options)
    for item, option in zip(entry.items(), options, strict=True):
        if option.code in seen:
            message = _("the code %(code)s stands here twice") % {"code": option.code}
            item.fault(message, key="code", line=item.line_of("code"))
        seen.add(option.code)
        wrong = _wrong_value(option, minimum, maximum, valued=valued)
        if wrong:
            item.fault(wrong, key="value", line=item.line_of("value"))


def _wrong_value(
    option: OptionData, minimum: Decimal, maximum: Decimal, *, valued: bool
) -> str:
    if option.value is None:
        return _("is missing") if valued and not option.na else ""
    if option.na:
        return _("not applicable has no value")
    return "" if minimum <= option.value <= maximum else _("lies outside min and max")


def read_profiles(root: Entry) -> dict[str, Entry]:
    profiles = root.pairs()
    for entry in profiles.values():
        entry.plain()  # notes keys that stand twice, and wrong numbers
        if not isinstance(entry.node, yaml.MappingNode):
            entry.fault(_("must be a mapping of keys to values"))
    return profiles


def named_scale(entry: Entry, shared: Shared) -> ScaleData | None:
    """The scale of an edition: a name in scales.yaml, or written out."""
    if not isinstance(entry.node, yaml.ScalarNode):
        return read_scale(entry)
    name = entry.text()
    if name and name not in shared.scales:
        _unknown(entry, _("is not a scale of scales.yaml"), shared.scales)
    return shared.scales.get(name)


def named_profile(
    entry: Entry, shared: Shared, scale: ScaleData | None
) -> dict[str, Any]:
    """The scoring profile of an edition: a name in scoring.yaml, or written out."""
    profile: Entry | None = entry
    if isinstance(entry.node, yaml.ScalarNode):
        name = entry.text()
        profile = shared.profiles.get(name)
        if name and profile is None:
            _unknown(entry, _("is not a profile of scoring.yaml"), shared.profiles)
    elif not isinstance(entry.node, yaml.MappingNode):
        entry.fault(_("must be a name, or a mapping of keys to values"))
    if profile is None or not isinstance(profile.node, yaml.MappingNode):
        return {}
    before = len(profile.faults)
    plain: dict[str, Any] = profile.plain()
    if scale is not None and len(profile.faults) == before:
        _run_checks(profile, plain, scale, entry.faults)
    return plain


def _unknown(entry: Entry, message: str, known: Iterable[str]) -> None:
    choices = ", ".join(sorted(known)) or "–"
    known_ones = _("known are: %(choices)s") % {"choices": choices}
    entry.fault(f"{message}; {known_ones}")


def _run_checks(
    profile: Entry, plain: dict[str, Any], scale: ScaleData, faults: list[Fault]
) -> None:
    places = {entry.key: entry.line for entry in profile.walk()}
    for check in _profile_checks:
        for key, message in check(plain, scale):
            place = f"{profile.key}.{key}" if key else profile.key
            line = _line_of(place, places) or profile.line
            faults.append(Fault(profile.file, line, place, message))


def _line_of(place: str, places: Mapping[str, int]) -> int:
    """The line of a key, or of the nearest one above it that is there."""
    while place and place not in places:
        cut = max(place.rfind("."), place.rfind("["))
        place = place[:cut] if cut > 0 else ""
    return places.get(place, 0)
