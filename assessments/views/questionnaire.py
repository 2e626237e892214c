from django.http import HttpRequest, HttpResponse


def tasks(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def section(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def check(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def control(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def controls(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
