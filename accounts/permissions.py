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


def can_manage_organization(membership: Membership) -> bool:
    """Its name, its time zone, its teams."""
    return membership.role in ADMINISTERS


def can_manage_people(membership: Membership) -> bool:
    """Invite, change roles and teams, remove."""
    return membership.role in ADMINISTERS


def can_start_assessments(membership: Membership) -> bool:
    return membership.role in MANAGES


def can_answer(membership: Membership) -> bool:
    return membership.role in ANSWERS
