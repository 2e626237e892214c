"""Handing the answers over, with a declaration that names who says what."""

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment


def declaration_of(assessment: Assessment, by: User) -> str:
    """The sentence that the person stands for. Kept with the submission."""
    return _(
        "I, %(person)s, declare for the team %(team)s: the answers describe the period "
        "from %(start)s to %(end)s and are true and complete to the best of our "
        "knowledge."
    ) % {
        "person": by,
        "team": assessment.team.name,
        "start": date_format(assessment.period_start, "DATE_FORMAT"),
        "end": date_format(assessment.period_end, "DATE_FORMAT"),
    }


class DeclarationForm(forms.Form):
    declared = forms.BooleanField()

    def __init__(
        self, data: QueryDict | None = None, *, declaration: str, again: bool
    ) -> None:
        super().__init__(data)
        declared = self.fields["declared"]
        declared.label = declaration
        declared.error_messages["required"] = _(
            "Tick the declaration before you submit."
        )
        label = _("Submit again") if again else _("Submit for review")
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "declared",
            Div(
                StrictButton(label, type="submit", css_class="btn-primary"),
                css_class="actions mt-3",
            ),
        )
