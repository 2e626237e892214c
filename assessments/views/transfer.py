"""Answers out of an assessment as a file, and in: upload, look, then store."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import ANSWERS
from assessments import access
from assessments.forms.transfer import UploadForm
from assessments.models import AnswerUpload
from assessments.permissions import READERS
from assessments.queries.changes import Changes, compare
from assessments.services.answer_files import (
    FORMATS,
    UnreadableFileError,
    write_file,
)
from assessments.services.transfer import (
    ImportRefusedError,
    Plan,
    RowChange,
    about,
    export_rows,
)
from assessments.services.uploads import keep_upload, plan_upload, take_upload
from common.body_limits import takes_files
from standards.loader import ControlData

# How many faulty rows a page names; a file may have thousands of one kind.
FAULTS_SHOWN = 100
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change as the page shows it."""

    control: ControlData
    changes: Changes
    line: int
    message: str = ""


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, code: str) -> HttpResponse:
    """Take answers out, and upload a file to bring some in."""
    roles = ANSWERS if request.method == "POST" else READERS
    desk = access.get_desk(request, code, roles=roles)
    form = UploadForm()
    if request.method == "POST":
        if not desk.assessment.takes_answers:
            raise PermissionDenied(_closed(desk))
        form = UploadForm(request.POST, request.FILES)
        upload = _keep(desk, form)
        if upload:
            return redirect("assessments:import", code=code, upload=upload.code)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {
        "desk": desk,
        "form": form,
        "formats": FORMATS,
        "may_bring": desk.member.role in ANSWERS and desk.assessment.takes_answers,
        "closed": "" if desk.assessment.takes_answers else _closed(desk),
    }
    name = "assessments/transfer/transfer.html"
    return render(request, name, context, status=status)


def _keep(desk: access.Desk, form: UploadForm) -> AnswerUpload | None:
    """The upload, or None with the reason in the form."""
    if not form.is_valid():
        return None
    try:
        return keep_upload(
            assessment=desk.assessment,
            by=desk.member.user,
            upload=form.cleaned_data["answers"],
        )
    except UnreadableFileError as error:
        form.add_error("answers", str(error))
        return None


def _closed(desk: access.Desk) -> str:
    state = {"state": desk.assessment.get_state_display()}
    return _("This assessment takes no answers now: it is “%(state)s”.") % state


@require_safe
def answers_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The answers as they stand, every control in a row: also the template."""
    desk = access.get_desk(request, code, roles=READERS)
    if form not in FORMATS:
        raise Http404
    rows = export_rows(desk.assessment, desk.edition)
    content = write_file(form, rows, about(desk.assessment, desk.edition))
    name = f"{desk.assessment.code}-answers.{form}"
    return HttpResponse(
        content,
        content_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, code: str, upload: str) -> HttpResponse:
    """What an uploaded file would change; the button stores it."""
    desk = access.get_desk(request, code, roles=ANSWERS)
    kept = get_object_or_404(
        AnswerUpload,
        code=upload,
        assessment=desk.assessment,
        by=desk.member.user,
    )
    kept.assessment = desk.assessment
    if not desk.assessment.takes_answers:
        raise PermissionDenied(_closed(desk))
    fault = ""
    if request.method == "POST":
        try:
            plan = take_upload(
                upload=kept,
                edition=desk.edition,
                member=desk.member,
                shown=request.POST.get("shown", ""),
                newer=request.POST.get("newer", ""),
            )
        except ImportRefusedError as error:
            fault = str(error)
        except UnreadableFileError as error:
            return _unreadable(request, code, error)
        else:
            messages.success(request, _stored(plan, kept.name))
            return redirect("assessments:tasks", code=code)
    try:
        plan = plan_upload(upload=kept, edition=desk.edition, member=desk.member)
    except UnreadableFileError as error:
        return _unreadable(request, code, error)
    context = _context(desk, kept, plan) | {"fault": fault}
    status = HTTPStatus.CONFLICT if fault else HTTPStatus.OK
    return render(request, "assessments/transfer/preview.html", context, status=status)


def _unreadable(
    request: HttpRequest, code: str, error: UnreadableFileError
) -> HttpResponse:
    """Back to the start: a file that was read once took too long this time."""
    messages.error(request, str(error))
    return redirect("assessments:transfer", code=code)


def _stored(plan: Plan, name: str) -> str:
    message = ngettext(
        "%(n)d answer from %(name)s was stored.",
        "%(n)d answers from %(name)s were stored.",
        len(plan.changes),
    )
    return message % {"n": len(plan.changes), "name": name}


def _context(desk: access.Desk, kept: AnswerUpload, plan: Plan) -> dict[str, object]:
    newer = [_view(desk, one.change, one.message) for one in plan.newer]
    return {
        "desk": desk,
        "upload": kept,
        "size": len(kept.content),
        "plan": plan,
        "changes": [_view(desk, change) for change in plan.changes],
        "newer": newer,
        "faults": plan.problems[:FAULTS_SHOWN],
        "more_faults": max(0, len(plan.problems) - FAULTS_SHOWN),
    }


def _view(desk: access.Desk, change: RowChange, message: str = "") -> ChangeView:
    before = change.before.fields() if change.before else None
    changes = compare(before, change.after.fields(), change.control, desk.edition.scale)
    return ChangeView(change.control, changes, change.line, message)
