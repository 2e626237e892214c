from django.http import HttpRequest, HttpResponse


def add(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def remove(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def put_back(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def download(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
