"""Nobody reviews their own work under a second name, nor before proving an address."""

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Event, Membership, User
from accounts.services import invitations, members
from accounts.services.marks import note_browser, note_mailbox
from assessments.enums import State
from assessments.queries.independence import dependence_of, unproven_reviewers
from assessments.services import review
from assessments.services.assessments import complete_section
from tests.factories.accounts import PASSWORD, MembershipFactory, UserFactory
from tests.factories.assessments import answer_all, conclude, submit, tree_of

pytestmark = pytest.mark.django_db

PARTNER = "partner@bigfirm.example"


@pytest.fixture
def submitted(assessment):
    answer_all(assessment, "3")
    submit(assessment)
    return assessment


def sign_in_as(client, member):
    data = {"login": member.user.email, "password": PASSWORD}
    client.post("/accounts/login/", data)


def step(client, assessment, name):
    return client.post(f"/assessments/{assessment.code}/review/{name}/")


class TestUnderAStrangersName:
    """A manager invites a guest auditor, and joins in that name herself."""

    @pytest.fixture
    def browser(self, submitted, cast):
        """The manager's browser, after she invited the partner."""
        client = Client()
        sign_in_as(client, cast.manager)
        self.path = f"/assessments/{submitted.code}/people/"
        client.post(self.path, {"action": "invite", "email": PARTNER})
        return client

    @pytest.fixture
    def mailed(self, browser):
        [message] = mail.outbox
        return urlsplit(re.search(r"http://\S+", message.body)[0]).path

    def test_no_answer_of_ours_shows_her_the_link(self, browser):
        for answer in (
            browser.get(self.path),
            browser.post(self.path, {"action": "invite", "email": PARTNER}),
            browser.get("/organization/people/"),
        ):
            assert b"/invitations/" not in re.sub(
                rb"/organization/invitations/\w+/", b"", answer.content
            )

    def test_even_with_the_mail_her_browser_gives_her_away(
        self, browser, mailed, submitted, cast
    ):
        browser.post("/accounts/logout/")
        browser.post(f"{mailed}sign-up/", {"name": "P. Artner", "password": PASSWORD})
        partner = User.objects.get(email=PARTNER)
        assert get_user(browser) == partner
        for name in ("accept", "seal", "send-back"):
            assert step(browser, submitted, name).status_code == 403
        page = browser.get(f"/assessments/{submitted.code}/review/")
        said = "takes you and Ines Duarte for one person"
        assert said in page.content.decode()
        assert "same browser" in page.content.decode()
        submitted.refresh_from_db()
        assert submitted.state == State.REVIEW
        [event] = Event.objects.filter(action="assessment.review_refused")
        assert (event.actor, event.after) == (partner, {"same_person": "Ines Duarte"})
        assert event.organization == submitted.organization

    def test_the_organization_sees_it(self, browser, mailed, submitted, cast, sign_in):
        browser.post("/accounts/logout/")
        browser.post(f"{mailed}sign-up/", {"name": "P. Artner", "password": PASSWORD})
        step(browser, submitted, "accept")
        submitted.auditor = User.objects.get(email=PARTNER)
        submitted.save()
        admin = sign_in(cast.admin)
        people = admin.get(self.path).content.decode()
        assert "P. Artner can’t review this assessment: Plumbline takes them" in people
        history = admin.get(f"/assessments/{submitted.code}/history/")
        assert "Was kept from reviewing." in history.content.decode()

    def test_the_partner_in_person_may(self, browser, mailed, submitted):
        partner = Client()
        partner.post(f"{mailed}sign-up/", {"name": "P. Artner", "password": PASSWORD})
        assert step(partner, submitted, "accept").status_code == 302
        assert step(partner, submitted, "seal").status_code == 302
        submitted.refresh_from_db()
        assert submitted.state == State.SEALED


def involved(cast, assessment, how):
    """A member who has, or once had, a part in the work."""
    member = cast.viewer
    if how == "owns a section":
        assessment.tasks.update(owner=member.user)
    elif how == "was a contributor":
        for role in (Role.CONTRIBUTOR, Role.VIEWER):
            members.change_member(member=member, by=cast.admin, role=role, teams=[])
    elif how == "joined as a contributor":
        sent = invitations.invite(
            by=cast.admin, email="c@example.com", role=Role.CONTRIBUTOR, origin="x"
        )
        member = invitations.accept(
            invitation=sent.invitation, user=UserFactory(email="c@example.com")
        )
        Membership.objects.filter(pk=member.pk).update(role=Role.VIEWER)
    elif how == "left":
        member = cast.contributor
        members.end_membership(member=member, by=cast.admin.user)
    else:
        member = getattr(cast, how)
    return member.user


@pytest.mark.parametrize(
    "how",
    [
        *("admin", "manager", "contributor", "colleague", "left", "owns a section"),
        *("was a contributor", "joined as a contributor"),
    ],
)
@pytest.mark.parametrize("shared", ["browser", "mailbox"])
def test_who_is_or_was_of_the_work(submitted, cast, how, shared):
    other, auditor = involved(cast, submitted, how), cast.auditor.user
    if shared == "browser":
        note_browser(other, "one and the same")
        note_browser(auditor, "one and the same")
    else:
        note_mailbox(other, "ines@northwind.example")
        note_mailbox(auditor, "Ines+Audit@northwind.example")
    dependence = dependence_of(submitted, auditor)
    assert dependence is not None
    assert dependence.other == other
    assert shared in dependence.message


@pytest.mark.parametrize("how", ["viewer", "stranger"])
def test_others_may_share_a_browser(submitted, cast, how):
    for user in (getattr(cast, how).user, cast.auditor.user):
        note_browser(user, "one and the same")
    assert dependence_of(submitted, cast.auditor.user) is None


def test_who_wrote_an_answer_is_of_the_work_without_being_a_member(assessment, cast):
    answer_all(assessment, "3", by=cast.stranger.user)
    submit(assessment)
    for user in (cast.stranger.user, cast.auditor.user):
        note_browser(user, "one and the same")
    dependence = dependence_of(assessment, cast.auditor.user)
    assert dependence is not None
    assert dependence.other == cast.stranger.user


def test_a_verdict_is_refused_too(submitted, cast):
    for user in (cast.manager.user, cast.auditor.user):
        note_browser(user, "one and the same")
    for _time in range(2):
        with pytest.raises(PermissionDenied, match="Ines Duarte for one person"):
            conclude(submitted, "C.1", by=cast.auditor.user)
    assert Event.objects.filter(action="assessment.review_refused").count() == 1


def test_the_demo_is_played_in_one_browser(submitted, cast):
    submitted.organization.is_demo = True
    submitted.organization.save()
    for user in (cast.manager.user, cast.auditor.user):
        note_browser(user, "one and the same")
    assert dependence_of(submitted, cast.auditor.user) is None


@pytest.mark.parametrize("field", ["manager", "submitted_by"])
def test_who_manages_it_does_not_review_it(submitted, cast, field):
    setattr(submitted, field, cast.auditor.user)
    submitted.save()
    with pytest.raises(PermissionDenied, match="You manage or submitted"):
        review.accept(assessment=submitted, by=cast.auditor.user)


def take_part(assessment, user, how):
    """Work on the assessment as `user`, who may answer now."""
    if how == "wrote one answer":
        controls = tree_of(assessment).assessable()[:1]
        answer_all(assessment, "2", by=user, controls=controls)
    elif how == "owns a section":
        assessment.tasks.update(owner=user)
    elif how == "started it":
        assessment.created_by = user
        assessment.save()
    else:
        tree = tree_of(assessment)
        complete_section(
            assessment=assessment, section=tree.pages()[0], at=timezone.now(), by=user
        )


@pytest.mark.parametrize(
    "how", ["wrote one answer", "owns a section", "started it", "completed a section"]
)
def test_another_role_makes_nobody_independent(assessment, cast, how):
    """One click of an administrator turns a colleague into an auditor."""
    member = cast.colleague
    take_part(assessment, member.user, how)
    answer_all(assessment, "3", controls=tree_of(assessment).assessable()[1:])
    submit(assessment)
    members.change_member(member=member, by=cast.admin, role=Role.AUDITOR, teams=[])
    for act in (review.accept, review.send_back):
        with pytest.raises(PermissionDenied, match="You have a part in what is"):
            act(assessment=assessment, by=member.user)
    with pytest.raises(PermissionDenied, match="You have a part in what is"):
        conclude(assessment, tree_of(assessment).assessable()[2], by=member.user)


def test_who_worked_on_another_assessment_may_review_this_one(submitted, cast):
    member = cast.colleague
    members.change_member(member=member, by=cast.admin, role=Role.AUDITOR, teams=[])
    assert dependence_of(submitted, member.user) is None


class TestUnproven:
    @pytest.fixture
    def auditor(self, cast):
        cast.auditor.user.emailaddress_set.all().delete()
        return cast.auditor.user

    def test_they_review_nothing(self, submitted, auditor):
        for act in (review.accept, review.send_back):
            with pytest.raises(PermissionDenied, match="Confirm your e-mail address"):
                act(assessment=submitted, by=auditor)

    def test_what_they_did_before_is_marked(self, submitted, cast, sign_in):
        conclude(submitted, "C.1", by=cast.auditor.user)
        assert unproven_reviewers(submitted) == []
        cast.auditor.user.emailaddress_set.all().delete()
        assert unproven_reviewers(submitted) == [cast.auditor.user]
        page = sign_in(cast.manager).get(f"/assessments/{submitted.code}/review/")
        assert "Address not confirmed: Ruth Adler." in page.content.decode()

    def test_an_unproven_member_made_auditor_is_stopped(self, submitted, cast):
        late = MembershipFactory(
            organization=submitted.organization,
            role=Role.AUDITOR,
            user=UserFactory(proven=False),
        )
        with pytest.raises(PermissionDenied):
            review.seal(assessment=submitted, edition=tree_of(submitted), by=late.user)
