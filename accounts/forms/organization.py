"""The organization and its teams."""

import zoneinfo

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.forms.layout import form_helper
from accounts.forms.names import NameField


def time_zones() -> list[tuple[str, str]]:
    """Every zone of the tz database, the regions before its old and technical names."""
    names = sorted(zoneinfo.available_timezones())
    regions = [name for name in names if "/" in name and not name.startswith("Etc/")]
    rest = [name for name in names if name not in set(regions) and name != "UTC"]
    return [(name, name.replace("_", " ")) for name in ["UTC", *regions, *rest]]


class OrganizationForm(forms.Form):
    name = NameField(label=_("Name"), max_length=120)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        help_text=_("Everybody in the organization sees times in this zone."),
    )
    requires_second_factor = forms.BooleanField(
        label=_("Everybody needs a second factor"),
        required=False,
        help_text=_(
            "Members and guests without one set it up before they go on: a passkey, "
            "or an app that shows codes."
        ),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = form_helper(
            "name",
            "time_zone",
            "requires_second_factor",
            submit=_("Save"),
            cancel=reverse("accounts:organization"),
        )


class NewOrganizationForm(forms.Form):
    """For somebody who is signed in and has none, or wants another."""

    name = NameField(
        label=_("Organization"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    team = NameField(
        label=_("First team"),
        max_length=120,
        initial=_("Operations"),
        help_text=_("A group whose work is assessed. You can rename it, and add more."),
    )
    time_zone = forms.CharField(
        required=False,
        max_length=64,
        widget=forms.HiddenInput(attrs={"data-time-zone": ""}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = form_helper(
            "name",
            "team",
            "time_zone",
            submit=_("Create organization"),
            cancel=reverse("accounts:profile"),
        )


class TeamForm(forms.Form):
    name = NameField(label=_("Name"), max_length=120)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = form_helper(
            "name", submit=_("Save"), cancel=reverse("accounts:organization")
        )
