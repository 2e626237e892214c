"""Work of people who left is marked, open to the team, and offered to managers."""

import pytest

from accounts.enums import Role
from accounts.models import Membership
from accounts.services import members
from assessments.enums import UNKNOWN
from assessments.models import Answer
from tests.factories.accounts import MembershipFactory
from tests.factories.assessments import answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def left(assessment, cast, team):
    """Jonas owned every section; another contributor of the team is still there."""
    assessment.tasks.update(owner=cast.contributor.user)
    members.end_membership(member=cast.contributor, by=cast.admin.user)
    return cast.contributor


@pytest.fixture
def teammate(northwind, team):
    return MembershipFactory(
        organization=northwind, user__name="Tom Team", teams=[team]
    )


def page(client, assessment, name):
    return client.get(f"/assessments/{assessment.code}/{name}").content.decode()


class TestMarks:
    def test_task_list_and_people(self, assessment, left, cast, sign_in):
        client = sign_in(cast.manager)
        tasks = page(client, assessment, "")
        assert "no longer here" in tasks
        assert "Open to the team (1)" in tasks
        people = page(client, assessment, "people/")
        assert "Jonas Weber (no longer here)" in people
        assert "1 section open to the team" in people

    def test_plan_and_task_list_name_a_manager_who_left(
        self, assessment, cast, sign_in
    ):
        members.end_membership(member=cast.manager, by=cast.admin.user)
        client = sign_in(cast.admin)
        assert "Ines Duarte (no longer here)" in page(client, assessment, "plan/")
        assert "no longer here" in page(client, assessment, "")

    def test_an_auditor_who_left(self, assessment, cast, sign_in):
        members.end_membership(member=cast.auditor, by=cast.admin.user)
        people = page(sign_in(cast.manager), assessment, "people/")
        assert "Ruth Adler (no longer here)" in people

    def test_who_is_there_has_no_mark(self, assessment, cast, sign_in):
        assessment.tasks.update(owner=cast.contributor.user)
        client = sign_in(cast.manager)
        for name in ("", "people/", "plan/"):
            assert "no longer here" not in page(client, assessment, name)

    def test_a_closed_account_counts_as_gone(self, assessment, cast, sign_in):
        assessment.tasks.update(owner=cast.contributor.user)
        cast.contributor.user.is_active = False
        cast.contributor.user.save()
        assert "no longer here" in page(sign_in(cast.manager), assessment, "")

    def test_another_role_is_said_differently(self, assessment, cast, sign_in):
        assessment.tasks.update(owner=cast.contributor.user)
        Membership.objects.filter(pk=cast.contributor.pk).update(role=Role.VIEWER)
        client = sign_in(cast.manager)
        assert "can no longer answer" in page(client, assessment, "")
        assert "(has another role now)" in page(client, assessment, "people/")


class TestAnswering:
    def save(self, client, assessment):
        return client.post(
            f"/assessments/{assessment.code}/controls/C.1/answer/",
            {"option:C.1": "3", "version:C.1": "0", "key:C.1": "k"},
        )

    def test_the_team_may(self, assessment, left, teammate, sign_in):
        client = sign_in(teammate)
        assert self.save(client, assessment).status_code == 200
        assert Answer.objects.get().updated_by == teammate.user
        assert "open to IT operations" in client.get("/").content.decode().replace(
            "Open to", "open to"
        )

    def test_other_teams_may_not(self, assessment, left, cast, sign_in):
        assert self.save(sign_in(cast.colleague), assessment).status_code == 403

    def test_nor_the_team_while_the_owner_is_there(
        self, assessment, cast, teammate, sign_in
    ):
        assessment.tasks.update(owner=cast.contributor.user)
        assert self.save(sign_in(teammate), assessment).status_code == 403


class TestDashboardOfManagers:
    def test_sections_are_offered(self, assessment, left, cast, sign_in):
        shown = sign_in(cast.manager).get("/").content.decode()
        assert "One section is still with Jonas Weber (no longer here)" in shown
        assert f'href="/assessments/{assessment.code}/people/"' in shown

    def test_and_given_to_others_in_one_step(self, assessment, left, cast, sign_in):
        client = sign_in(cast.manager)
        path = f"/assessments/{assessment.code}/people/"
        client.post(path, {"action": "assign", "person": cast.manager.user.pk})
        assert {task.owner for task in assessment.tasks.all()} == {cast.manager.user}
        assert "still with" not in client.get("/").content.decode()

    def test_questions_are_offered(self, assessment, cast, sign_in):
        answer(assessment, "C.2", UNKNOWN, by=cast.manager.user)
        Answer.objects.update(ask=cast.contributor.user)
        manager = sign_in(cast.manager)
        assert "Asked of Jonas Weber" not in manager.get("/").content.decode()
        members.end_membership(member=cast.contributor, by=cast.admin.user)
        shown = manager.get("/").content.decode()
        assert "Asked of Jonas Weber, who can’t answer any more: C.2" in shown
        assert f'href="/assessments/{assessment.code}/controls/C.2/"' in shown

    def test_a_missing_manager_is_named_to_the_others(self, assessment, cast, sign_in):
        members.end_membership(member=cast.manager, by=cast.admin.user)
        shown = sign_in(cast.admin).get("/").content.decode()
        assert "Managed by Ines Duarte, who is no longer here" in shown

    def test_contributors_see_none_of_it(self, assessment, left, teammate, sign_in):
        assert "still with" not in sign_in(teammate).get("/").content.decode()


class TestContributorWithoutTeam:
    def test_nothing_leads_where_nothing_can_be_changed(
        self, assessment, cast, sign_in
    ):
        tasks = page(sign_in(cast.colleague), assessment, "")
        assert "nothing in it is yours to answer" in tasks
        assert ">Start: " not in tasks
        assert ">Continue: " not in tasks

    def test_the_dashboard_says_why(self, assessment, cast, sign_in):
        shown = sign_in(cast.colleague).get("/").content.decode()
        assert "You are in no team yet" in shown

    def test_own_sections_lead_on(self, assessment, cast, sign_in):
        assessment.tasks.update(owner=cast.colleague.user)
        tasks = page(sign_in(cast.colleague), assessment, "")
        assert ">Start: " in tasks
        assert "nothing in it is yours" not in tasks
