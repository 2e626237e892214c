"""Addresses for the tests of what holds for every answer."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from common.views import healthz


def private(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("private")


@login_not_required
def public(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("public")


@login_not_required
def strict(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("file", headers={"Content-Security-Policy": "sandbox"})


@login_not_required
def broken(_request: HttpRequest) -> HttpResponse:
    message = "secret reason"
    raise RuntimeError(message)


handler500 = "common.views.server_error"
urlpatterns = [
    path("private", private),
    path("public", public),
    path("strict", strict),
    path("broken", broken),
    path("healthz", healthz),
    path("sign-in", public, name="account_login"),
]
