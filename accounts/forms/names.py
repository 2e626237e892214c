"""The field for names of people, organizations and teams."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.names import clean_name, has_link, is_unreadable


class NameField(forms.CharField):
    """One line without hidden characters, and no address of the web or of mail.

    Names stand in mails that Plumbline sends to people who never asked for them.
    """

    def to_python(self, value: object) -> str:
        return clean_name(str(super().to_python(value)))

    def validate(self, value: str) -> None:
        super().validate(value)
        if is_unreadable(value):
            raise ValidationError(
                _("A part of this name can’t be read. Type it again."),
                code="unreadable",
            )
        if has_link(value):
            raise ValidationError(
                _("A name can’t hold an address of the web or of mail."), code="link"
            )
