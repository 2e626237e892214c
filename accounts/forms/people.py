"""Inviting people, changing members, and one's own profile."""

from collections.abc import Collection

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role, Theme
from accounts.forms.layout import form_helper
from accounts.forms.names import NameField
from accounts.models import Membership, Organization, Team

MOST_DIGITS = 18  # of an id that every database holds


def role_choices(roles: Collection[str] = tuple(Role)) -> list[tuple[str, str]]:
    """These roles with what they may do, for radio buttons."""
    return [
        (
            role.value,
            format_html(
                '{}<span class="form-text d-block">{}</span>',
                role.label,
                role.description,
            ),
        )
        for role in Role
        if role in roles
    ]


class TeamsField(forms.ModelMultipleChoiceField):
    """Some teams of the organization; an id that no database can hold is no team."""

    def clean(self, value: Collection[str] | None) -> QuerySet[Team]:
        for pk in value or ():
            if len(str(pk)) > MOST_DIGITS:
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": pk},
                )
        teams: QuerySet[Team] = super().clean(value)
        return teams


class _RoleAndTeamsForm(forms.Form):
    role = forms.ChoiceField(
        label=_("Role"), choices=role_choices, widget=forms.RadioSelect
    )
    teams = TeamsField(
        label=_("Teams (optional)"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: object, organization: Organization, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        teams = self.fields["teams"]
        teams.queryset = organization.teams.all()  # type: ignore[attr-defined]
        if not organization.teams.exists():
            del self.fields["teams"]

    @property
    def shown_fields(self) -> list[str]:
        return [name for name in self.fields if name in ("role", "teams")]

    def clean_teams(self) -> list[Team]:
        return list(self.cleaned_data["teams"])


class InviteForm(_RoleAndTeamsForm):
    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    def __init__(
        self,
        *args: object,
        organization: Organization,
        roles: Collection[str] = tuple(Role),
        **kwargs: object,
    ) -> None:
        super().__init__(*args, organization=organization, **kwargs)
        self.fields["role"].choices = role_choices(roles)  # type: ignore[attr-defined]
        self.initial.setdefault("role", Role.CONTRIBUTOR)
        if teams := self.fields.get("teams"):
            teams.label = _("Teams")
            teams.help_text = _(
                "A contributor answers what is open to their teams, and what is "
                "assigned to them. Others need no team."
            )
            only = organization.teams.all()[:2]
            if len(only) == 1:
                self.initial.setdefault("teams", only)
        self.helper = form_helper(
            "email",
            *self.shown_fields,
            submit=_("Send invitation"),
            cancel=reverse("accounts:people"),
        )

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        homeless = data.get("role") == Role.CONTRIBUTOR and data.get("teams") == []
        if homeless and "teams" in self.fields:
            self.add_error(
                "teams",
                _("Choose a team: without one nothing waits for a contributor."),
            )
        return data


class MemberForm(_RoleAndTeamsForm):
    whole_organization = forms.BooleanField(
        label=_("Open the whole organization to this person"), required=False
    )

    def __init__(self, *args: object, member: Membership, **kwargs: object) -> None:
        kwargs["initial"] = {"role": member.role, "teams": member.teams.all()}
        super().__init__(*args, organization=member.organization, **kwargs)
        self.member = member
        extra = ["whole_organization"]
        if not member.is_guest:
            del self.fields["whole_organization"]
            extra = []
        self.helper = form_helper(
            *extra,
            *self.shown_fields,
            submit=_("Save"),
            cancel=reverse("accounts:people"),
        )

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        opened = data.pop("whole_organization", False)
        stays_guest = self.member.is_guest and not opened
        if stays_guest and data.get("role") not in (None, Role.AUDITOR):
            self.add_error(
                "role",
                _(
                    "A guest is always an auditor. To give another role, open the "
                    "whole organization to this person."
                ),
            )
        data["only_assessment"] = self.member.only_assessment if stays_guest else ""
        return data


class ProfileForm(forms.Form):
    name = NameField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    theme = forms.ChoiceField(
        label=_("Colours"),
        choices=Theme.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("As in this browser")), *settings.LANGUAGES],
        required=False,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = form_helper("name", "theme", "language", submit=_("Save"))
