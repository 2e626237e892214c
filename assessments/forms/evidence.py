"""Adding evidence: several files, or a link, with the time that they speak of."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.services.files import ACCEPT, TYPES_TEXT
from assessments.services.links import check_link
from common.names import clean_name


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once. Their content is checked by the service, one by one."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [file for file in data or [] if file]


class EvidenceForm(forms.Form):
    uploads = FilesField(
        required=False, label=gettext_lazy("Files"), help_text=TYPES_TEXT
    )
    url = forms.CharField(
        required=False,
        max_length=1000,
        label=gettext_lazy("Or a link"),
        validators=[URLValidator(schemes=["http", "https"]), check_link],
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    title = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("If it is empty, the file’s name is the title."),
    )
    period_start = forms.DateField(
        required=False,
        label=gettext_lazy("Valid from"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    period_end = forms.DateField(
        required=False,
        label=gettext_lazy("Valid to"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].widget.attrs["accept"] = ACCEPT
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "uploads",
            "url",
            "title",
            Row(
                Column("period_start", css_class="col-sm-6"),
                Column("period_end", css_class="col-sm-6"),
            ),
            Submit("add", _("Add evidence")),
        )

    def clean_title(self) -> str:
        return clean_name(self.cleaned_data["title"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("uploads") and not data.get("url") and "url" not in self.errors:
            raise forms.ValidationError(_("Choose a file, or write a link."))
        start, end = data.get("period_start"), data.get("period_end")
        if start and end and start > end:
            self.add_error("period_end", _("This day lies before “Valid from”."))
        return data
