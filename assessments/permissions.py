"""Who may do what with an assessment: predicates on a membership, no database."""

from accounts.enums import Role
from accounts.models import Membership
from accounts.permissions import ANSWERS, AUDITS, MANAGES
from assessments.enums import State
from assessments.models import Assessment

READERS = ANSWERS | AUDITS
REOPENS = frozenset({Role.AUDITOR, Role.ADMIN})


def can_start(member: Membership) -> bool:
    return member.role in MANAGES


def can_manage(member: Membership) -> bool:
    return member.role in MANAGES


def can_read_answers(member: Membership) -> bool:
    """Viewers read results and reports only."""
    return member.role in READERS


def can_answer_all(member: Membership) -> bool:
    return member.role in MANAGES


def can_answer(
    member: Membership, *, owner_id: int | None, in_team: bool, asked: bool
) -> bool:
    """Whether `member` may answer a control of a section.

    A contributor answers what is assigned to them or asked of them, and what has no
    owner when they belong to the assessed team.
    """
    if can_answer_all(member):
        return True
    if member.role != Role.CONTRIBUTOR:
        return False
    if asked or owner_id == member.user_id:
        return True
    return in_team and owner_id is None


def can_review(member: Membership) -> bool:
    return member.role in AUDITS


def can_reopen(member: Membership) -> bool:
    return member.role in REOPENS


def takes_verdicts(assessment: Assessment) -> bool:
    return assessment.state == State.REVIEW and not assessment.is_archived
