"""The pages of the questionnaire: task list, section, one control, check answers."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from assessments import access
from assessments.enums import SCORE_AFTER
from assessments.permissions import READERS, can_answer, can_manage
from assessments.queries import questionnaire as queries
from assessments.queries import scores
from assessments.queries.answers import (
    answers_of,
    last_time,
    options_of,
    verdicts_of,
)
from assessments.queries.questionnaire import ControlView
from assessments.queries.rights import Standing, standing_of
from assessments.services.answers import Conflict
from assessments.services.assessments import complete_section
from assessments.services.content import InvalidAnswer
from assessments.services.evidence import detach
from assessments.views import posted
from assessments.views.answers import write
from standards.loader import ControlData, SectionData


@require_GET
def tasks(request: HttpRequest, code: str) -> HttpResponse:
    """Where the assessment stands, and what to do next."""
    desk = access.get_desk(request, code)
    options = options_of(desk.assessment)
    judged = verdicts_of(desk.assessment)
    requested = [
        pk for pk, found in judged.items() if found.current and found.verdict.request
    ]
    rows = queries.section_rows(
        desk.edition, options, queries.tasks_of(desk.assessment), requested
    )
    shown = _filter_rows(rows, request.GET.get("show", ""), desk.member.user_id)
    score = scores.score_of(desk.edition, scores.to_answers(options, desk.edition))
    context = {
        "desk": desk,
        "rows": shown,
        "all_rows": rows,
        "show": request.GET.get("show", ""),
        "mine": sum(row.owner == desk.member.user for row in rows),
        "without_owner": sum(row.owner is None for row in rows),
        "changes": sum(row.changes for row in rows),
        "completed": sum(row.completed for row in rows),
        "next": next((row for row in rows if not row.completed), None),
        "score": score,
        "point": scores.point_of(desk.assessment, score),
        "score_shown": score.coverage.answered >= SCORE_AFTER,
        "answered": sum(row.answered for row in rows),
        "total": sum(row.total for row in rows),
        "validated": sum(found.validated for found in judged.values()),
        "can_manage": can_manage(desk.member),
        "can_read": desk.member.role in READERS,
    }
    return render(request, "assessments/questionnaire/tasks.html", context)


def _filter_rows(
    rows: list[queries.SectionRow], show: str, user_id: int
) -> list[queries.SectionRow]:
    tests = {
        "mine": lambda row: row.owner is not None and row.owner.pk == user_id,
        "changes": lambda row: row.changes,
        "unowned": lambda row: row.owner is None,
    }
    test = tests.get(show)
    return [row for row in rows if test(row)] if test else rows


@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """One page of the questionnaire; posting saves all of it, without JavaScript."""
    desk = access.get_desk(request, code, roles=READERS)
    page = desk.section(ref)
    views = _views(desk, page.assessable())
    if request.method == "POST":
        return _save_page(request, desk, page, views, template="section")
    return _render_page(request, desk, page, views, template="section")


@require_http_methods(["GET", "POST"])
def control(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """The focus view: one control alone, with the way to the one before and after."""
    desk = access.get_desk(request, code, roles=READERS)
    one = desk.control(ref)
    page = desk.edition.section_of(ref)
    views = _views(desk, [one])
    if request.method == "POST":
        return _save_page(request, desk, page, views, template="control")
    return _render_page(request, desk, page, views, template="control")


def _views(desk: access.Desk, controls: Any) -> list[ControlView]:
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
    editable = {
        view.ref for view in views if _is_editable(desk, standing, view.control)
    }
    show, text = request.GET.get("show", ""), request.GET.get("q", "")
    shown = views
    if request.method == "GET" and template == "section":
        shown = queries.matching(views, desk.member, show=show, text=text)
    task = queries.tasks_of(desk.assessment).get(page.pk)
    pages = [p for p in desk.edition.pages() if p.assessable()]
    position = pages.index(page)
    context = {
        "desk": desk,
        "page": page,
        "range": queries.ref_range(page),
        "views": shown,
        "all_views": views,
        "editable": editable,
        "answered": sum(view.answered for view in views),
        "task": task,
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
    }
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
        "refused": _("Answers that need a look: %s"),
        "conflict": _("Not saved: choose a version above"),
        "conflicts": _("Answers with two versions: %s"),
        "theirs": _("The other version is shown"),
        "signedOut": _("Not saved – sign in again"),
        "wrongPassword": _("The e-mail address or the password is wrong."),
        "noConnection": _("No connection. Try again in a moment."),
        "gone": _("This control can't be reached any more. Copy your text."),
        "tooLarge": _("The file is too large."),
        "uploadFailed": _("The file could not be sent. Try again."),
    }


def _is_editable(desk: access.Desk, standing: Standing, control: ControlData) -> bool:
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
        if not _is_editable(desk, standing, view.control):
            raise PermissionDenied
        saved += _save_one(desk, view, posted.read(request.POST, view.ref))
    if any(view.errors or view.conflict for view in views):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _render_page(
            request, desk, page, views, template=template, status=status
        )
    _take_off(desk, views, request.POST.get("then", ""))
    if saved:
        text = ngettext("%(count)d answer saved.", "%(count)d answers saved.", saved)
        messages.success(request, text % {"count": saved})
    return redirect(_after_saving(request, desk, page, views, template))


def _take_off(desk: access.Desk, views: list[ControlView], then: str) -> None:
    """The 'Remove' button beside a piece of evidence, without JavaScript."""
    verb, _colon, rest = then.partition(":")
    ref, _colon, code = rest.rpartition(":")
    view = next((view for view in views if view.ref == ref), None)
    if verb == "remove" and view and view.answer:
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
    if then.startswith("evidence:"):
        return access.address("evidence_add", code, then.removeprefix("evidence:"))
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
    if view.answer and form.content.fields() == _stored(view):
        return 0
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


def _stored(view: ControlView) -> dict[str, object]:
    return {key: value for key, value in view.content.items() if key != "evidence"}


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """Check the answers of a section, and say whether it is completed."""
    desk = access.get_desk(request, code, roles=READERS)
    page = desk.section(ref)
    views = _views(desk, page.assessable())
    missing = [view for view in views if not view.answered]
    if request.method == "POST":
        return _complete(request, desk, page, missing)
    context = {
        "desk": desk,
        "page": page,
        "views": views,
        "missing": missing,
        "task": queries.tasks_of(desk.assessment).get(page.pk),
        "may_complete": _may_complete(desk, page),
        "hidden": [
            v for v in views if v.content.get("justification") and not _is_na(v)
        ],
    }
    return render(request, "assessments/questionnaire/check.html", context)


def _is_na(view: ControlView) -> bool:
    return view.level is not None and view.level.option.na


def _may_complete(desk: access.Desk, page: SectionData) -> bool:
    standing = standing_of(desk.assessment, page, desk.member)
    return any(_is_editable(desk, standing, c) for c in page.assessable())


def _complete(
    request: HttpRequest,
    desk: access.Desk,
    page: SectionData,
    missing: list[ControlView],
) -> HttpResponse:
    if not _may_complete(desk, page):
        raise PermissionDenied
    done = request.POST.get("completed") == "yes"
    if done and missing:
        messages.error(
            request,
            _("This section can't be completed yet: %(refs)s without an answer.")
            % {"refs": ", ".join(view.ref for view in missing)},
        )
        return redirect("assessments:check", code=desk.assessment.code, ref=page.ref)
    complete_section(
        assessment=desk.assessment,
        section=page,
        at=timezone.now() if done else None,
        by=desk.member.user,
    )
    return redirect("assessments:tasks", code=desk.assessment.code)


@require_GET
def controls(request: HttpRequest, code: str) -> HttpResponse:
    """Every control of the assessment, filtered across its sections."""
    desk = access.get_desk(request, code, roles=READERS)
    show, text = request.GET.get("show", ""), request.GET.get("q", "")
    views = queries.control_views(
        desk.edition.assessable(),
        desk.edition,
        desk.assessment,
        answers_of(desk.assessment),
        last={},
        judged=verdicts_of(desk.assessment),
    )
    context = {
        "desk": desk,
        "views": queries.matching(views, desk.member, show=show, text=text),
        "total": len(views),
        "filters": [(key, label) for key, (label, _test) in queries.FILTERS.items()],
        "show": show,
        "text": text,
    }
    return render(request, "assessments/questionnaire/controls.html", context)
