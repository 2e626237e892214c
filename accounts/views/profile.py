"""A person's own settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import get_user
from accounts.forms import ProfileForm
from accounts.services import members


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = get_user(request)
    initial = {"name": user.name, "theme": user.theme, "language": user.language}
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        members.change_profile(user=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})
