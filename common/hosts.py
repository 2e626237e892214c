"""Under which addresses Plumbline answers: mailed links hold the one of the request."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from common.views import healthz

Answer = Callable[[HttpRequest], HttpResponse]


def answer_probes(get_response: Answer) -> Answer:
    """Answer /healthz under any name: a probe knows only where the machine is."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info == "/healthz":
            return healthz(request)
        return get_response(request)

    return middleware


def refuse_foreign_hosts(get_response: Answer) -> Answer:
    """Answer 400 to a name that is not ours, or to a port of somebody else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        _name, port = split_domain_port(request.get_host())
        if port and settings.OWN_PORTS and port not in settings.OWN_PORTS:
            message = f"Port {port} is not ours; PLUMBLINE_ORIGINS could name it."
            raise DisallowedHost(message)
        return get_response(request)

    return middleware
