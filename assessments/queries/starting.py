"""What somebody who starts or plans an assessment chooses from."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Invitation, Membership, Organization, Team, User
from accounts.permissions import ANSWERS, MANAGES
from assessments.enums import State
from assessments.models import Assessment
from common.search import query_words
from standards.models import Edition
from standards.queries.search import matching_editions


def editions_to_start(search: str = "") -> list[Edition]:
    """The published editions that the library's search finds, with their counts."""
    editions = (
        Edition.objects.in_library()
        .with_counts()
        .select_related("standard")
        .order_by("standard__name", "-published", "slug")
    )
    matches = matching_editions(query_words(search), editions)
    return [edition for edition in editions if edition.pk in matches]


def edition_to_start(code: str) -> Edition | None:
    """The published edition with a code such as iso-27001/2022."""
    standard, _, slug = code.partition("/")
    found = Edition.objects.exclude(published_at=None).select_related("standard")
    return found.filter(standard__slug=standard, slug=slug).first()


def predecessor_of(team: Team, standard: str) -> Assessment | None:
    """The team's latest sealed assessment under any edition of the standard."""
    sealed = Assessment.objects.filter(
        team=team, edition__standard__slug=standard, state=State.SEALED
    ).select_related("edition", "team")
    return sealed.order_by("-period_end", "-pk").first()


def made_under(code: str, *, by: Membership) -> Assessment | None:
    """What this member made under a code that a new assessment was to get."""
    if not code.isalnum():
        return None
    found = Assessment.objects.visible_to(by).filter(code=code, created_by=by.user)
    return found.first()


class Staff:
    """The present members of an organization by what they may do: one statement."""

    def __init__(self, organization: Organization, code: str = "") -> None:
        found = Membership.objects.active().filter(
            organization=organization, user__is_active=True
        )
        if code:
            found = found.filter(only_assessment__in=["", code])
        else:
            found = found.filter(only_assessment="")
        self._members = list(
            found.select_related("user").order_by("user__name", "user__email")
        )

    @property
    def managers(self) -> list[User]:
        return self._with(MANAGES)

    @property
    def answerers(self) -> list[User]:
        return self._with(ANSWERS)

    @property
    def auditors(self) -> list[User]:
        """Guests of the assessment among them."""
        return self._with({Role.AUDITOR})

    def absence_of(self, user: User) -> str:
        """Why somebody who holds a place could not be chosen for it, in words."""
        if any(member.user_id == user.pk for member in self._members):
            return _("has another role now")
        return _("no longer here")

    def is_guest(self, user: User) -> bool:
        return any(m.is_guest for m in self._members if m.user_id == user.pk)

    def _with(self, roles: Iterable[str]) -> list[User]:
        wanted = set(roles)
        return [member.user for member in self._members if member.role in wanted]


def open_guest_invitations(assessment: Assessment) -> QuerySet[Invitation]:
    """The invitations to this one assessment that nobody has taken up."""
    found = Invitation.objects.open().filter(
        organization=assessment.organization_id, only_assessment=assessment.code
    )
    return found.select_related("invited_by", "organization")
