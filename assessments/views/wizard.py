from django.http import HttpRequest, HttpResponse


def choose_standard(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def choose_scope(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def choose_period(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def choose_people(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
