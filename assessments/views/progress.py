"""What changes around the questions of a section with each saved answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments import access
from assessments.permissions import READERS
from assessments.queries.answers import answers_of
from assessments.queries.progress import SectionProgress, section_progress
from assessments.queries.questionnaire import ControlView, control_views
from assessments.queries.rights import standing_of
from assessments.queries.tasklist import tasks_of
from assessments.services.assessments import complete_section
from standards.loader import SectionData


@require_safe
def progress(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """The head of a section, its history counts and its last step, without the rest."""
    desk = access.get_desk(request, code, roles=READERS)
    found = progress_of(desk, desk.section(ref))
    context = {"desk": desk, "page": found.page, "progress": found}
    return render(request, "assessments/questionnaire/_progress.html", context)


def progress_of(desk: access.Desk, page: SectionData) -> SectionProgress:
    """The progress of a section, read with five statements."""
    controls = page.assessable()
    views = control_views(
        controls,
        desk.edition,
        desk.assessment,
        answers_of(desk.assessment, controls),
        last={},
        judged={},
    )
    return progress_with(desk, page, views)


def progress_with(
    desk: access.Desk, page: SectionData, views: list[ControlView]
) -> SectionProgress:
    """The progress of a section whose answers are read already."""
    return section_progress(
        desk.assessment,
        desk.edition,
        page,
        desk.member,
        standing=standing_of(desk.assessment, page, desk.member),
        views=views,
        tasks=tasks_of(desk.assessment),
    )


def complete(request: HttpRequest, desk: access.Desk, page: SectionData) -> str:
    """Mark a section as completed, say so, and return the address of what comes next.

    Raises PermissionDenied.
    """
    found = progress_of(desk, page)
    if not found.may_complete:
        raise PermissionDenied
    code = desk.assessment.code
    if found.open:
        refs = ", ".join(view.ref for view in found.open)
        text = _("This section can’t be completed yet. Without an answer: %(refs)s.")
        messages.error(request, text % {"refs": refs})
        return access.address("section", code, page.ref)
    complete_section(
        assessment=desk.assessment,
        section=page,
        at=timezone.now(),
        by=desk.member.user,
    )
    messages.success(request, _completed(found))
    if found.following:
        return access.address("section", code, found.following.ref)
    return access.address("tasks", code)


def _completed(found: SectionProgress) -> str:
    """The notice after completing a section, with the way back to it."""
    if found.following:
        text = _("{section} is completed. This is the next section: {following}.")
    else:
        text = _("{section} is completed. It was your last open section.")
    link = reverse("assessments:section", args=[found.assessment.code, found.page.ref])
    sentence = format_html(
        text,
        section=found.page.title,
        following=found.following.title if found.following else "",
    )
    return format_html(
        '{} <a href="{}#done">{}</a>', sentence, link, _("Look at it again")
    )


def open_again(request: HttpRequest, desk: access.Desk, page: SectionData) -> str:
    """Take back that a section is completed, say so, and return its address.

    Raises PermissionDenied.
    """
    if not progress_of(desk, page).may_complete:
        raise PermissionDenied
    complete_section(
        assessment=desk.assessment, section=page, at=None, by=desk.member.user
    )
    text = _("%(section)s is open again.") % {"section": page.title}
    messages.success(request, text)
    return access.address("section", desk.assessment.code, page.ref)
