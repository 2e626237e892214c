"""Who did what and when: the whole assessment, and one answer."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments import permissions
from assessments.access import Desk, get_desk, may_answer
from assessments.models import Answer, AnswerRevision
from assessments.queries.changes import level_of
from assessments.queries.history import KINDS, history, people_in, versions_of
from assessments.services.answers import Conflict
from assessments.services.content import InvalidAnswer
from assessments.services.restoring import restore_version
from assessments.views import posted
from standards.loader import ControlData


@require_safe
def assessment_history(request: HttpRequest, code: str) -> HttpResponse:
    desk = get_desk(request, code, roles=permissions.READERS)
    people = people_in(desk.assessment)
    person = request.GET.get("person", "")
    chosen = next((one for one in people if str(one.pk) == person), None)
    kind = request.GET.get("kind", "")
    found = history(
        desk.assessment,
        desk.edition,
        person=chosen.pk if chosen else None,
        kind=kind if kind in KINDS else "",
        number=request.GET.get("page"),
    )
    context = {
        "desk": desk,
        "assessment": desk.assessment,
        "history": found,
        "page": found.page,
        "people": people,
        "person": chosen,
        "kinds": KINDS,
        "kind": kind,
        "query": urlencode({"person": person, "kind": kind}) + "&",
        "filtered": bool(chosen or kind in KINDS),
    }
    return render(request, "assessments/history/assessment.html", context)


@require_safe
def control_history(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    desk = get_desk(request, code, roles=permissions.READERS)
    return _show_versions(request, desk, desk.control(ref))


def _show_versions(
    request: HttpRequest,
    desk: Desk,
    control: ControlData,
    *,
    refused: AnswerRevision | None = None,
) -> HttpResponse:
    """The versions of one answer. `refused` was not restored: there is a newer one."""
    answer = Answer.objects.filter(
        assessment=desk.assessment, control_id=control.id or 0
    ).first()
    context = {
        "desk": desk,
        "assessment": desk.assessment,
        "control": control,
        "section": desk.edition.section_of(control.ref),
        "answer": answer,
        "may_restore": answer is not None and may_answer(desk, control),
        "refused": refused,
    }
    if answer:
        number = request.GET.get("page")
        page, versions = versions_of(
            desk.assessment, answer, control, desk.edition, number
        )
        context |= {"page": page, "versions": versions}
    if answer and refused:
        scale = desk.edition.scale
        context["levels"] = {
            "present": level_of(answer.option, scale),
            "refused": level_of(refused.option, scale),
        }
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    name = "assessments/history/control.html"
    return render(request, name, context, status=status)


@require_POST
def restore(request: HttpRequest, code: str, ref: str, version: int) -> HttpResponse:
    """Bring an older version back; a newer one than was seen is shown beside it."""
    desk = get_desk(request, code, roles=permissions.READERS)
    control = desk.control(ref)
    if not may_answer(desk, control):
        raise PermissionDenied
    revision = get_object_or_404(
        AnswerRevision.objects.select_related("answer"),
        answer__assessment=desk.assessment,
        answer__control_id=control.pk,
        version=version,
    )
    try:
        restore_version(
            assessment=desk.assessment,
            edition=desk.edition,
            control=control,
            by=desk.member.user,
            revision=revision,
            seen_version=posted.number(request.POST.get("seen", "")) or 0,
        )
    except Conflict:
        return _show_versions(request, desk, control, refused=revision)
    except InvalidAnswer as error:
        messages.error(
            request, _("Nothing was changed: %(reason)s") % {"reason": error}
        )
    else:
        messages.success(
            request,
            _("Version %(version)d of %(ref)s is the present answer again.")
            % {"version": version, "ref": ref},
        )
    return redirect("assessments:control_history", code=code, ref=ref)
