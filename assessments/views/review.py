from django.http import HttpRequest, HttpResponse


def queue(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def send_back(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def accept(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def seal(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def reopen(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def control(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
