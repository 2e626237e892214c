"""How much a request may send: decided by its header, before anything is read."""

import codecs
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from common.middleware import refuse_unread, wants_json
from common.sizes import size_text

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """Mark a view whose form has files: it may be sent more than others."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


class BodyLimitMiddleware:
    """Refuses a body that is too large, or that doesn't say how large it is.

    Before CsrfViewMiddleware, which reads the body. Django reads no more than the
    header says, so a header that lies changes nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_utf8(request):
            return refuse_unread()
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        _view_args: object,
        _view_kwargs: object,
    ) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and "HTTP_TRANSFER_ENCODING" in request.META:
            return _refuse(request, status=411)
        if not length.isdecimal() or int(length) == 0:
            return None
        limit = _limit(request, view_func)
        if int(length) > limit:
            return _refuse(request, status=413, limit=limit)
        if not request.user.is_authenticated:
            request.upload_handlers = [DropFiles(request)]
        return None


class DropFiles(FileUploadHandler):
    """Throws files away as they come in; `request.dropped_files` has their names."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.request is not None:
            dropped = getattr(self.request, "dropped_files", [])
            self.request.dropped_files = [*dropped, self.file_name]  # type: ignore[attr-defined]
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


def _limit(request: HttpRequest, view_func: Callable[..., Any]) -> int:
    """Return the number of bytes that this request may send."""
    if not request.user.is_authenticated:
        return settings.BODY_MAX_BYTES_ANONYMOUS
    if getattr(view_func, "takes_files", False):
        return settings.BODY_MAX_BYTES_WITH_FILES
    return settings.BODY_MAX_BYTES


def _refuse(request: HttpRequest, *, status: int, limit: int = 0) -> HttpResponse:
    """Answer without reading, and let the connection end with it."""
    if wants_json(request):
        error = {411: "no_length", 413: "too_large"}[status]
        response: HttpResponse = JsonResponse({"error": error}, status=status)
    else:
        context = {"limit": size_text(limit) if limit else ""}
        response = render(request, "413.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_utf8(request: HttpRequest) -> bool:
    """Say whether the body claims an encoding that we read, or none."""
    charset = (request.content_params or {}).get("charset")
    try:
        return not charset or codecs.lookup(charset).name in ("utf-8", "ascii")
    except (LookupError, ValueError):
        return False
