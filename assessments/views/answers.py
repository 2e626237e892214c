from django.http import HttpRequest, HttpResponse


def save(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def restore(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
