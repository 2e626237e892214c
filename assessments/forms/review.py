"""What an auditor writes: a verdict, and the reason for opening a review again."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from assessments.enums import NONCONFORMITIES, Grade
from assessments.queries.changes import level_name, level_of
from assessments.queries.grades import mildest_remark
from assessments.queries.sheet import Sheet
from assessments.services.content import allowed_options
from assessments.services.review import Conclusion

TEXT_MAX = 10_000


class VerdictForm(forms.Form):
    """The verdict on the version that stands on the page: `version` is pinned."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    grade = forms.ChoiceField(
        label=_("Verdict"),
        required=False,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    # Empty: the level follows from the grade.
    option = forms.ChoiceField(
        label=_("Audited level"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    reason = forms.CharField(
        label=_("Finding"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(
            attrs={
                "rows": 1,
                "class": "form-control",
                "placeholder": _("Requirement, evidence, deviation"),
            }
        ),
    )
    request = forms.CharField(
        label=_("Change requested"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(
            attrs={
                "rows": 1,
                "class": "form-control",
                "placeholder": _("What the team has to do"),
            }
        ),
    )

    def __init__(self, data: QueryDict | None = None, *, sheet: Sheet) -> None:
        super().__init__(data, initial=_initial(sheet))
        self.sheet = sheet
        self.fields["grade"].choices = list(sheet.grades.items())  # type: ignore[attr-defined]
        self.fields["option"].choices = _options(sheet)  # type: ignore[attr-defined]

    @property
    def can_withdraw(self) -> bool:
        return bool(self.sheet.present and self.sheet.present.request)

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        step = self.data.get("do")
        if step == "changes" and not data.get("request"):
            self.add_error("request", _t("Write what has to change."))
        if step == "withdraw":
            data["request"] = ""
        if not data.get("grade") and "grade" not in self.errors:
            self._without_grade(data, asks=step == "changes")
        grade = str(data.get("grade", ""))
        if not data.get("option"):
            data["option"] = self.sheet.level_after(grade)
        if grade in NONCONFORMITIES and not data.get("reason"):
            text = _t("“%(grade)s” needs a finding.")
            self.add_error("reason", text % {"grade": self.sheet.grades[grade]})
        return data

    def _without_grade(self, data: dict[str, object], *, asks: bool) -> None:
        """A request alone is the mildest remark that the standard has."""
        if asks:
            data["grade"] = mildest_remark(self.sheet.grades)
        else:
            self.add_error("grade", _t("Choose a verdict."))

    @property
    def conclusion(self) -> Conclusion:
        data = self.cleaned_data
        return Conclusion(
            data["grade"], data["option"], data["reason"], data["request"]
        )


def _initial(sheet: Sheet) -> dict[str, object]:
    """As answered, or as the last verdict on this version says."""
    initial: dict[str, object] = {"version": sheet.answer.version}
    if sheet.present:
        for name in ("grade", "option", "reason", "request"):
            initial[name] = getattr(sheet.present, name)
    return initial


def _options(sheet: Sheet) -> list[tuple[str, str]]:
    """What follows from the grade, then the levels that the control allows."""
    codes = list(allowed_options(sheet.control, sheet.scale))
    codes.sort(key=lambda code: code != sheet.answer.option)
    choices = [("", _follows(sheet))]
    for code in codes:
        level = level_of(code, sheet.scale)
        name = level_name(level)
        label = level.option.label if level else code
        text = f"{name} {label}" if name != label else label
        if code == sheet.answer.option:
            text = _t("%(level)s, as answered") % {"level": text}
        choices.append((code, text))
    return choices


def _follows(sheet: Sheet) -> str:
    """The choice that leaves the level to the grade, with what it comes to."""
    codes = (sheet.answer.option, sheet.level_after(Grade.MINOR))
    chips = list(dict.fromkeys(sheet.scale.option(code).chip for code in codes))
    if len(chips) == 1:
        return _t("%(level)s, by verdict") % {"level": chips[0]}
    words = {"level": chips[0], "lower": chips[1]}
    return _t("%(level)s or %(lower)s, by verdict") % words


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        error_messages={"required": _("Say why it has to be opened again.")},
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody who reads the history of this assessment sees this."),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("reason")
