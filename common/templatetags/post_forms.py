"""The hidden fields of every form that posts: Django's token, and whose page it is."""

from django import template
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.kept_forms import PAGE_OF, signed_reader

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> str:
    """Replace Django's own tag, in templates of packages too.

    The second field lets a form that comes in late be given back to its writer, and
    to nobody else.
    """
    token = SafeString(CsrfTokenNode().render(context))
    user = getattr(context.get("request"), "user", None)
    if not token or user is None or not user.is_authenticated:
        return token
    return token + format_html(
        '<input type="hidden" name="{}" value="{}">', PAGE_OF, signed_reader(user)
    )
