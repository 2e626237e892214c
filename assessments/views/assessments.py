"""All assessments, and the plan and the people of one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_membership
from accounts.enums import Role
from accounts.models import Invitation
from accounts.permissions import MANAGES
from accounts.queries import is_proven
from accounts.services import invitations
from assessments.access import Desk, get_desk
from assessments.enums import State
from assessments.forms.fields import whole_target_name
from assessments.forms.filters import FilterForm
from assessments.forms.plan import (
    AssignForm,
    AuditorForm,
    GuestForm,
    PlanForm,
    SectionsForm,
)
from assessments.models import SectionTask
from assessments.permissions import can_start
from assessments.queries.independence import dependence_of
from assessments.queries.overview import (
    list_assessments,
    overviews,
    standards_in_use,
    teams_in_use,
)
from assessments.queries.starting import Staff, open_guest_invitations
from assessments.queries.tasklist import tasks_of
from assessments.services.assessments import Assignment, assign_sections, change_plan

PAGE = 20
PK = re.compile("[0-9]{1,18}")


@require_safe
def assessment_list(request: HttpRequest, **_kwargs: object) -> HttpResponse:
    member = get_membership(request)
    form = FilterForm(
        request.GET, standards=standards_in_use(member), teams=teams_in_use(member)
    )
    found = list_assessments(member, **form.chosen())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": overviews(page.object_list),
        "filtered": any(form.chosen().values()),
        "can_start": can_start(member) and not member.is_guest,
        "kept": form.kept(),
    }
    return render(request, "assessments/list.html", context)


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Scope, dates, target and manager; read only once the assessment is sealed."""
    desk = get_desk(request, code, roles=MANAGES)
    assessment = desk.assessment
    form = PlanForm(
        request.POST or None,
        assessment=assessment,
        edition=desk.edition,
        staff=Staff(desk.member.organization),
    )
    if form.is_valid():
        change_plan(assessment=assessment, by=desk.member.user, changes=form.changes())
        messages.success(request, _("The settings are saved."))
        return redirect("assessments:plan", code)
    context = {
        "desk": desk,
        "form": form,
        "sealed": assessment.state == State.SEALED,
        "target": whole_target_name(assessment, desk.edition),
    }
    return render(request, "assessments/plan.html", context)


@dataclass
class _People:
    """The page People: four small forms over the same assessment."""

    request: HttpRequest
    desk: Desk

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.desk.member.organization, self.desk.assessment.code)

    @cached_property
    def tasks(self) -> dict[int, SectionTask]:
        return tasks_of(self.desk.assessment)

    def sections(self, data: Any = None) -> SectionsForm:
        return SectionsForm(
            data,
            assessment=self.desk.assessment,
            edition=self.desk.edition,
            tasks=self.tasks,
            staff=self.staff,
        )

    def assign(self, data: Any = None) -> AssignForm:
        return AssignForm(data, staff=self.staff)

    def auditor(self, data: Any = None) -> AuditorForm:
        return AuditorForm(data, assessment=self.desk.assessment, staff=self.staff)

    def guest(self, data: Any = None) -> GuestForm:
        return GuestForm(data)

    def show(self, **bound: forms.Form) -> HttpResponse:
        assessment = self.desk.assessment
        names = ("sections", "assign", "auditor", "guest")
        made = {name: bound.get(name) or getattr(self, name)() for name in names}
        now = timezone.now()
        context = made | {
            "desk": self.desk,
            "sealed": self.sealed,
            "may_invite": is_proven(self.desk.member.user),
            "dependence": assessment.auditor
            and dependence_of(assessment, assessment.auditor),
            # The page's title says "Error:" when a form has errors.
            "form": next(iter(bound.values()), None),
            "unowned": sum(
                task.answerer_id is None for _page, task in self.sections().sections
            ),
            "invitations": [
                (invitation, invitation.state_at(now))
                for invitation in open_guest_invitations(assessment)
            ],
        }
        return render(self.request, "assessments/people.html", context)

    @property
    def sealed(self) -> bool:
        return bool(self.desk.assessment.state == State.SEALED)

    @property
    def origin(self) -> str:
        return f"{self.request.scheme}://{self.request.get_host()}"

    def say(self, text: str) -> HttpResponse:
        messages.success(self.request, text)
        return redirect("assessments:people", self.desk.assessment.code)


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Who answers which section, and who audits."""
    page = _People(request, get_desk(request, code, roles=MANAGES))
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        return page.show()
    if page.sealed:
        raise PermissionDenied(_("This assessment is sealed."))
    return action(page)


def _save_sections(page: _People) -> HttpResponse:
    form = page.sections(page.request.POST)
    if not form.is_valid():
        return page.show(sections=form)
    return _assign(page, form.assignments())


def _assign_unowned(page: _People) -> HttpResponse:
    form = page.assign(page.request.POST)
    if not form.is_valid():
        return page.show(assign=form)
    person = form.cleaned_data["person"]
    return _assign(
        page,
        {
            section.ref: Assignment(person, task.due)
            for section, task in page.sections().sections
            if task.answerer_id is None
        },
    )


def _assign(page: _People, assignments: dict[str, Assignment]) -> HttpResponse:
    changed = assign_sections(
        assessment=page.desk.assessment,
        edition=page.desk.edition,
        assignments=assignments,
        by=page.desk.member.user,
    )
    if not changed:
        return page.say(_("Nothing was changed."))
    text = ngettext(
        "One section is changed.", "%(count)s sections are changed.", len(changed)
    )
    return page.say(text % {"count": len(changed)})


def _save_auditor(page: _People) -> HttpResponse:
    form = page.auditor(page.request.POST)
    if not form.is_valid():
        return page.show(auditor=form)
    auditor = form.cleaned_data["auditor"]
    change_plan(
        assessment=page.desk.assessment,
        by=page.desk.member.user,
        changes={"auditor": auditor},
    )
    if auditor is None:
        return page.say(_("The assessment has no auditor now."))
    return page.say(_("%(person)s audits this assessment.") % {"person": auditor})


def _invite(page: _People) -> HttpResponse:
    form = page.guest(page.request.POST)
    if not form.is_valid():
        return page.show(guest=form)
    try:
        sent = invitations.invite(
            by=page.desk.member,
            email=form.cleaned_data["email"],
            role=Role.AUDITOR,
            origin=page.origin,
            only_assessment=page.desk.assessment.code,
        )
    except ValidationError as error:
        form.add_error("email", error.messages[0])
        return page.show(guest=form)
    return _tell(page, sent)


def _tell(page: _People, sent: invitations.Sent) -> HttpResponse:
    email = {"email": sent.invitation.email}
    if sent.mailed:
        return page.say(_("The invitation is on its way to %(email)s.") % email)
    text = _("The mail to %(email)s could not be sent. Send it again later.")
    messages.error(page.request, text % email)
    return redirect("assessments:people", page.desk.assessment.code)


def _invitation(page: _People) -> Invitation:
    found = open_guest_invitations(page.desk.assessment)
    pk = page.request.POST.get("invitation", "")
    return get_object_or_404(found, pk=pk if PK.fullmatch(pk) else 0)


def _resend(page: _People) -> HttpResponse:
    invitation, member = _invitation(page), page.desk.member
    try:
        sent = invitations.resend(invitation=invitation, by=member, origin=page.origin)
    except ValidationError as error:
        messages.error(page.request, error.messages[0])
        return redirect("assessments:people", page.desk.assessment.code)
    return _tell(page, sent)


def _withdraw(page: _People) -> HttpResponse:
    invitation = _invitation(page)
    invitations.revoke(invitation=invitation, by=page.desk.member)
    text = _("The invitation of %(email)s is withdrawn; its link no longer works.")
    return page.say(text % {"email": invitation.email})


ACTIONS: dict[str, Callable[[_People], HttpResponse]] = {
    "sections": _save_sections,
    "assign": _assign_unowned,
    "auditor": _save_auditor,
    "invite": _invite,
    "resend": _resend,
    "withdraw": _withdraw,
}
