"""The pages on which people answer: a section, or one control alone."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assessments import access
from assessments.enums import JUSTIFICATION_MIN
from assessments.models import Answer
from assessments.permissions import READERS, can_answer
from assessments.queries import questionnaire as queries
from assessments.queries.answers import (
    answers_of,
    last_time,
    verdicts_of,
)
from assessments.queries.progress import section_progress
from assessments.queries.questionnaire import ControlView
from assessments.queries.rights import Standing, standing_of
from assessments.queries.tasklist import ref_range, tasks_of
from assessments.services.answers import Conflict
from assessments.services.content import InvalidAnswer
from assessments.services.evidence import detach
from assessments.views import posted
from assessments.views.answers import write
from assessments.views.progress import complete
from standards.loader import ControlData, SectionData


@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """One page of the questionnaire; posting saves all of it, without JavaScript."""
    desk = access.get_desk(request, code, roles=READERS)
    page = desk.section(ref)
    views = views_of(desk, page.assessable())
    if request.method == "POST":
        return _save_page(request, desk, page, views, template="section")
    return _render_page(request, desk, page, views, template="section")


@require_http_methods(["GET", "POST"])
def control(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """The focus view: one control alone, with the way to the one before and after."""
    desk = access.get_desk(request, code, roles=READERS)
    one = desk.control(ref)
    page = desk.edition.section_of(ref)
    views = views_of(desk, [one])
    if request.method == "POST":
        return _save_page(request, desk, page, views, template="control")
    return _render_page(request, desk, page, views, template="control")


def views_of(desk: access.Desk, controls: Any) -> list[ControlView]:
    return queries.control_views(
        controls,
        desk.edition,
        desk.assessment,
        answers_of(desk.assessment, controls),
        last=last_time(desk.assessment, desk.edition),
        judged=verdicts_of(desk.assessment),
    )


def _render_page(
    request: HttpRequest,
    desk: access.Desk,
    page: SectionData,
    views: list[ControlView],
    *,
    template: str,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    standing = standing_of(desk.assessment, page, desk.member)
    editable = {view.ref for view in views if is_editable(desk, standing, view.control)}
    show, text = request.GET.get("show", ""), request.GET.get("q", "")
    shown = views
    if request.method == "GET" and template == "section":
        shown = queries.matching(views, desk.member, show=show, text=text)
    tasks = tasks_of(desk.assessment)
    pages = [p for p in desk.edition.pages() if p.assessable()]
    position = pages.index(page)
    context = {
        "desk": desk,
        "page": page,
        "range": ref_range(page),
        "views": shown,
        "all_views": views,
        "editable": editable,
        "task": tasks.get(page.pk),
        "position": position + 1,
        "pages": len(pages),
        "previous_page": pages[position - 1] if position else None,
        "next_page": pages[position + 1] if position + 1 < len(pages) else None,
        "neighbours": _neighbours(desk, views[0].control) if views else None,
        "filters": [(key, label) for key, (label, _test) in queries.FILTERS.items()],
        "show": show,
        "text": text,
        "people": list(queries.people_who_answer(desk.assessment)) if editable else [],
        "invalid": [view for view in views if view.errors or view.conflict],
        "texts": script_texts(),
        "justification_least": JUSTIFICATION_MIN,
    }
    if template == "section":
        context["progress"] = section_progress(
            desk.assessment,
            desk.edition,
            page,
            desk.member,
            standing=standing,
            views=views,
            tasks=tasks,
        )
    name = f"assessments/questionnaire/{template}.html"
    return render(request, name, context, status=status)


def script_texts() -> dict[str, str]:
    """What the page's script says; %s is a number or a time."""
    return {
        "idle": _("Answers are saved as you give them."),
        "saving": _("Saving…"),
        "saved": _("Saved %s"),
        "retrying": _("Not saved – retrying"),
        "notSaved": _("Not saved"),
        "waiting": _("Not saved – retrying. Answers waiting: %s"),
        "offline": _("Offline. Answers waiting: %s"),
        "unkept": _("Not saved, and this browser keeps nothing: leave this page open."),
        "unfinished": _("Saved as soon as you say why it does not apply."),
        "unfinishedCount": _("Answers to finish: %s."),
        "goTo": _("Go to %s"),
        "refused": _("Answers that need a look: %s."),
        "conflict": _("Not saved: choose a version above"),
        "conflicts": _("Answers with two versions: %s."),
        "theirs": _("The other version is shown"),
        "signedOut": _("Not saved – sign in again"),
        "gone": _("This control can’t be reached any more. Copy your text."),
        "tooLarge": _("Together this is more than 30 MB. Add fewer files at a time."),
        "uploadFailed": _("The file could not be sent. Try again."),
    }


def is_editable(desk: access.Desk, standing: Standing, control: ControlData) -> bool:
    return desk.assessment.takes_answers and can_answer(
        desk.member,
        owner_id=standing.owner_id,
        in_team=standing.in_team,
        asked=control.pk in standing.asked,
    )


def _neighbours(
    desk: access.Desk, control: ControlData
) -> tuple[ControlData | None, ControlData | None]:
    controls = desk.edition.assessable()
    index = controls.index(control)
    before = controls[index - 1] if index else None
    after = controls[index + 1] if index + 1 < len(controls) else None
    return before, after


def _save_page(
    request: HttpRequest,
    desk: access.Desk,
    page: SectionData,
    views: list[ControlView],
    *,
    template: str,
) -> HttpResponse:
    """Save each posted control; what can't be saved stays in the form, with why."""
    standing = standing_of(desk.assessment, page, desk.member)
    drop = request.POST.get("theirs", "")
    saved = 0
    for view in views:
        if not posted.holds(request.POST, view.ref) or view.ref == drop:
            continue
        if not is_editable(desk, standing, view.control):
            raise PermissionDenied
        saved += _save_one(desk, view, posted.read(request.POST, view.ref))
    if saved:
        text = ngettext("%(count)d answer saved.", "%(count)d answers saved.", saved)
        messages.success(request, text % {"count": saved})
    if any(view.errors or view.conflict for view in views):
        views = _with_saved(desk, views)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _render_page(
            request, desk, page, views, template=template, status=status
        )
    _take_off(desk, standing, views, request.POST.get("then", ""))
    if request.POST.get("then") == "complete":
        return redirect(complete(request, desk, page))
    return redirect(_after_saving(request, desk, page, views, template))


def _with_saved(desk: access.Desk, views: list[ControlView]) -> list[ControlView]:
    """The refused ones as they were posted, and all others as they are stored now."""
    stored = views_of(desk, [view.control for view in views])
    return [
        posted_view if posted_view.errors or posted_view.conflict else stored_view
        for posted_view, stored_view in zip(views, stored, strict=True)
    ]


def _take_off(
    desk: access.Desk, standing: Standing, views: list[ControlView], then: str
) -> None:
    """The 'Remove' button beside a piece of evidence, without JavaScript."""
    verb, _colon, rest = then.partition(":")
    ref, _colon, code = rest.rpartition(":")
    view = next((view for view in views if view.ref == ref), None)
    if verb != "remove" or view is None or view.answer is None:
        return
    if not is_editable(desk, standing, view.control):
        raise PermissionDenied
    if any(piece["code"] == code for piece in view.evidence):
        detach(
            assessment=desk.assessment,
            control=view.control,
            by=desk.member.user,
            code=code,
        )


def _after_saving(
    request: HttpRequest,
    desk: access.Desk,
    page: SectionData,
    views: list[ControlView],
    template: str,
) -> str:
    code = desk.assessment.code
    then = request.POST.get("then", "")
    verb, _colon, ref = then.partition(":")
    if verb == "evidence" and any(view.ref == ref for view in views):
        return access.address("evidence_add", code, ref)
    if then == "check":
        return access.address("check", code, page.ref)
    after = _neighbours(desk, views[0].control)[1] if template == "control" else None
    if then == "next" and after:
        return access.address("control", code, after.ref)
    return request.get_full_path()


def _save_one(desk: access.Desk, view: ControlView, form: posted.Posted) -> int:
    """Save one control; returns 1 when something was written."""
    empty = not any(form.content.fields().values())
    if empty and view.answer is None:
        return 0
    if view.answer and _says_the_same(view.answer, form):
        return 0
    view.seen = form.version
    try:
        return int(write(desk, view.control, form).changed)
    except InvalidAnswer as error:
        view.errors = error.errors
    except Conflict as conflict:
        view.conflict = conflict.answer
        # Pressing Save again keeps what this person wrote: it saw the other one.
        view.version = conflict.answer.version
    view.content = form.content.fields()
    return 0


def _says_the_same(answer: Answer, form: posted.Posted) -> bool:
    return form.content.fields() == answer.content() and form.asked == answer.ask_id
