from django.http import HttpRequest, HttpResponse


def check_all(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def submit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
