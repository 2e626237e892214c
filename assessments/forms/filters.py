"""What the list of assessments can be narrowed to; the address carries it."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.enums import State
from assessments.queries.overview import ARCHIVED, RUNNING


class FilterForm(forms.Form):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "class": "form-control"}),
    )
    standard = forms.ChoiceField(label=_("Standard"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            (RUNNING, _("Running")),
            *State.choices,
            (ARCHIVED, _("Archived")),
        ],
    )

    def __init__(
        self,
        *args: object,
        standards: list[tuple[str, str]],
        teams: list[tuple[int, str]],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices: dict[str, list[Any]] = {"standard": standards, "team": teams}
        for name, values in choices.items():
            field: forms.ChoiceField = self.fields[name]  # type: ignore[assignment]
            field.choices = [("", _("All")), *values]
        for name in ("standard", "team", "state"):
            self.fields[name].widget.attrs["class"] = "form-select"

    def chosen(self) -> dict[str, Any]:
        """The arguments of `list_assessments`; what makes no sense is left out."""
        self.is_valid()
        data = self.cleaned_data
        return {
            "search": data.get("q", ""),
            "standard": data.get("standard", ""),
            "team": int(data["team"]) if data.get("team") else None,
            "state": data.get("state", ""),
        }

    def kept(self) -> str:
        """The address of this choice, for links to other pages of the list."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return urlencode(chosen)
