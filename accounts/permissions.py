"""Who may do what: pure questions about a membership, and sets of roles.

Other apps build on these; what depends on an assessment is asked there.
"""

from accounts.enums import Role
from accounts.models import Membership

ADMINISTERS = frozenset({Role.ADMIN})
MANAGES = frozenset({Role.ADMIN, Role.MANAGER})
ANSWERS = frozenset({Role.ADMIN, Role.MANAGER, Role.CONTRIBUTOR})
AUDITS = frozenset({Role.AUDITOR})
READS = frozenset(Role)
# Whom managers invite by themselves; administrators invite everybody.
INVITED_BY_MANAGERS = frozenset({Role.CONTRIBUTOR, Role.VIEWER})


def can_manage_organization(membership: Membership) -> bool:
    """Its name, its time zone, its teams."""
    return membership.role in ADMINISTERS


def can_manage_people(membership: Membership) -> bool:
    """Change roles and teams, remove."""
    return membership.role in ADMINISTERS


def roles_to_invite(membership: Membership) -> frozenset[Role]:
    """The roles that this member may invite others with."""
    if membership.role in ADMINISTERS:
        return frozenset(Role)
    return INVITED_BY_MANAGERS if membership.role in MANAGES else frozenset()


def can_invite(membership: Membership, role: str, *, guest: bool = False) -> bool:
    """Whether `role` may be given; a `guest` is an auditor of one assessment."""
    if guest:
        return membership.role in MANAGES
    return role in roles_to_invite(membership)


def can_start_assessments(membership: Membership) -> bool:
    return membership.role in MANAGES


def can_answer(membership: Membership) -> bool:
    return membership.role in ANSWERS
