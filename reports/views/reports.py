from django.http import HttpRequest, HttpResponse


def report_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def request_report(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def report(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def retry(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)


def download(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=501)
