"""Loading a report is authorising: 404 for a stranger, 403 without the right."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.access import get_membership
from accounts.models import Membership
from assessments.access import Desk, get_desk
from assessments.queries.records import name_as_sealed
from reports import permissions
from reports.models import Report


def get_report(request: HttpRequest, code: str) -> tuple[Report, Membership]:
    """The report with this code, for whoever may read it, and the reader."""
    member = get_membership(request)
    visible = Report.objects.visible_to(member).select_related(
        "assessment__edition__standard", "assessment__team", "requested_by"
    )
    report = get_object_or_404(visible.with_news(), code=code)
    if not permissions.can_read(member, report.kind):
        raise _refusal()
    name_as_sealed([report.assessment])
    return report, member


def get_requester(request: HttpRequest, assessment: str, kind: str) -> Desk:
    """The assessment, for a member who may ask for this kind of report about it."""
    desk = get_desk(request, assessment)
    if not permissions.can_request(desk.member, kind):
        raise _refusal()
    return desk


def _refusal() -> PermissionDenied:
    return PermissionDenied(
        _("This report holds notes and evidence; your role reads results only.")
    )
