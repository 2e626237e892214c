import pytest

from accounts import permissions
from accounts.enums import Role
from accounts.models import Membership

MAY = {
    "can_manage_organization": {Role.ADMIN},
    "can_manage_people": {Role.ADMIN},
    "can_start_assessments": {Role.ADMIN, Role.MANAGER},
    "can_answer": {Role.ADMIN, Role.MANAGER, Role.CONTRIBUTOR},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("question", MAY)
def test_roles(question, role):
    answer = getattr(permissions, question)(Membership(role=role))
    assert answer == (role in MAY[question])


def test_every_role_says_what_it_may_do():
    assert all(role.description for role in Role)
    assert set(Role) == permissions.READS
