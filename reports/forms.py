"""The choice of a report: one question, so that nobody can ask for what isn't made."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from reports.enums import DOCUMENTS, Format, Kind
from reports.permissions import documents_for

HINTS = {
    (Kind.EXECUTIVE, Format.PDF): _(
        "Two pages: score, sections, first gaps, decisions."
    ),
    (Kind.FULL, Format.PDF): _("Everything: each answer, note, evidence and verdict."),
    (Kind.ANSWERS, Format.XLSX): _("For Excel and LibreOffice, with the scores."),
    (Kind.ANSWERS, Format.JSON): _("For other programs, with the scores."),
}


def value_of(kind: str, form: str) -> str:
    return f"{kind}-{form}"


class RequestForm(forms.Form):
    document = forms.ChoiceField(
        label=_("Report"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a report.")},
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.documents = documents_for(member, DOCUMENTS)
        field = cast(forms.ChoiceField, self.fields["document"])
        field.choices = [
            (value_of(kind, form), f"{kind.label}, {form.label}")
            for kind, form in self.documents
        ]
        field.initial = field.choices[0][0]

    def options(self) -> list[dict[str, object]]:
        """The choices with their hints, for the panel."""
        chosen = self["document"].value()
        return [
            {
                "value": value_of(kind, form),
                "label": f"{kind.label}, {form.label}",
                "hint": HINTS[kind, form],
                "checked": value_of(kind, form) == chosen,
            }
            for kind, form in self.documents
        ]

    def chosen(self) -> tuple[str, str]:
        kind, _dash, form = self.cleaned_data["document"].partition("-")
        return kind, form
