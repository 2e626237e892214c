"""The one address of the yardstick: a form that saves one row."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from accounts.models import Team


class NameForm(forms.Form):
    name = forms.CharField(max_length=120)


def save(request: HttpRequest, pk: int) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return JsonResponse(form.errors, status=422)
    with transaction.atomic():
        team = Team.objects.select_for_update().get(pk=pk)
        team.name = form.cleaned_data["name"]
        team.save()
    return JsonResponse({"name": team.name})


@login_not_required
def ready(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("teams/<int:pk>/", save), path("help/", ready)]
