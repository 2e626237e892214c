"""What a request leaves in the log: a line, and the place of a fault of ours."""

import logging

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from common.records import Formatter
from config import urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@login_not_required
def forbidden(_request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@login_not_required
def suspicious(_request: HttpRequest) -> HttpResponse:
    message = "odd"
    raise SuspiciousOperation(message)


@login_not_required
def broken(_request: HttpRequest) -> HttpResponse:
    message = "secret reason"
    raise RuntimeError(message)


handler500 = urls.handler500
urlpatterns = [
    path("forbidden", forbidden),
    path("suspicious", suspicious),
    path("broken", broken),
    *urls.urlpatterns,
]


@pytest.fixture
def lines(caplog):
    """Returns the lines that the records of this test make in the log."""
    options = settings.LOGGING["formatters"]["plain"]
    formatter = Formatter(options["fmt"], style=options["style"])
    caplog.set_level(logging.WARNING)
    return lambda: "\n".join(map(formatter.format, caplog.records)).splitlines()


@pytest.mark.parametrize(
    ("address", "status", "line"),
    [
        ("/forbidden", 403, "WARNING django.request: Forbidden (Permission denied): "),
        ("/missing", 404, "WARNING django.request: Not Found: "),
        ("/suspicious", 400, "ERROR django.security.SuspiciousOperation: odd"),
    ],
)
def test_a_refused_request_is_one_line(client, lines, address, status, line):
    assert client.get(address).status_code == status

    (only,) = lines()
    assert line in only


def test_a_fault_of_ours_is_logged_with_its_place(client, lines):
    client.raise_request_exception = False
    assert client.get("/broken").status_code == 500

    assert lines()[-1] == "RuntimeError: secret reason"
    assert "Traceback (most recent call last):" in lines()


def test_a_record_that_is_no_request_keeps_its_place(lines):
    try:
        raise ValueError("a fault")
    except ValueError:
        logging.getLogger("common").exception("It failed.")

    assert lines()[-1] == "ValueError: a fault"
