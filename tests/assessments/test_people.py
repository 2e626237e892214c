"""Section owners, due dates, the auditor, and guests of one assessment."""

import re
from datetime import date

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail

from accounts.enums import Role
from accounts.models import Event, Invitation
from accounts.services import invitations
from tests.factories.accounts import InvitationFactory, MembershipFactory, UserFactory
from tests.factories.assessments import AssessmentFactory, seal, tree_of
from tests.factories.standards import EditionFactory


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        yield


@pytest.fixture
def assessment(northwind, team, cast):
    """Three pages: P1, P2, P3, nobody's, due on 5 December."""
    return AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=23),
        manager=cast.manager.user,
    )


@pytest.fixture
def manager(cast, sign_in):
    return sign_in(cast.manager)


@pytest.fixture
def path(assessment):
    return f"/assessments/{assessment.code}/people/"


def shown(client, path):
    """The table as the page shows it, with what it remembers of it."""
    form = client.get(path).context["sections"]
    data = {"action": "sections"}
    for bound in form:
        value = bound.value()
        text = "" if value is None else str(value)
        data[bound.html_name] = data[bound.html_initial_name] = text
    return data


def name(assessment, field, ref):
    return f"{field}-{tree_of(assessment).section(ref).id}"


def rows(assessment):
    tasks = assessment.tasks.select_related("section", "owner").order_by("section")
    return [(task.section.ref, str(task.owner or ""), task.due) for task in tasks]


def said(client, path):
    return [str(text) for text in client.get(path).context["messages"]]


DUE = date(2026, 12, 5)


def test_the_table_says_what_is_stored(assessment, manager, path):
    page = manager.get(path)
    html = page.content.decode()
    assert "3 sections open to the team" in html
    assert [row.refs for row in page.context["sections"].rows()] == [
        "C.1–C.10",
        "C.11–C.20",
        "C.21–C.23",
    ]
    assert "Owner of Page 1" in html


def test_only_changes_are_written_and_logged(assessment, cast, manager, path):
    form = shown(manager, path)
    form[name(assessment, "owner", "P2")] = str(cast.contributor.user_id)
    form[name(assessment, "due", "P3")] = "2026-11-28"
    manager.post(path, form)

    assert rows(assessment) == [
        ("P1", "", DUE),
        ("P2", "Jonas Weber", DUE),
        ("P3", "", date(2026, 11, 28)),
    ]
    events = Event.objects.filter(subject=assessment.subject).order_by("pk")
    assert [(event.action, event.before, event.after) for event in events] == [
        (
            "section.assigned",
            {"section": "P2", "owner": "", "due": "2026-12-05"},
            {"section": "P2", "owner": "Jonas Weber", "due": "2026-12-05"},
        ),
        (
            "section.assigned",
            {"section": "P3", "owner": "", "due": "2026-12-05"},
            {"section": "P3", "owner": "", "due": "2026-11-28"},
        ),
    ]
    assert said(manager, path) == ["2 sections are changed."]


def test_saving_the_same_again_writes_nothing(assessment, manager, path):
    manager.post(path, shown(manager, path))
    assert said(manager, path) == ["Nothing was changed."]
    assert not Event.objects.filter(subject=assessment.subject).exists()


def test_what_somebody_else_assigned_meanwhile_stays(assessment, cast, manager, path):
    form = shown(manager, path)
    assessment.tasks.update(owner=cast.colleague.user)
    form[name(assessment, "due", "P1")] = "2026-11-28"
    manager.post(path, form)

    assert rows(assessment)[0] == ("P1", "Mei Tanaka", date(2026, 11, 28))


def test_an_owner_and_a_date_can_be_taken_away(assessment, cast, manager, path):
    assessment.tasks.update(owner=cast.contributor.user)
    form = shown(manager, path)
    form[name(assessment, "owner", "P1")] = ""
    form[name(assessment, "due", "P1")] = ""
    manager.post(path, form)

    assert rows(assessment)[:2] == [("P1", "", None), ("P2", "Jonas Weber", DUE)]


def test_two_people_of_one_name_are_two_people(assessment, northwind, manager, path):
    first, second = (
        MembershipFactory(
            organization=northwind, user__name="Jo Lee", user__email=f"jo{n}@x.example"
        )
        for n in (1, 2)
    )
    assessment.tasks.update(owner=first.user)
    form = shown(manager, path)
    form[name(assessment, "owner", "P1")] = str(second.user_id)
    manager.post(path, form)
    assert assessment.tasks.order_by("section").first().owner == second.user


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("due", "2026-13-01", "Enter a valid date."),
        ("due", "0206-01-01", "Check the year."),
        ("owner", "viewer", "is not one of the available choices."),
        ("owner", "stranger", "is not one of the available choices."),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_written(
    assessment, cast, manager, path, field, value, error
):
    form = shown(manager, path)
    if field == "owner":
        value = str(getattr(cast, value).user_id)
    form[name(assessment, "owner", "P1")] = str(cast.contributor.user_id)
    form[name(assessment, field, "P2")] = value
    response = manager.post(path, form)

    html = response.content.decode()
    assert "<title>Error:" in html
    assert f'href="#id_{name(assessment, field, "P2")}"' in html
    assert error in html
    assert rows(assessment) == [("P1", "", DUE), ("P2", "", DUE), ("P3", "", DUE)]


def test_an_owner_who_left_can_stay(assessment, cast, manager, path):
    assessment.tasks.update(owner=cast.colleague.user)
    cast.colleague.left_at = "2026-11-01T00:00Z"
    cast.colleague.save()
    form = shown(manager, path)
    form[name(assessment, "owner", "P1")] = str(cast.contributor.user_id)
    manager.post(path, form)

    assert [row[1] for row in rows(assessment)] == [
        "Jonas Weber",
        "Mei Tanaka",
        "Mei Tanaka",
    ]


def test_all_sections_without_an_owner_go_to_one_person(
    assessment, cast, manager, path
):
    first = assessment.tasks.order_by("section").first()
    first.owner = cast.colleague.user
    first.save()
    manager.post(path, {"action": "assign", "person": cast.contributor.user_id})

    assert rows(assessment) == [
        ("P1", "Mei Tanaka", DUE),
        ("P2", "Jonas Weber", DUE),
        ("P3", "Jonas Weber", DUE),
    ]
    assert said(manager, path) == ["2 sections are changed."]
    assert "Every section has an owner" in manager.get(path).content.decode()


def test_assigning_needs_a_person(assessment, manager, path):
    response = manager.post(path, {"action": "assign", "person": ""})
    assert response.context["assign"].errors == {"person": ["This field is required."]}


# The auditor


def test_an_auditor_is_chosen_and_taken_away(assessment, cast, manager, path):
    manager.post(path, {"action": "auditor", "auditor": cast.auditor.user_id})
    assessment.refresh_from_db()
    assert assessment.auditor == cast.auditor.user
    assert said(manager, path) == ["Ruth Adler audits this assessment."]
    manager.post(path, {"action": "auditor", "auditor": ""})
    assessment.refresh_from_db()
    assert assessment.auditor is None
    events = Event.objects.filter(subject=assessment.subject).order_by("pk")
    assert [(event.before, event.after) for event in events] == [
        ({"auditor": ""}, {"auditor": "Ruth Adler"}),
        ({"auditor": "Ruth Adler"}, {"auditor": ""}),
    ]


def test_auditors_are_those_of_the_house_and_guests_of_this_assessment(
    assessment, cast, northwind, manager, path
):
    for guest, code in (("Gil Guest", assessment.code), ("Olga Other", "BCDFGHJ")):
        MembershipFactory(
            organization=northwind,
            user__name=guest,
            role=Role.AUDITOR,
            only_assessment=code,
        )
    form = manager.get(path).context["auditor"]
    names = [str(label) for _value, label in form.fields["auditor"].choices]
    assert names == ["Nobody yet", "Gil Guest", "Ruth Adler"]
    response = manager.post(
        path, {"action": "auditor", "auditor": cast.contributor.user_id}
    )
    assert list(response.context["auditor"].errors) == ["auditor"]


# Guests


def arrive(assessment, email="gil@audit.example", by=None):
    """Somebody is invited as a guest auditor of this assessment, and joins."""
    invitation = InvitationFactory(
        organization=assessment.organization,
        email=email,
        role=Role.AUDITOR,
        only_assessment=assessment.code,
        invited_by=by or assessment.manager,
    )
    person = UserFactory(email=email, name="Gil Guest")
    invitations.accept(invitation=invitation, user=person)
    assessment.refresh_from_db()
    return person


def test_a_guest_who_joins_becomes_the_auditor(assessment, cast):
    guest = arrive(assessment)
    assert assessment.auditor == guest
    assert Event.objects.filter(action="assessment.changed").values_list(
        "actor", "subject", "before", "after"
    ).get() == (
        cast.manager.user_id,
        assessment.subject,
        {"auditor": ""},
        {"auditor": "Gil Guest"},
    )


def test_an_auditor_is_not_replaced_by_a_guest(assessment, cast, manager, path):
    first_come = "Whoever joins first becomes its auditor."
    assert first_come in manager.get(path).content.decode()
    assessment.auditor = cast.auditor.user
    assessment.save()
    assert first_come not in manager.get(path).content.decode()
    first = arrive(assessment)
    assert assessment.auditor == cast.auditor.user
    assert first.memberships.get().only_assessment == assessment.code
    assert not Event.objects.filter(action="assessment.changed").exists()


def test_of_two_guests_the_first_becomes_the_auditor(assessment):
    first = arrive(assessment)
    arrive(assessment, "olga@audit.example")
    assert assessment.auditor == first


def test_a_sealed_assessment_keeps_its_empty_seat(assessment, cast):
    seal(assessment, by=cast.auditor.user)
    arrive(assessment)
    assert assessment.auditor is None


def test_members_who_are_no_guests_are_not_made_auditors(assessment, northwind):
    invitation = InvitationFactory(organization=northwind, role=Role.AUDITOR)
    person = UserFactory(email=invitation.email)
    invitations.accept(invitation=invitation, user=person)
    assessment.refresh_from_db()
    assert assessment.auditor is None


def test_a_guest_is_invited_for_this_assessment_alone(assessment, cast, manager, path):
    manager.post(path, {"action": "invite", "email": "Gil@Audit.example"})

    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.only_assessment) == (
        "gil@audit.example",
        Role.AUDITOR,
        assessment.code,
    )
    assert invitation.invited_by == cast.manager.user
    [letter] = mail.outbox
    [link] = re.findall(r"http://testserver(/invitations/\S+)", letter.body)
    # The manager could join in the auditor's name: the link goes by mail alone.
    assert b"/invitations/" not in manager.get(path).content
    assert manager.get(link).status_code == 200
    assert said(manager, path) == []


@pytest.mark.parametrize(
    ("email", "error"),
    [
        ("nobody", "Enter a valid email address."),
        ("", "This field is required."),
        ("ruth.adler@example.com", "ruth.adler@example.com is a member already."),
    ],
)
def test_who_cannot_be_invited_is_named(assessment, manager, path, email, error):
    response = manager.post(path, {"action": "invite", "email": email})
    assert response.context["guest"].errors == {"email": [error]}
    assert not mail.outbox


def test_a_mail_that_does_not_leave_is_said(assessment, manager, path, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    manager.post(path, {"action": "invite", "email": "gil@audit.example"})
    assert said(manager, path) == [
        "The mail to gil@audit.example could not be sent. Send it again later."
    ]


def test_an_invitation_is_sent_again_and_withdrawn(assessment, manager, path):
    manager.post(path, {"action": "invite", "email": "gil@audit.example"})
    pk = Invitation.objects.get().pk
    manager.post(path, {"action": "resend", "invitation": pk})
    assert len(mail.outbox) == 2
    manager.post(path, {"action": "withdraw", "invitation": pk})

    assert Invitation.objects.get().revoked_at is not None
    assert "gil@audit.example" not in re.sub(
        r'<p class="alert.*?</p>', "", manager.get(path).content.decode()
    )


def test_a_limit_of_invitations_is_said(assessment, manager, path, settings):
    manager.post(path, {"action": "invite", "email": "gil@audit.example"})
    settings.INVITATIONS_MAX_PER_HOUR = 1
    limit = (
        "This organization has sent as many invitations within an hour as it may (1). "
        "Try again later."
    )
    response = manager.post(path, {"action": "invite", "email": "olga@audit.example"})
    assert response.context["guest"].errors == {"email": [limit]}
    manager.get(path)
    manager.post(path, {"action": "resend", "invitation": Invitation.objects.get().pk})
    assert said(manager, path) == [limit]


def test_other_invitations_are_out_of_reach(assessment, northwind, manager, path):
    others = [
        InvitationFactory(organization=northwind),
        InvitationFactory(
            organization=northwind, role=Role.AUDITOR, only_assessment="BCDFGHJ"
        ),
        InvitationFactory(role=Role.AUDITOR, only_assessment=assessment.code),
    ]
    for pk in (*(one.pk for one in others), "x", ""):
        for action in ("resend", "withdraw"):
            response = manager.post(path, {"action": action, "invitation": pk})
            assert response.status_code == 404
    assert manager.get(path).context["invitations"] == []


def test_an_expired_invitation_has_no_link(assessment, northwind, manager, path):
    InvitationFactory(
        organization=northwind,
        role=Role.AUDITOR,
        only_assessment=assessment.code,
        sent_at="2026-10-01T12:00Z",
    )
    page = manager.get(path).content.decode()
    assert "Expired on 15 Oct" in page
    assert "/invitations/" not in page


# Sealed


def test_nothing_changes_in_a_sealed_assessment(assessment, cast, manager, path):
    form = shown(manager, path)
    form[name(assessment, "owner", "P1")] = str(cast.contributor.user_id)
    seal(assessment, by=cast.auditor.user)

    for data in (
        form,
        {"action": "assign", "person": cast.contributor.user_id},
        {"action": "auditor", "auditor": cast.auditor.user_id},
        {"action": "invite", "email": "gil@audit.example"},
    ):
        assert manager.post(path, data).status_code == 403
    page = manager.get(path).content.decode()
    assert "This assessment is sealed" in page
    assert '<button class="btn btn-primary"' not in page.partition("</main>")[0]
    assert rows(assessment)[0] == ("P1", "", DUE)
    assert not Invitation.objects.exists()


def test_an_unknown_action_shows_the_page(assessment, manager, path):
    assert manager.post(path, {"action": "other"}).status_code == 200


def test_who_has_not_confirmed_an_address_is_told_before_typing(
    assessment, manager, path, cast
):
    assert 'name="action" value="invite"' in manager.get(path).content.decode()

    EmailAddress.objects.filter(user=cast.manager.user).update(verified=False)
    page = manager.get(path).content.decode()
    assert "First confirm your own address" in page
    assert 'name="action" value="invite"' not in page
