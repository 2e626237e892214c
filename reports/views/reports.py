"""Reports: the list, asking for one, its state, its file."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import get_membership, get_user
from assessments.access import Desk, get_desk
from reports import queries
from reports.access import get_report, get_requester
from reports.enums import Format, ReportState, Stage
from reports.forms import RequestForm
from reports.models import Report
from reports.services import requests as services

PER_PAGE = 25
MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}
# What a stored file may do when somebody opens it in the browser all the same: nothing.
SANDBOX = "default-src 'none'; sandbox"
UNSAFE_IN_NAMES = re.compile(r"[^\w.]+")
LONGEST_NAME = 120


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """All reports that the reader may see, newest first."""
    member = get_membership(request)
    found = Paginator(queries.visible_reports(member), PER_PAGE)
    page = found.get_page(request.GET.get("page"))
    jobs = [queries.job_of(report, member) for report in page.object_list]
    context = {"page": page, "jobs": jobs, "active": _active(jobs)}
    return render(request, _template(request, "list"), context)


@require_POST
def request_report(request: HttpRequest, assessment: str) -> HttpResponseBase:
    """Ask for a report; the panel of the results page shows what becomes of it."""
    member = get_membership(request)
    form = RequestForm(request.POST, member=member)
    if not form.is_valid():
        return _refuse(request, assessment, form)
    kind, form_of_file = form.chosen()
    desk = get_requester(request, assessment, kind)
    try:
        report = services.request_report(
            assessment=desk.assessment,
            kind=kind,
            form=form_of_file,
            by=get_user(request),
            language=get_language() or "en",
        )
    except ValidationError as error:
        return _say(request, desk, error.messages[0])
    return _answer(request, desk, report)


def _refuse(
    request: HttpRequest, assessment: str, form: RequestForm
) -> HttpResponseBase:
    """A report that isn't offered to this member, or none at all."""
    desk = get_desk(request, assessment)
    if request.POST.get("document"):
        raise PermissionDenied(_("This report isn’t offered to you here."))
    return _say(request, desk, str(form.errors["document"][0]))


def _say(request: HttpRequest, desk: Desk, reason: str) -> HttpResponseBase:
    """Lead to the results, where the reason is read."""
    messages.error(request, reason)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(_results_address(desk))
    return redirect(_results_address(desk))


def _answer(request: HttpRequest, desk: Desk, report: Report) -> HttpResponse:
    report.refresh_from_db()
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "reports/_jobs.html", _jobs_context(desk))
    if report.stage == Stage.UNREACHABLE:
        messages.error(request, Stage.UNREACHABLE.label)
    else:
        messages.success(
            request, _("%(report)s is being made.") % {"report": str(report)}
        )
    return redirect(_results_address(desk))


def _results_address(desk: Desk) -> str:
    return f"{reverse('assessments:results', args=[desk.assessment.code])}#report"


@require_safe
def jobs(request: HttpRequest, assessment: str) -> HttpResponse:
    """The latest reports of one assessment, for a page that looks again."""
    desk = get_desk(request, assessment)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(_results_address(desk))
    context = _jobs_context(desk)
    # Said once, by the look that finds nothing moving any more.
    context["news"] = [] if context["active"] else context["jobs"]
    return render(request, "reports/_jobs.html", context)


def _jobs_context(desk: Desk) -> dict[str, object]:
    found = queries.jobs_of(desk.assessment, desk.member)
    return {"desk": desk, "jobs": found, "active": _active(found)}


def panel_context(desk: Desk) -> dict[str, object]:
    """What the panel on the results page shows. One statement."""
    return _jobs_context(desk) | {"request_form": RequestForm(member=desk.member)}


def _active(found: list[queries.Job]) -> bool:
    return any(job.report.is_active for job in found)


def _template(request: HttpRequest, name: str) -> str:
    """The page, or only its moving part for a page that looks again."""
    prefix = "_" if request.htmx else ""  # type: ignore[attr-defined]
    return f"reports/{prefix}{name}.html"


@require_safe
def report(request: HttpRequest, code: str) -> HttpResponse:
    """One report: its state, and its file once it is done."""
    found, member = get_report(request, code)
    job = queries.job_of(found, member)
    context = {"job": job, "report": found, "active": found.is_active}
    return render(request, _template(request, "report"), context)


@require_POST
def retry(request: HttpRequest, code: str) -> HttpResponseBase:
    """Start a failed report again."""
    found, member = get_report(request, code)
    desk = get_requester(request, found.assessment.code, found.kind)
    try:
        services.retry_report(report=found, by=get_user(request))
    except ValidationError as error:
        return _say(request, desk, error.messages[0])
    found.refresh_from_db()
    if request.htmx:  # type: ignore[attr-defined]
        if request.POST.get("from") == "panel":
            return render(request, "reports/_jobs.html", _jobs_context(desk))
        job = queries.job_of(found, member)
        context = {"job": job, "report": found, "active": found.is_active}
        return render(request, "reports/_report.html", context)
    return redirect(found)


@require_safe
def download(request: HttpRequest, code: str) -> HttpResponseBase:
    """The file, always as an attachment and never as a page of ours."""
    found, _member = get_report(request, code)
    if found.state != ReportState.DONE or not found.file:
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(
            _("The file of this report is gone. Ask for it again.")
        ) from error
    response = FileResponse(
        content,
        as_attachment=True,
        filename=file_name(found),
        content_type=MEDIA_TYPES[Format(found.format)],
    )
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def file_name(found: Report) -> str:
    """A name that says what it is: ISO-IEC-27001-2022_IT-operations_executive.pdf."""
    assessment = found.assessment
    parts = (assessment.edition.title, assessment.team.name, found.kind, found.code)
    clean = [UNSAFE_IN_NAMES.sub("-", part).strip("-.") for part in parts]
    return f"{'_'.join(filter(None, clean))[:LONGEST_NAME]}.{found.format}"
