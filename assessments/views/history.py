from django.http import HttpRequest, HttpResponse


def assessment_history(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def control_history(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
