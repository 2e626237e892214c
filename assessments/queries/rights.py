"""What a member has to do with a section: owner, team, questions asked of them."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.models import Membership
from assessments.models import Answer, Assessment, SectionTask
from standards.loader import SectionData


@dataclass(frozen=True, slots=True)
class Standing:
    """A contributor's standing on a section. `asked` holds ids of controls."""

    owner_id: int | None
    in_team: bool
    asked: frozenset[int]


def standing_of(
    assessment: Assessment, section: SectionData, member: Membership
) -> Standing:
    """One statement when nobody asked the member anything, two otherwise."""
    asked = Answer.objects.filter(assessment=assessment, ask=member.user_id)
    in_team = Membership.teams.through.objects.filter(
        membership=member.pk, team=assessment.team_id
    )
    row = (
        SectionTask.objects.filter(assessment=assessment, section_id=section.pk)
        .annotate(
            in_team=Exists(in_team),
            is_asked=Exists(asked.filter(assessment=OuterRef("assessment"))),
        )
        .values("owner_id", "in_team", "is_asked")
        .first()
    )
    if row is None:
        return Standing(None, in_team=False, asked=frozenset())
    refs = (
        frozenset(asked.values_list("control_id", flat=True)) if row["is_asked"] else ()
    )
    return Standing(row["owner_id"], in_team=row["in_team"], asked=frozenset(refs))
