"""Starting an assessment: standard, team and scope, period and target, people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import get_membership
from accounts.models import Membership, Team
from accounts.permissions import MANAGES
from accounts.services.organizations import add_team
from assessments.access import get_desk
from assessments.forms.fields import target_name, target_parts
from assessments.forms.wizard import (
    PeopleForm,
    PeriodForm,
    ScopeForm,
    next_period,
    usual_period,
)
from assessments.queries.overview import Overview, overviews
from assessments.queries.starting import (
    Staff,
    edition_to_start,
    editions_to_start,
    made_under,
    predecessor_of,
)
from assessments.services.assessments import Plan, create_assessment
from assessments.views.draft import Draft
from common.search import clean_query
from standards.loader import EditionData, SectionData
from standards.models import Edition
from standards.queries import edition_tree


@dataclass
class Wizard:
    """Who starts what, and what was entered so far."""

    request: HttpRequest
    member: Membership
    draft: Draft
    edition: Edition

    @cached_property
    def tree(self) -> EditionData:
        return edition_tree(self.edition.pk, self.edition.checksum)

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.member.organization)

    @cached_property
    def team(self) -> Team | None:
        chosen = self.draft["scope"].get("team", 0)
        return self.member.organization.teams.filter(pk=chosen).first()

    @cached_property
    def last_time(self) -> Overview | None:
        """The sealed assessment that this one will follow, with its score."""
        found = self.team and predecessor_of(self.team, self.edition.standard.slug)
        return overviews([found])[0] if found else None

    @property
    def days(self) -> dict[str, date]:
        """The days of the third screen, as dates."""
        kept = self.draft["period"]
        names = ("period_start", "period_end", "due")
        return {name: date.fromisoformat(kept[name]) for name in names}

    @property
    def target(self) -> str:
        """The target of the third screen, as it was called there."""
        return target_name(self.tree, self.draft["period"]["target"])

    @property
    def sections(self) -> tuple[SectionData, ...]:
        return tuple(page for page in self.tree.pages() if page.assessable())

    def scope_form(self, data: Any = None) -> ScopeForm:
        kept = self.draft["scope"]
        organization = self.member.organization
        return ScopeForm(data, initial=kept, organization=organization)

    def period_form(self, data: Any = None) -> PeriodForm:
        initial = usual_period(self.tree, self.draft["period"])
        return PeriodForm(data, initial=initial, edition=self.tree)

    def people_form(self, data: Any = None) -> PeopleForm:
        initial = {"manager": self.member.user_id} | self.draft["people"]
        return PeopleForm(
            data, initial=initial, staff=self.staff, sections=self.sections
        )

    def show(self, step: int, form: forms.Form) -> HttpResponse:
        names = {2: "scope", 3: "period", 4: "people"}
        page = f"assessments/wizard/{names[step]}.html"
        return render(self.request, page, {"wizard": self, "form": form, "step": step})


def _wizard(request: HttpRequest) -> Wizard | None:
    """None while no standard is chosen. 403 for whoever may not start assessments."""
    member = get_membership(request, roles=MANAGES, guests=False)
    draft = Draft(request)
    _begin(request, draft)
    edition = edition_to_start(draft.edition) if draft.edition else None
    return Wizard(request, member, draft, edition) if edition else None


@require_safe
def choose_standard(request: HttpRequest) -> HttpResponse:
    get_membership(request, roles=MANAGES, guests=False)
    draft = Draft(request)
    if _begin(request, draft):
        query = request.GET.urlencode(safe="/")
        return redirect(f"{reverse('assessments:new_scope')}?{query}")
    if "edition" in request.GET:
        messages.error(request, _("The library has no such standard. Choose another."))
    search = clean_query(request.GET.get("q", ""))
    context = {
        "editions": editions_to_start(search),
        "chosen": draft.edition,
        "search": search,
        "step": 1,
    }
    return render(request, "assessments/wizard/standard.html", context)


def _begin(request: HttpRequest, draft: Draft) -> bool:
    """Begin what the address names, if anything: a standard, or what follows another.

    The next assessment has the standard, team and scope of the one before.
    """
    before = None
    code = request.GET.get("edition", "")
    if "after" in request.GET:
        before = get_desk(request, request.GET["after"], roles=MANAGES).assessment
        code = before.edition.code
    edition = edition_to_start(code) if code else None
    if edition is None:
        return False
    draft.choose(edition)
    if before:
        draft.keep("scope", {"team": before.team_id, "scope": before.scope})
        start, end = next_period(before.period_start, before.period_end)
        draft.keep("period", {"period_start": str(start), "period_end": str(end)})
    return True


@require_http_methods(["GET", "POST"])
def choose_scope(request: HttpRequest) -> HttpResponse:
    wizard = _wizard(request)
    if wizard is None:
        return redirect("assessments:new")
    form = wizard.scope_form(request.POST or None)
    if not form.is_valid():
        return wizard.show(2, form)
    team = form.cleaned_data["team"]
    if name := form.cleaned_data["new_team"]:
        try:
            team = add_team(by=wizard.member, name=name)
        except ValidationError as error:  # another one came first by a moment
            form.add_error("new_team", error.messages[0])
            return wizard.show(2, form)
    scope = form.cleaned_data["scope"]
    wizard.draft.keep("scope", {"team": team.pk, "scope": scope})
    return redirect("assessments:new_period")


@require_http_methods(["GET", "POST"])
def choose_period(request: HttpRequest) -> HttpResponse:
    wizard = _wizard(request)
    if wizard is None or not wizard.draft["scope"]:
        return redirect("assessments:new")
    form = wizard.period_form(request.POST or None)
    if not form.is_valid():
        return wizard.show(3, form)
    wizard.draft.keep("period", {name: str(form[name].value()) for name in form.fields})
    return redirect("assessments:new_people")


@require_http_methods(["GET", "POST"])
def choose_people(request: HttpRequest) -> HttpResponse:
    """The last screen: its button makes the assessment, once."""
    member = get_membership(request, roles=MANAGES, guests=False)
    code = request.POST.get("code", "")
    if made := made_under(code, by=member):
        return redirect(made)
    wizard = _wizard(request)
    # A period that only follows another one has no due day yet.
    if wizard is None or "due" not in wizard.draft["period"]:
        return redirect("assessments:new")
    # A page from before another standard was chosen counts as not posted.
    posted = request.POST if code == wizard.draft.code else None
    form = wizard.people_form(posted)
    if posted and "give" in posted:
        person = member.user if posted["give"] == "me" else None
        wizard.draft.keep("people", form.give_all_to(person))
        return redirect("assessments:new_people")
    if not form.is_valid():
        return wizard.show(4, form)
    return _create(wizard, form)


def _create(wizard: Wizard, form: PeopleForm) -> HttpResponse:
    """Everything is looked at once more: much can change between two screens."""
    scope = wizard.scope_form(wizard.draft["scope"])
    period = wizard.period_form(wizard.draft["period"])
    for screen, earlier in (("new_scope", scope), ("new_period", period)):
        if not earlier.is_valid():
            text = _("Something changed in the meantime. Please check this page again.")
            messages.error(wizard.request, text)
            return redirect(f"assessments:{screen}")
    target, targets = target_parts(wizard.tree, period.cleaned_data.pop("target"))
    plan = Plan(
        team=scope.cleaned_data["team"],
        scope=scope.cleaned_data["scope"],
        target=target,
        targets=targets,
        **period.cleaned_data,
        manager=form.cleaned_data["manager"],
        auditor=form.cleaned_data["auditor"],
    )
    assessment = create_assessment(
        by=wizard.member,
        edition=wizard.tree,
        plan=plan,
        owners=form.owners(),
        code=wizard.draft.code,
    )
    wizard.draft.clear()
    messages.success(
        wizard.request,
        _(
            "The assessment is started. Next: open a section and answer its questions. "
            "After five answers you see a first score."
        ),
    )
    return redirect(assessment)
