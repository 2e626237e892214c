"""Who did what and when: of an assessment, and of one answer."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Event
from accounts.services.events import log
from assessments.models import Answer, AnswerRevision
from assessments.queries.events import Detail, tell
from assessments.queries.history import history, people_in
from assessments.services import assessments, review
from assessments.services.evidence import attach_link
from assessments.templatetags.moments import moment
from tests.factories.assessments import (
    AssessmentFactory,
    answer,
    answer_all,
    conclude,
    submit,
    tree_of,
)
from tests.factories.standards import EditionFactory

pytestmark = pytest.mark.django_db
READERS = ["admin", "manager", "contributor", "auditor"]


def url(assessment, name="history", *args):
    return reverse(f"assessments:{name}", args=[assessment.code, *args])


@pytest.fixture
def worked(assessment, cast):
    """One answer written twice, with evidence, judged and sent back."""
    tree = tree_of(assessment)
    answer(assessment, "C.1", "2", by=cast.contributor.user, note="Two teams do it.")
    answer(assessment, "C.1", "3", by=cast.manager.user, note="All teams do it.")
    attach_link(
        assessment=assessment,
        control=tree.control("C.1"),
        by=cast.manager.user,
        url="https://intranet.example/sp-07",
        title="Procedure SP-07",
    )
    submit(assessment)
    conclude(
        assessment, "C.1", by=cast.auditor.user, reason="Seen.", request="Show two."
    )
    review.send_back(assessment=assessment, by=cast.auditor.user)
    assessment.refresh_from_db()
    return assessment


def lines(assessment, **filters):
    found = history(assessment, tree_of(assessment), **filters)
    return [(entry.kind, str(entry.by), entry.phrases) for entry in found.entries]


@pytest.mark.parametrize("page", [("history",), ("control_history", "C.1")])
@pytest.mark.parametrize(
    ("who", "status"),
    [*((role, 200) for role in READERS), ("viewer", 403), ("stranger", 404)],
)
def test_who_reads_the_history(worked, cast, sign_in, page, who, status):
    response = sign_in(getattr(cast, who)).get(url(worked, *page))
    assert response.status_code == status


def test_everything_stands_in_one_list_newest_first(worked):
    assert lines(worked) == [
        ("step", "Ruth Adler", ["Sent the answers back and asked for changes."]),
        ("verdict", "Ruth Adler", ["Conforms."]),
        ("step", "Ines Duarte", ["Submitted the answers for review."]),
        ("evidence", "Ines Duarte", ["Evidence added: Procedure SP-07."]),
        ("answer", "Ines Duarte", ["Level raised from 2 to 3.", "Note changed."]),
        ("answer", "Jonas Weber", ["Answered: 2.", "Note written."]),
    ]


@pytest.mark.parametrize(
    ("kind", "count"),
    [("answer", 2), ("evidence", 1), ("verdict", 1), ("step", 2), ("", 6)],
)
def test_filter_by_kind(worked, kind, count):
    assert len(lines(worked, kind=kind)) == count


def test_filter_by_person(worked, cast):
    assert [str(one) for one in people_in(worked)] == [
        "Ines Duarte",
        "Jonas Weber",
        "Ruth Adler",
    ]
    assert {by for _kind, by, _said in lines(worked, person=cast.auditor.user_id)} == {
        "Ruth Adler"
    }


def test_filters_stand_in_the_address(worked, cast, sign_in):
    response = sign_in(cast.manager).get(
        url(worked), {"person": cast.contributor.user_id, "kind": "answer"}
    )
    assert [entry.version for entry in response.context["history"].entries] == [1]
    assert response.context["query"] == (
        f"person={cast.contributor.user_id}&kind=answer&"
    )


@pytest.mark.parametrize("query", ["?person=999999", "?person=x", "?kind=x", "?page=x"])
def test_nonsense_in_the_address_shows_everything(worked, cast, sign_in, query):
    response = sign_in(cast.manager).get(url(worked) + query)
    assert len(response.context["history"].entries) == 6


def test_pages_of_fifty(assessment, cast, sign_in):
    for number in range(51):
        log(
            organization=assessment.organization,
            actor=cast.manager.user,
            action="assessment.changed",
            subject=assessment.subject,
            before={"scope": str(number)},
            after={"scope": str(number + 1)},
        )
    client = sign_in(cast.manager)
    assert len(client.get(url(assessment)).context["history"].entries) == 50
    second = client.get(url(assessment), {"page": 2}).context["history"].entries
    assert [entry.told.details for entry in second] == [[Detail("Scope", "0", "1")]]


def test_events_of_others_do_not_show(worked, northwind):
    other = AssessmentFactory(organization=northwind)
    answer_all(other, "1")
    submit(other)
    assert len(lines(worked)) == 6


def test_values_before_and_after_are_plain(assessment, cast):
    assessments.change_plan(
        assessment=assessment,
        by=cast.manager.user,
        changes={"due": date(2026, 12, 24), "scope": "Porto"},
    )
    told = tell(Event.objects.get(), tree_of(assessment))
    assert told.sentence == "Changed the plan."
    assert told.details == [
        Detail("Due", "5 Dec 2026", "24 Dec 2026"),
        Detail("Scope", "Porto site and its cloud services", "Porto"),
    ]


def test_unknown_event_is_shown_as_it_is(assessment, cast):
    event = log(
        organization=assessment.organization,
        actor=None,
        action="report.made",
        subject=assessment.subject,
        after={"state": "sealed", "day": "2026-13-40", "list": ["a", "b"]},
    )
    told = tell(event, tree_of(assessment))
    assert told.sentence == "report.made"
    assert told.details == [
        Detail("State", "", "Sealed"),
        Detail("day", "", "2026-13-40"),
        Detail("list", "", "a, b"),
    ]


def test_section_is_named_in_the_line(assessment, cast, sign_in):
    page = tree_of(assessment).pages()[0]
    assessments.complete_section(
        assessment=assessment,
        section=page,
        at=datetime(2026, 11, 1, tzinfo=UTC),
        by=cast.manager.user,
    )
    html = sign_in(cast.manager).get(url(assessment)).content.decode()
    assert "Marked a section as completed." in html
    assert page.title in html


def test_times_are_of_the_organization(worked, cast, sign_in):
    # Lisbon is one hour ahead of UTC in summer.
    AnswerRevision.objects.update(at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 7, 3, 12, tzinfo=UTC), tick=False):
        client = sign_in(cast.manager)
        html = client.get(url(worked, "control_history", "C.1")).content.decode()
    assert "1 Jul, 23:30" in html


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (None, ""),
        (datetime(2026, 7, 3, 8, 5, tzinfo=UTC), "today, 08:05"),
        (datetime(2026, 7, 2, 8, 5, tzinfo=UTC), "2 Jul, 08:05"),
        (datetime(2025, 7, 2, 8, 5, tzinfo=UTC), "2 Jul 2025, 08:05"),
    ],
)
def test_moment(at, text):
    with time_machine.travel(datetime(2026, 7, 3, 12, tzinfo=UTC), tick=False):
        assert moment(at) == text


# One answer


def test_every_version_with_difference_and_verdict(worked, cast, sign_in):
    response = sign_in(cast.auditor).get(url(worked, "control_history", "C.1"))
    views = response.context["versions"]
    assert [view.revision.version for view in views] == [3, 2, 1]
    assert [len(view.judged) for view in views] == [1, 0, 0]
    assert [(part.kind, part.text) for part in views[1].changes.note] == [
        ("del", "Two "),
        ("ins", "All "),
        ("same", "teams do it."),
    ]
    html = response.content.decode()
    assert "<del>Two </del><ins>All </ins>teams do it." in html
    assert "Restore this version" not in html


def test_restore_is_offered_to_those_who_may_answer(worked, cast, sign_in):
    client = sign_in(cast.contributor)
    html = client.get(url(worked, "control_history", "C.1")).content.decode()
    assert html.count("Restore this version") == 2
    assert url(worked, "restore", "C.1", 1) in html
    present = Answer.objects.get(assessment=worked, control__ref="C.1").version
    client.post(url(worked, "restore", "C.1", 1), {"seen": present})
    html = client.get(url(worked, "control_history", "C.1")).content.decode()
    assert "Level lowered from 3 to 2." in html
    colleague = sign_in(cast.colleague).get(url(worked, "control_history", "C.1"))
    assert "Restore this version" not in colleague.content.decode()


def test_restore_does_not_cover_what_was_saved_since(assessment, cast, sign_in):
    answer(assessment, "C.1", "1", note="The first words.")
    answer(assessment, "C.1", "2", note="Seen on the page.")
    answer(assessment, "C.1", "3", note="A new hour of work.", by=cast.contributor.user)
    client = sign_in(cast.manager)
    stored = Answer.objects.get()

    refused = client.post(url(assessment, "restore", "C.1", 1), {"seen": 2})
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "Not restored: there is a newer version" in html
    assert "The first words." in html
    assert "A new hour of work." in html
    assert "Restore version 1</button>" in html
    stored.refresh_from_db()
    assert (stored.version, stored.note) == (3, "A new hour of work.")

    # The form of that panel has seen it.
    assert '<input type="hidden" name="seen" value="3">' in html
    client.post(url(assessment, "restore", "C.1", 1), {"seen": 3})
    stored.refresh_from_db()
    assert (stored.version, stored.note) == (4, "The first words.")


@pytest.mark.parametrize("seen", ["", "x", "1", "9"])
def test_restore_that_saw_no_present_version_is_refused(
    assessment, cast, sign_in, seen
):
    for option in ("1", "2", "3"):
        answer(assessment, "C.1", option)
    client = sign_in(cast.manager)
    address = url(assessment, "restore", "C.1", 1)

    assert client.post(address, {"seen": seen}).status_code == 409
    assert Answer.objects.get().option == "3"


def test_restore_is_not_offered_during_a_review(assessment, cast, sign_in):
    answer(assessment, "C.1", "2")
    answer(assessment, "C.1", "3")
    submit(assessment)
    page = sign_in(cast.manager).get(url(assessment, "control_history", "C.1"))
    assert "Restore this version" not in page.content.decode()


def test_control_without_an_answer(assessment, cast, sign_in):
    page = sign_in(cast.manager).get(url(assessment, "control_history", "C.1"))
    assert "Nobody has answered this yet." in page.content.decode()


def test_many_versions_are_paged_and_compared_across_pages(assessment, cast, sign_in):
    for number in range(27):
        answer(assessment, "C.1", "2", note=f"Text {number}")
    client = sign_in(cast.manager)
    first = client.get(url(assessment, "control_history", "C.1")).context["versions"]
    assert [first[0].revision.version, first[-1].revision.version] == [27, 3]
    assert first[-1].changes.phrases == ["Note changed."]
    second = client.get(url(assessment, "control_history", "C.1"), {"page": 2}).context[
        "versions"
    ]
    assert [view.revision.version for view in second] == [2, 1]


@pytest.mark.parametrize("controls", [3, 60])
def test_pages_cost_the_same_for_any_size(
    northwind, team, cast, sign_in, controls, django_assert_num_queries
):
    assessment = AssessmentFactory(
        edition=EditionFactory(controls=controls), organization=northwind, team=team
    )
    answer_all(assessment, "3")
    answer(assessment, "C.1", "4")
    submit(assessment)
    conclude(assessment, "C.2", by=cast.auditor.user)
    client = sign_in(cast.manager)
    tree_of(assessment)
    with django_assert_num_queries(11):
        client.get(url(assessment))
    with django_assert_num_queries(8):
        client.get(url(assessment, "control_history", "C.1"))
