"""Deleting a wrong start, archiving, taking back, and starting the next one."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.enums import Role
from accounts.models import Event, Invitation
from assessments.forms.wizard import next_period
from assessments.models import Answer, Assessment, Evidence
from assessments.queries.dashboard import dashboard_of
from assessments.queries.overview import list_assessments
from assessments.services import removal, review
from assessments.services.answers import NotOpen
from assessments.services.assessments import seat_auditor
from assessments.services.evidence import attach_file
from reports.enums import Format, Kind
from reports.models import Report
from tests.factories.accounts import InvitationFactory, MembershipFactory
from tests.factories.assessments import answer, answer_all, seal, submit, tree_of


def address(name, assessment):
    return reverse(f"assessments:{name}", args=[assessment.code])


def attach(assessment, by):
    control = tree_of(assessment).assessable()[0]
    attach_file(
        assessment=assessment,
        control=control,
        by=by,
        upload=SimpleUploadedFile("plan.txt", b"What we do"),
    )
    return Evidence.objects.get()


def test_a_wrong_start_goes_with_all_that_belongs_to_it(
    assessment, cast, sign_in, django_capture_on_commit_callbacks
):
    answer(assessment, "C.1", "3")
    evidence = attach(assessment, cast.manager.user)
    report = Report.objects.create(
        assessment=assessment,
        kind=Kind.EXECUTIVE,
        format=Format.PDF,
        requested_by=cast.manager.user,
    )
    report.file.save("reports/x.pdf", ContentFile(b"%PDF"))
    files = [evidence.file.name, report.file.name]
    invitation = InvitationFactory(
        organization=assessment.organization,
        role=Role.AUDITOR,
        only_assessment=assessment.code,
    )
    assert all(map(default_storage.exists, files))
    client = sign_in(cast.manager)
    page = client.get(address("remove", assessment))
    assertContains(page, "1 answer with its history")

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address("remove", assessment), {"action": "delete"})

    assert response.url == reverse("assessments:list")
    assert not Assessment.objects.exists()
    assert not Answer.objects.exists()
    assert not Evidence.objects.exists()
    assert not Report.objects.exists()
    assert not any(map(default_storage.exists, files))
    assert Invitation.objects.get(pk=invitation.pk).revoked_at
    event = Event.objects.get(action="assessment.deleted")
    assert event.subject == f"assessment:{assessment.code}"
    assert event.before["scope"] == assessment.scope


def test_evidence_that_another_assessment_uses_stays(assessment, cast):
    evidence = attach(assessment, cast.manager.user)
    other = Assessment.objects.get(pk=assessment.pk)
    other.pk, other.code = None, "OTHER22"
    other.save()
    row = answer(other, "C.1", "3")
    row.attachments.create(evidence=evidence, added_by=cast.manager.user)

    removal.delete_assessment(assessment=assessment, by=cast.manager)

    assert Evidence.objects.get() == evidence


@pytest.mark.parametrize(
    "case", ["answered", "submitted", "sent back", "guest", "sealed"]
)
def test_what_others_worked_on_is_kept(assessment, cast, sign_in, case):
    if case == "answered":
        answer(assessment, "C.1", "3", by=cast.contributor.user)
    elif case == "submitted":
        submit(assessment)
    elif case == "sent back":
        submit(assessment)
        review.reopen(assessment=assessment, by=cast.auditor.user, reason="Again.")
    elif case == "sealed":
        seal(assessment, by=cast.auditor.user)
    else:
        MembershipFactory(
            organization=assessment.organization,
            role=Role.AUDITOR,
            only_assessment=assessment.code,
        )
    client = sign_in(cast.manager)

    page = client.get(address("remove", assessment))
    assertContains(page, "This assessment can’t be deleted.")
    assertNotContains(page, 'value="delete"')
    response = client.post(address("remove", assessment), {"action": "delete"})
    assert response.status_code == 403
    assert Assessment.objects.filter(pk=assessment.pk).exists()


def test_archived_ones_leave_lists_and_dashboard_and_come_back(
    assessment, cast, sign_in
):
    assessment.tasks.update(owner=cast.manager.user)
    client = sign_in(cast.manager)
    client.post(address("remove", assessment), {"action": "archive"})

    assert list(list_assessments(cast.manager)) == []
    assert list(list_assessments(cast.manager, state="running")) == []
    assert list(list_assessments(cast.manager, state="archived")) == [assessment]
    assert dashboard_of(cast.manager).is_empty
    assert dashboard_of(cast.manager).tasks == []
    listed = client.get(reverse("assessments:list"), {"state": "archived"})
    assertContains(listed, "Archived")
    assertContains(client.get(address("tasks", assessment)), "Archived by Ines Duarte")

    client.post(address("remove", assessment), {"action": "restore"})
    assert list(list_assessments(cast.manager)) == [assessment]
    assert dashboard_of(cast.manager).running_count == 1
    actions = Event.objects.filter(subject=assessment.subject).order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "assessment.archived",
        "assessment.restored",
    ]
    history = client.get(address("history", assessment))
    assertContains(history, "Took the assessment back from the archive.")


def test_nothing_changes_in_an_archived_one(assessment, cast, sign_in):
    answer_all(assessment, "3")
    removal.archive(assessment=assessment, by=cast.manager.user)
    stale = Assessment.objects.get(pk=assessment.pk)
    assessment.refresh_from_db()

    with pytest.raises(NotOpen):
        answer(stale, "C.1", "4")
    with pytest.raises(review.Refused):
        submit(stale)
    client = sign_in(cast.manager)
    plan = client.post(
        address("people", assessment),
        {"action": "assign", "person": cast.manager.user.pk},
    )
    assert plan.status_code == 403
    page = tree_of(assessment).pages()[0].ref
    section = reverse("assessments:section", args=[assessment.code, page])
    assertContains(client.get(section), "the assessment is archived")


def test_a_race_with_an_archiving_writes_nothing(assessment, cast):
    """The row was read before somebody archived it."""
    removal.archive(assessment=assessment, by=cast.manager.user)

    with pytest.raises(PermissionDenied):
        answer(assessment, "C.1", "4")
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("period", "following"),
    [
        (
            (date(2026, 1, 1), date(2026, 12, 31)),
            (date(2027, 1, 1), date(2027, 12, 31)),
        ),
        (
            (date(2026, 4, 1), date(2026, 6, 30)),
            (date(2026, 7, 1), date(2026, 9, 29)),
        ),
    ],
)
def test_the_next_period_follows(period, following):
    assert next_period(*period) == following


def test_a_sealed_assessment_offers_to_start_the_next(assessment, cast, sign_in):
    answer_all(assessment, "3")
    seal(assessment, by=cast.auditor.user)
    client = sign_in(cast.manager)
    link = f"{reverse('assessments:new')}?after={assessment.code}"
    assertContains(client.get(address("tasks", assessment)), link)
    assertContains(client.get(address("review", assessment)), link)
    assertNotContains(sign_in(cast.contributor).get(address("tasks", assessment)), link)

    scope = client.get(link, follow=True)
    screen = f"{reverse('assessments:new_scope')}?after={assessment.code}"
    assert scope.redirect_chain == [(screen, 302)]
    assert scope.context["form"]["scope"].value() == assessment.scope
    assert scope.context["form"]["team"].value() == assessment.team_id
    data = {"team": assessment.team_id, "scope": assessment.scope}
    client.post(screen, data)
    people = client.get(reverse("assessments:new_people"))
    assert people.url == reverse("assessments:new")
    period = client.get(reverse("assessments:new_period"))
    form = period.context["form"]
    assert form["period_start"].value() == "2027-01-01"
    assert form["period_end"].value() == "2027-12-31"
    assertContains(period, "Each question will show what was answered then.")
    data = {name: form[name].value() for name in form.fields}
    client.post(reverse("assessments:new_period"), data)
    people = client.get(reverse("assessments:new_people"))
    fields = {
        name: people.context["form"][name].value() or ""
        for name in people.context["form"].fields
    }
    code = people.context["wizard"].draft.code
    client.post(reverse("assessments:new_people"), fields | {"code": code})
    assert Assessment.objects.get(code=code).previous == assessment


def test_a_guest_takes_no_seat_in_an_archived_one(assessment, cast):
    Assessment.objects.filter(pk=assessment.pk).update(auditor=None)
    removal.archive(assessment=assessment, by=cast.manager.user)
    guest = MembershipFactory(
        organization=assessment.organization,
        role=Role.AUDITOR,
        only_assessment=assessment.code,
    )

    seat_auditor(member=guest, by=guest.user)

    assessment.refresh_from_db()
    assert assessment.auditor is None
