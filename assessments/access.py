"""Loading is authorising: every object comes through here.

A stranger gets 404, a member without the right gets 403.
"""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.access import get_membership
from accounts.models import Membership
from accounts.permissions import READS
from assessments.models import Assessment, Evidence
from assessments.permissions import can_answer, can_answer_all
from assessments.queries.records import apply_evidence, apply_record
from assessments.queries.rights import standing_of
from standards.loader import ControlData, EditionData, SectionData
from standards.queries import edition_tree


class Desk:
    """One assessment as one member sees it: who, what, and the edition's tree."""

    def __init__(self, member: Membership, assessment: Assessment) -> None:
        self.member = member
        self.assessment = assessment
        edition = assessment.edition
        self.edition: EditionData = edition_tree(edition.pk, edition.checksum)

    def section(self, ref: str) -> SectionData:
        """The page of the questionnaire with this ref. Raises Http404."""
        section = next((page for page in self.edition.pages() if page.ref == ref), None)
        if section is None:
            raise Http404
        return section

    def control(self, ref: str) -> ControlData:
        """The control with this ref, if it is one that is asked. Raises Http404."""
        try:
            control = self.edition.control(ref)
        except KeyError as error:
            raise Http404 from error
        if not control.asked:
            raise Http404
        return control


def get_desk(
    request: HttpRequest, code: str, *, roles: Collection[str] = READS
) -> Desk:
    """The assessment with this code for one of `roles`: 404 for strangers."""
    member = get_membership(request)
    visible = Assessment.objects.visible_to(member)
    assessment = get_object_or_404(
        visible.with_presence().select_related(
            *("edition__standard", "team", "organization", "manager", "auditor"),
            *("sealed_by", "archived_by"),
        ),
        code=code,
    )
    # The membership already holds the organization; the page needs no second copy.
    if member.role not in roles:
        raise PermissionDenied
    apply_record(assessment)
    return Desk(member, assessment)


def may_answer(desk: Desk, control: ControlData) -> bool:
    """Whether the member may write this answer now (right and state both)."""
    if not desk.assessment.takes_answers:
        return False
    if can_answer_all(desk.member):
        return True
    section = desk.edition.section_of(control.ref)
    standing = standing_of(desk.assessment, section, desk.member, control)
    return can_answer(
        desk.member,
        owner_id=standing.owner_id,
        in_team=standing.in_team,
        asked=control.pk in standing.asked,
    )


def get_evidence(desk: Desk, code: str) -> Evidence:
    """A piece of evidence attached, now or once, to an answer of this assessment."""
    found = Evidence.objects.filter(
        code=code,
        organization=desk.assessment.organization_id,
        attachments__answer__assessment=desk.assessment,
    )
    evidence = get_object_or_404(found.distinct())
    apply_evidence(desk.assessment, [evidence])
    return evidence


def address(name: str, code: str, *refs: str) -> str:
    """The address of a page of an assessment: `address("control", code, ref)`."""
    return reverse(f"assessments:{name}", args=[code, *refs])
