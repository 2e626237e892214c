"""Pages that show what the web server hands to Django, and take their time."""

import io
import threading
import time
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config import urls

FILE_BYTES = 8 * 1024 * 1024


def echo(request: HttpRequest, rest: str = "") -> JsonResponse:
    return JsonResponse(
        {
            "path": request.path,
            "query": request.META["QUERY_STRING"],
            "address": request.META["REMOTE_ADDR"],
            "forwarded": request.headers.get("X-Forwarded-For"),
            "cookies": request.COOKIES,
            "length": len(request.body),
            "body": request.body[:100].decode(),
        }
    )


def slow(request: HttpRequest) -> HttpResponse:
    time.sleep(float(request.GET["seconds"]))
    return HttpResponse("done")


def file(_request: HttpRequest) -> FileResponse:
    return FileResponse(io.BytesIO(b"x" * FILE_BYTES))


def threads(_request: HttpRequest) -> JsonResponse:
    names = [thread.name for thread in threading.enumerate()]
    return JsonResponse(sum(name.startswith("request") for name in names), safe=False)


def broken(_request: HttpRequest) -> HttpResponse:
    message = "secret reason"
    raise RuntimeError(message)


def public(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    return login_not_required(csrf_exempt(view))


urlpatterns = [
    path("slow", public(slow)),
    path("file", public(file)),
    path("threads", public(threads)),
    path("broken", public(broken)),
    path("echo", public(echo)),
    path("echo/<path:rest>", public(echo)),
    *urls.urlpatterns,  # which the pages for what went wrong name
]
