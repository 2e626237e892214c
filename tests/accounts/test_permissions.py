import pytest

from accounts import permissions
from accounts.enums import Role
from accounts.models import Membership

MAY = {
    "can_manage_organization": {Role.ADMIN},
    "can_manage_people": {Role.ADMIN},
    "can_invite_guests": {Role.ADMIN, Role.MANAGER},
    "can_start_assessments": {Role.ADMIN, Role.MANAGER},
    "can_answer": {Role.ADMIN, Role.MANAGER, Role.CONTRIBUTOR},
    "can_audit": {Role.AUDITOR},
    "can_see_people": set(Role),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("question", MAY)
def test_roles(question, role):
    answer = getattr(permissions, question)(Membership(role=role))
    assert answer == (role in MAY[question])


def test_guests_see_one_assessment_and_no_people():
    guest = Membership(role=Role.AUDITOR, only_assessment="K7QX2M")
    assert not permissions.can_see_people(guest)
    assert permissions.can_see_assessment(guest, "K7QX2M")
    assert not permissions.can_see_assessment(guest, "B2B2B2")


@pytest.mark.parametrize("role", Role)
def test_members_see_all_assessments(role):
    assert permissions.can_see_assessment(Membership(role=role), "K7QX2M")


def test_every_role_says_what_it_may_do():
    assert all(role.description for role in Role)
    assert set(Role) == permissions.READS
