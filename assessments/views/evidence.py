"""Evidence of an answer: adding, taking off, putting back, downloading."""

import json
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments import access
from assessments.forms.evidence import EvidenceForm
from assessments.models import Answer
from assessments.permissions import READERS
from assessments.services import evidence as services
from assessments.services.files import ZIP_TYPE, RefusedFile, listing_of
from common.body_limits import takes_files
from common.http import HtmxRequest
from standards.loader import ControlData

# What a stored file may do when somebody opens it in the browser all the same: nothing.
SANDBOX = "default-src 'none'; sandbox"
# Rows of an archive's list; longer ones end with how many more there are.
MOST_SHOWN = 1000


def _load(request: HttpRequest, code: str, ref: str) -> tuple[access.Desk, ControlData]:
    desk = access.get_desk(request, code, roles=READERS)
    control = desk.control(ref)
    if not access.may_answer(desk, control):
        raise PermissionDenied(_("You can’t change the evidence of this control now."))
    return desk, control


def _load_answered(
    request: HttpRequest, code: str, ref: str
) -> tuple[access.Desk, ControlData]:
    """The same, where there is something to take evidence off. Raises Http404."""
    desk, control = _load(request, code, ref)
    answers = Answer.objects.filter(assessment=desk.assessment, control_id=control.pk)
    if not answers.exists():
        raise Http404
    return desk, control


@takes_files
@require_http_methods(["GET", "POST"])
def add(request: HtmxRequest, code: str, ref: str) -> HttpResponse:
    """Add files or a link. A script gets the new list, a form a redirect."""
    desk, control = _load(request, code, ref)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = EvidenceForm(*posted)
    if posted and form.is_valid() and _attach(desk, control, form):
        if request.htmx:
            return _list(request, desk, control)
        messages.success(request, _("Evidence added to %(ref)s.") % {"ref": ref})
        page = desk.edition.section_of(ref)
        return redirect(f"{access.address('section', code, page.ref)}#c-{ref}")
    context = {"desk": desk, "control": control, "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    partial = "#form" if request.htmx else ""
    name = f"assessments/questionnaire/evidence.html{partial}"
    return render(request, name, context, status=status)


def _attach(desk: access.Desk, control: ControlData, form: EvidenceForm) -> bool:
    """Attach what the form holds; False when a file was refused (the form says why)."""
    # A copy: an error takes the field out of the form's own data.
    data = dict(form.cleaned_data)
    period = (data["period_start"], data["period_end"])
    common: dict[str, Any] = {
        "assessment": desk.assessment,
        "control": control,
        "by": desk.member.user,
        "period": period,
    }
    for upload in data["uploads"]:
        title = data["title"] if len(data["uploads"]) == 1 else ""
        try:
            services.attach_file(upload=upload, title=title, **common)
        except RefusedFile as error:
            form.add_error("uploads", str(error))
    if data["url"]:
        services.attach_link(url=data["url"], title=data["title"], **common)
    return not form.errors


def _list(
    request: HtmxRequest, desk: access.Desk, control: ControlData, removed: str = ""
) -> HttpResponse:
    """The evidence of one control, for a page that replaces just that."""
    answer = Answer.objects.get(assessment=desk.assessment, control_id=control.pk)
    context = {
        "desk": desk,
        "ref": control.ref,
        "evidence": answer.evidence,
        "editable": True,
        "removed": removed,
    }
    response = render(request, "assessments/questionnaire/_evidence.html", context)
    event = {"answer-version": {"ref": control.ref, "version": answer.version}}
    response["HX-Trigger"] = json.dumps(event)
    return response


@require_POST
def remove(request: HtmxRequest, code: str, ref: str, evidence: str) -> HttpResponse:
    """Take one piece of evidence off the answer; it can be put back."""
    desk, control = _load_answered(request, code, ref)
    services.detach(
        assessment=desk.assessment,
        control=control,
        by=desk.member.user,
        code=str(evidence),
    )
    if request.htmx:
        return _list(request, desk, control, removed=str(evidence))
    messages.success(request, _("Evidence taken off %(ref)s.") % {"ref": ref})
    return redirect("assessments:evidence_add", code=code, ref=ref)


@require_POST
def put_back(request: HtmxRequest, code: str, ref: str, evidence: str) -> HttpResponse:
    """Undo `remove`."""
    desk, control = _load_answered(request, code, ref)
    services.attach_again(
        assessment=desk.assessment,
        control=control,
        by=desk.member.user,
        code=str(evidence),
    )
    if request.htmx:
        return _list(request, desk, control)
    return redirect("assessments:evidence_add", code=code, ref=ref)


@require_GET
def download(request: HttpRequest, code: str, evidence: str) -> HttpResponseBase:
    """The file, always as an attachment and never as a page of ours."""
    desk = access.get_desk(request, code, roles=READERS)
    found = access.get_evidence(desk, str(evidence))
    if not found.file:
        raise Http404
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type=found.media_type,
    )
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def contents(request: HttpRequest, code: str, evidence: str) -> HttpResponse:
    """What a ZIP archive holds, by name and size; nothing is unpacked."""
    desk = access.get_desk(request, code, roles=READERS)
    archive = access.get_evidence(desk, str(evidence))
    if not archive.file or archive.media_type != ZIP_TYPE:
        raise Http404
    with archive.file.open("rb") as file:
        listing = listing_of(file)
    context = {
        "desk": desk,
        "evidence": archive,
        "listing": listing,
        "files": listing.files[:MOST_SHOWN],
        "more": max(0, len(listing.files) - MOST_SHOWN),
    }
    return render(request, "assessments/questionnaire/archive.html", context)
