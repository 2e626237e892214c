"""One look for all forms: fields under each other, one primary button, a way back."""

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django.utils.functional import Promise
from django.utils.html import format_html


def form_helper(
    *fields: str | object,
    submit: str | Promise,
    cancel: str = "",
    wide: bool = False,
    form_tag: bool = True,
) -> FormHelper:
    """A helper with these fields and a button; `cancel` is where its link leads.

    With `form_tag=False` the template brings the form element and its token.
    """
    buttons: list[object] = [
        StrictButton(
            submit,
            type="submit",
            css_class="btn-primary w-100" if wide else "btn-primary",
        )
    ]
    if cancel:
        buttons.append(HTML(_cancel_link(cancel)))
    helper = FormHelper()
    helper.form_tag = form_tag
    helper.disable_csrf = not form_tag
    helper.layout = Layout(*fields, Div(*buttons, css_class="actions mt-4"))
    return helper


def _cancel_link(address: str) -> str:
    # The template language runs over this: the address is ours, made by reverse().
    return format_html(
        '{{% load i18n %}}<a class="btn btn-link" href="{}">'
        '{{% translate "Cancel" %}}</a>',
        address,
    )
