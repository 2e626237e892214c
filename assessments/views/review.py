"""The auditor's pages: the queue, one answer, and the decisions on the whole."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_user
from accounts.permissions import AUDITS, MANAGES
from assessments import permissions
from assessments.access import Desk, get_desk
from assessments.enums import State
from assessments.forms.review import ReopenForm, VerdictForm
from assessments.models import Assessment
from assessments.queries.independence import dependence_of, unproven_reviewers
from assessments.queries.outcome import SHOWS, both_scores, items_to_show
from assessments.queries.review import Queue, review_queue
from assessments.queries.sheet import Sheet, sheet_of
from assessments.queries.tuning import control_target
from assessments.services import review as services
from standards.loader import ControlData

PAGE = 100


@require_safe
def queue(request: HttpRequest, code: str) -> HttpResponse:
    desk = get_desk(request, code, roles=permissions.READERS)
    found = review_queue(desk.assessment, desk.edition, get_user(request))
    context = _frame(desk, found)
    show = request.GET.get("show", "")
    if show in SHOWS:
        items = items_to_show(found, show)
        page = Paginator(items, PAGE).get_page(request.GET.get("page"))
        return render(
            request,
            "assessments/review/list.html",
            {**context, "show": show, "page": page},
        )
    pair = both_scores(found, desk.edition, desk.assessment)
    return render(request, "assessments/review/queue.html", {**context, "pair": pair})


def _frame(desk: Desk, found: Queue) -> dict[str, Any]:
    """What every page of a review shows around its matter."""
    assessment = desk.assessment
    audits = permissions.can_review(desk.member)
    dependence = dependence_of(assessment, desk.member.user) if audits else None
    may_judge = audits and dependence is None
    return {
        "desk": desk,
        "assessment": assessment,
        "edition": desk.edition,
        "queue": found,
        "may_judge": may_judge,
        "dependence": dependence,
        "unproven": unproven_reviewers(assessment),
        "in_review": permissions.takes_verdicts(assessment),
        "may_seal": may_judge and assessment.state == State.ACCEPTED,
        "may_reopen": permissions.can_reopen(desk.member)
        and assessment.state in {State.REVIEW, State.ACCEPTED, State.SEALED},
        "may_submit": desk.member.role in MANAGES,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def control(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    posted = request.method == "POST"
    desk = get_desk(request, code, roles=AUDITS if posted else permissions.READERS)
    control = desk.control(ref)
    found = review_queue(desk.assessment, desk.edition, get_user(request))
    sheet = sheet_of(desk.assessment, desk.edition, control)
    if posted:
        return _judge(request, desk, control, found, sheet)
    return _show(request, desk, control, found, sheet)


def _show(
    request: HttpRequest,
    desk: Desk,
    control: ControlData,
    found: Queue,
    sheet: Sheet | None,
    **more: object,
) -> HttpResponse:
    frame = _frame(desk, found)
    item = found.items.get(control.ref)
    if item and sheet and not item.mine and frame["may_judge"] and frame["in_review"]:
        frame["form"] = VerdictForm(sheet=sheet)
    frame |= {
        "control": control,
        "section": desk.edition.section_of(control.ref),
        "item": item,
        "sheet": sheet,
        "target": control_target(desk.assessment, desk.edition, control),
        "groups": [group.around(control.ref) for group in found.groups],
        "next": found.after(control.ref),
    }
    status = 409 if more.get("conflict") else 200
    return render(
        request, "assessments/review/control.html", {**frame, **more}, status=status
    )


def _judge(
    request: HttpRequest,
    desk: Desk,
    control: ControlData,
    found: Queue,
    sheet: Sheet | None,
) -> HttpResponse:
    if control.ref not in found.items or sheet is None:
        raise PermissionDenied(_("There is no answer to judge."))
    form = VerdictForm(request.POST, sheet=sheet)
    if not form.is_valid():
        return _show(request, desk, control, found, sheet, form=form)
    seen = form.cleaned_data["version"]
    revision = sheet.revision(seen)
    try:
        if revision is None:
            raise services.Stale(sheet.answer.version)
        services.give_verdict(
            assessment=desk.assessment,
            answer=sheet.answer,
            revision=revision,
            by=get_user(request),
            conclusion=form.conclusion,
        )
    except services.Refused as refusal:
        form = _kept(request, sheet, refusal)
        changes = sheet.changes_since(seen)
        return _show(
            request, desk, control, found, sheet,
            form=form, conflict=True, since=changes and (seen, changes),
        )  # fmt: skip
    _tell(request, control.ref, asked=bool(form.conclusion.request))
    following = found.after(control.ref)
    if following is None:
        return redirect("assessments:review", desk.assessment.code)
    return redirect("assessments:review_control", desk.assessment.code, following.ref)


def _kept(request: HttpRequest, sheet: Sheet, refusal: services.Refused) -> VerdictForm:
    """The form with the auditor's words, now about the version that stands."""
    data = request.POST.copy()
    data["version"] = str(sheet.answer.version)
    form = VerdictForm(data, sheet=sheet)
    message = str(refusal)
    if isinstance(refusal, services.Stale):
        message = _(
            "The answer changed while you were reading: this is now version "
            "%(version)d. Nothing was saved and your words are kept. Read what "
            "changed, then save again."
        ) % {"version": sheet.answer.version}
    form.add_error(None, message)
    return form


def _tell(request: HttpRequest, ref: str, *, asked: bool) -> None:
    if asked:
        text = _(
            "%(ref)s: verdict saved. The team sees the requested change when you send "
            "the assessment back."
        )
    else:
        text = _("%(ref)s: verdict saved.")
    messages.success(request, text % {"ref": ref})


def _step(
    request: HttpRequest, code: str, name: str, act: Callable[[Desk], str]
) -> HttpResponse:
    """A confirmation page on GET, the step on POST, and a sentence on how it went."""
    desk = get_desk(request, code, roles=AUDITS)
    if request.method != "POST":
        found = review_queue(desk.assessment, desk.edition, get_user(request))
        context = _frame(desk, found)
        if dependence := context["dependence"]:
            raise PermissionDenied(dependence.message)
        return render(request, f"assessments/review/{name}.html", context)
    try:
        messages.success(request, act(desk))
    except services.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("assessments:review", code)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, code: str) -> HttpResponse:
    def act(desk: Desk) -> str:
        services.send_back(assessment=desk.assessment, by=get_user(request))
        return _("Sent back. The team sees what has to change.")

    return _step(request, code, "send_back", act)


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, code: str) -> HttpResponse:
    def act(desk: Desk) -> str:
        services.accept(assessment=desk.assessment, by=get_user(request))
        return _("Accepted. Seal it when nothing is left to add.")

    return _step(request, code, "accept", act)


@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, code: str) -> HttpResponse:
    def act(desk: Desk) -> str:
        services.seal(
            assessment=desk.assessment, edition=desk.edition, by=get_user(request)
        )
        return _("Sealed. Nothing in this assessment changes any more.")

    return _step(request, code, "seal", act)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    desk = get_desk(request, code, roles=permissions.REOPENS)
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _reopened(request, desk.assessment, form.cleaned_data["reason"])
    context = {"desk": desk, "assessment": desk.assessment, "form": form}
    return render(request, "assessments/review/reopen.html", context)


def _reopened(
    request: HttpRequest, assessment: Assessment, reason: str
) -> HttpResponse:
    try:
        services.reopen(assessment=assessment, by=get_user(request), reason=reason)
        messages.success(request, _("Open again. The reason is in the history."))
    except services.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("assessments:review", assessment.code)
