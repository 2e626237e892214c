"""What a member has to do with a section: owner, team, questions asked of them."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.models import Membership
from assessments.models import Answer, Assessment, SectionTask
from standards.loader import ControlData, SectionData


@dataclass(frozen=True, slots=True)
class Standing:
    """A contributor's standing on a section. `asked` holds ids of controls.

    An owner who can't answer any more counts as none.
    """

    owner_id: int | None
    in_team: bool
    asked: frozenset[int]


def standing_of(
    assessment: Assessment,
    section: SectionData,
    member: Membership,
    control: ControlData | None = None,
) -> Standing:
    """The member's standing on a section, or on one `control` of it.

    One statement; a second one when a whole section is asked for and somebody asked
    the member something.
    """
    asked = Answer.objects.filter(assessment=assessment, ask=member.user_id)
    if control:
        asked = asked.filter(control_id=control.pk)
    in_team = Membership.teams.through.objects.filter(
        membership=member.pk, team=assessment.team_id
    )
    row = (
        SectionTask.objects.filter(assessment=assessment, section_id=section.pk)
        .with_presence()
        .annotate(
            in_team=Exists(in_team),
            is_asked=Exists(asked.filter(assessment=OuterRef("assessment"))),
        )
        .values("owner_id", "has_answerer", "in_team", "is_asked")
        .first()
    )
    if row is None:
        return Standing(None, in_team=False, asked=frozenset())
    refs: frozenset[int] = frozenset()
    if row["is_asked"] and control:
        refs = frozenset({control.pk})
    elif row["is_asked"]:
        refs = frozenset(asked.values_list("control_id", flat=True))
    owner_id = row["owner_id"] if row["has_answerer"] else None
    return Standing(owner_id, in_team=row["in_team"], asked=refs)
