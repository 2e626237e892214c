from django.http import HttpRequest, HttpResponse


def assessment_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def plan(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def people(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
