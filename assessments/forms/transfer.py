"""Choosing a file of answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from assessments.services.answer_files import TYPES


class UploadForm(forms.Form):
    answers = forms.FileField(
        label=gettext_lazy("A file of answers"),
        help_text=gettext_lazy(
            "XLSX, CSV or JSON, at most 10 MB. It may be the report “Answers” as well."
        ),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answers"].widget.attrs["accept"] = ",".join(TYPES)
