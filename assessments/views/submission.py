"""From answered to submitted: check everything, declare, hand over."""

from itertools import groupby

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_user
from accounts.permissions import ANSWERS, MANAGES
from assessments import permissions
from assessments.access import Desk, get_desk
from assessments.enums import State
from assessments.forms.submission import DeclarationForm, declaration_of
from assessments.queries.outcomes import outcome_view
from assessments.queries.scores import score_of, self_answers
from assessments.queries.submission import (
    Blocker,
    Requested,
    blockers,
    requested_changes,
    section_checks,
)
from assessments.services import review as services


@require_safe
def check_all(request: HttpRequest, code: str) -> HttpResponse:
    desk = get_desk(request, code, roles=permissions.READERS)
    checks = section_checks(desk.assessment, desk.edition)
    context = {
        "desk": desk,
        "assessment": desk.assessment,
        "checks": checks,
        "answered": sum(check.answered for check in checks),
        "total": sum(check.total for check in checks),
        "open_sections": [check for check in checks if not check.ready],
        "hidden": [(check, *row) for check in checks for row in check.hidden],
        "may_change": desk.member.role in ANSWERS,
        "may_submit": desk.member.role in MANAGES and desk.assessment.takes_answers,
        **_requests(desk),
    }
    return render(request, "assessments/submit/check.html", context)


def _requests(desk: Desk) -> dict[str, list[Requested]]:
    """What an auditor asked for, and what of it the team can still change.

    Nothing before the first review.
    """
    if desk.assessment.submitted_at is None:
        return {}
    requests = requested_changes(desk.assessment, desk.edition)
    left = [request for request in requests if not request.made]
    return {"requests": requests, "left": left if desk.assessment.takes_answers else []}


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, code: str) -> HttpResponse:
    desk = get_desk(request, code, roles=MANAGES)
    found = blockers(desk.assessment, desk.edition)
    declaration = declaration_of(desk.assessment, get_user(request))
    form = DeclarationForm(
        request.POST if request.method == "POST" else None,
        declaration=declaration,
        again=desk.assessment.state == State.CHANGES,
    )
    if request.method == "POST" and not found and form.is_valid():
        return _hand_over(request, desk, declaration)
    score = score_of(
        desk.edition,
        self_answers(desk.assessment, desk.edition),
        desk.assessment,
        with_trace=False,
    )
    context = {
        "desk": desk,
        "assessment": desk.assessment,
        "form": form,
        "refused": request.method == "POST" and found,
        "blocked": _grouped(found),
        "score": score,
        "outcome": outcome_view(
            score, desk.assessment, desk.edition, today=timezone.localdate()
        ),
        **_requests(desk),
    }
    return render(request, "assessments/submit/submit.html", context)


def _hand_over(request: HttpRequest, desk: Desk, declaration: str) -> HttpResponse:
    try:
        with transaction.atomic():
            services.submit(
                assessment=desk.assessment,
                edition=desk.edition,
                by=get_user(request),
                declaration=declaration,
            )
            # Nobody can change an answer now; somebody may have a moment ago.
            if blockers(desk.assessment, desk.edition):
                raise services.Refused(
                    _("Something was changed in this moment. Look at what is missing.")
                )
        messages.success(request, _submitted(desk))
    except services.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("assessments:submit", desk.assessment.code)


def _submitted(desk: Desk) -> str:
    auditor = desk.assessment.auditor
    if auditor is None:
        return _("Submitted. Next: choose an auditor.")
    return _("Submitted. The answers are with %(auditor)s now.") % {"auditor": auditor}


def _grouped(found: list[Blocker]) -> list[tuple[object, list[Blocker]]]:
    """By section, in the order of the standard."""
    return [
        (rows[0].section, rows)
        for _ref, group in groupby(found, key=lambda blocker: blocker.section.ref)
        if (rows := list(group))
    ]
