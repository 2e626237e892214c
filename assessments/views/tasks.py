"""Where an assessment stands: its task list, and all of its controls in one list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.enums import Role
from accounts.models import User
from accounts.permissions import ANSWERS
from assessments import access
from assessments.enums import SCORE_AFTER
from assessments.forms.fields import whole_target_name
from assessments.permissions import READERS, can_answer, can_manage
from assessments.queries import questionnaire as queries
from assessments.queries import scores
from assessments.queries.answers import answers_of, options_of, verdicts_of
from assessments.queries.outcomes import outcome_view
from assessments.queries.tasklist import SectionRow, section_rows, tasks_of


@require_GET
def tasks(request: HttpRequest, code: str) -> HttpResponse:
    """Where the assessment stands, and what to do next."""
    desk = access.get_desk(request, code)
    options = options_of(desk.assessment)
    judged = verdicts_of(desk.assessment)
    requested = [
        pk for pk, found in judged.items() if found.current and found.verdict.request
    ]
    rows = section_rows(desk.edition, options, tasks_of(desk.assessment), requested)
    near = _nearest_first(rows, desk.member.user)
    answerable = _answerable(desk, near)
    shown = _filter_rows(rows, request.GET.get("show", ""), desk.member.user)
    score = scores.score_of(
        desk.edition,
        scores.to_answers(options, desk.edition),
        desk.assessment,
        with_trace=False,
    )
    outcome = outcome_view(
        score, desk.assessment, desk.edition, today=timezone.localdate()
    )
    context = {
        "desk": desk,
        "rows": shown,
        "all_rows": rows,
        "show": request.GET.get("show", ""),
        "mine": sum(row.owner == desk.member.user for row in rows),
        "without_owner": sum(row.is_open for row in rows),
        "changes": sum(row.changes for row in rows),
        "change": next((row.requested[0] for row in near if row.changes), None),
        "own_change": next((r.requested[0] for r in answerable if r.changes), None),
        "completed": sum(row.completed for row in rows),
        "next": next((row for row in near if not row.completed), None),
        "work": next((row for row in answerable if not row.completed), None),
        "has_no_part": desk.member.role == Role.CONTRIBUTOR and not answerable,
        "target": whole_target_name(desk.assessment, desk.edition),
        "score": score,
        "outcome": outcome,
        "score_shown": score.coverage.answered >= SCORE_AFTER,
        "answered": sum(row.answered for row in rows),
        "total": sum(row.total for row in rows),
        "validated": sum(found.validated for found in judged.values()),
        "can_change": desk.member.role in ANSWERS,
        "can_manage": can_manage(desk.member),
        "can_read": desk.member.role in READERS,
    }
    return render(request, "assessments/questionnaire/tasks.html", context)


def _nearest_first(rows: list[SectionRow], user: User) -> list[SectionRow]:
    """A person's own sections, then those that nobody owns, then those of others."""
    return sorted(rows, key=lambda row: (row.owner != user, not row.is_open))


def _answerable(desk: access.Desk, rows: list[SectionRow]) -> list[SectionRow]:
    """The sections that the member may answer: what leads elsewhere is no next step."""
    member, team = desk.member, desk.assessment.team_id
    in_team = member.role == Role.CONTRIBUTOR and member.teams.filter(pk=team).exists()
    return [
        row
        for row in rows
        if can_answer(
            member,
            owner_id=row.task.answerer_id if row.task else None,
            in_team=in_team,
            asked=False,
        )
    ]


def _filter_rows(rows: list[SectionRow], show: str, user: User) -> list[SectionRow]:
    tests = {
        "mine": lambda row: row.owner == user,
        "changes": lambda row: row.changes,
        "unowned": lambda row: row.is_open,
    }
    test = tests.get(show)
    return [row for row in rows if test(row)] if test else rows


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
