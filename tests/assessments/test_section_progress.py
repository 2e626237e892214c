"""The live head of a section, and completing it in one step."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from accounts.models import Event
from assessments.queries.tasklist import tasks_of
from tests.factories.assessments import AssessmentFactory, answer, answer_all, tree_of
from tests.factories.standards import EditionFactory, built_in_edition


def address(name, assessment, *refs):
    return reverse(f"assessments:{name}", args=[assessment.code, *refs])


@pytest.fixture
def long(northwind, team, cast):
    """C.1 to C.12 on the pages P1, with ten of them, and P2."""
    return AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=12),
        manager=cast.manager.user,
        auditor=cast.auditor.user,
    )


def text_of(html: str) -> str:
    """The words of a page in one line."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def head(client, assessment, ref="P1") -> str:
    return text_of(client.get(address("progress", assessment, ref)).content.decode())


def test_the_first_score_shows_with_the_fifth_answer(long, cast, sign_in):
    client = sign_in(cast.manager)
    for number in range(1, 5):
        answer(long, f"C.{number}", "3")
    before = head(client, long)
    assert "Answered here 4 of 10" in before
    assert "A first score appears after 1 more answer." in before

    answer(long, "C.5", "na")
    assert "Answered here 5 of 10" in head(client, long)
    answer(long, "C.6", "3")
    after = head(client, long)
    assert "first score" not in after
    assert "Answered here 6 of 10" in after
    assert "Whole assessment: 6 of 12 answered" in after
    assert re.search(r"\b3(\.0)?\b", after)


def test_the_bar_that_stays_in_view_says_it_as_well(long, cast, sign_in):
    client = sign_in(cast.manager)
    answer(long, "C.1", "3")
    page = client.get(address("section", long, "P1")).content.decode()
    bar = text_of(re.search(r'<section class="savebar.*?</section>', page, re.S)[0])
    assert "1 of 10 answered here" in bar
    assert "Score" not in bar

    for number in range(2, 11):
        answer(long, f"C.{number}", "3")
    html = client.get(address("progress", long, "P1")).content.decode()
    bar = text_of(re.search(r'<span [^>]*data-live="standing".*', html)[0])
    assert "10 of 10 answered here · Score: 3.0" in bar


def test_history_counts_follow_each_version(long, cast, sign_in):
    answer(long, "C.1", "3")
    answer(long, "C.1", "4")

    html = sign_in(cast.manager).get(address("progress", long, "P1")).content.decode()

    assert 'data-live="history:C.1"' in html
    assert "History, 2 versions" in html
    assert html.count("History, ") == 1


def test_what_is_still_odd_stands_before_the_button(long, cast, sign_in):
    for number in range(1, 11):
        answer(long, f"C.{number}", "3", note="n")
    answer(long, "C.2", "2", flagged=True)

    shown = head(sign_in(cast.manager), long)

    assert "All 10 answered" in shown
    assert "Without evidence: C.1, C.3, C.4, C.5, C.6 and 4 more." in shown
    assert "Below the target: C.2." in shown
    assert "To come back to: C.2." in shown
    assert "Complete and go on to Page 2" in shown
    assert shown.index("Below the target") < shown.index("Complete and go on")


def test_one_step_completes_and_leads_on(long, cast, sign_in):
    answer_all(long, "3", controls=tree_of(long).pages()[0].assessable())
    client = sign_in(cast.manager)

    response = client.post(
        address("section", long, "P1"), {"then": "complete"}, follow=True
    )

    assert response.redirect_chain == [(address("section", long, "P2"), 302)]
    page = text_of(response.content.decode())
    assert "Page 1 is completed. This is the next section: Page 2." in page
    assert tasks_of(long)[tree_of(long).section("P1").pk].completed_at
    assert "This section is completed" in head(client, long)

    answer_all(long, "3", controls=tree_of(long).pages()[1].assessable())
    response = client.post(
        address("section", long, "P2"), {"then": "complete"}, follow=True
    )
    assert response.redirect_chain == [(address("tasks", long), 302)]
    assert "It was your last open section." in text_of(response.content.decode())


def test_it_can_be_opened_again(long, cast, sign_in):
    answer_all(long, "3")
    client = sign_in(cast.manager)
    client.post(address("section", long, "P1"), {"then": "complete"})

    response = client.post(
        address("check", long, "P1"), {"completed": "no"}, follow=True
    )

    assert "Page 1 is open again." in text_of(response.content.decode())
    assert tasks_of(long)[tree_of(long).section("P1").pk].completed_at is None
    actions = Event.objects.filter(subject=long.subject, action__startswith="section.")
    assert sorted(actions.values_list("action", flat=True)) == [
        "section.completed",
        "section.reopened",
    ]


def test_a_section_with_an_open_question_stays_open(long, cast, sign_in):
    answer(long, "C.1", "3")
    response = sign_in(cast.manager).post(
        address("section", long, "P1"), {"then": "complete"}, follow=True
    )

    page = text_of(response.content.decode())
    assert "This section can’t be completed yet. Without an answer: C.2, C.3" in page
    assert "9 questions are still open" in page
    assert not long.tasks.exclude(completed_at=None).exists()


def test_a_reader_completes_nothing(long, cast, sign_in):
    answer_all(long, "3")
    client = sign_in(cast.colleague)

    assert "Complete and go on" not in head(client, long)
    for name, data in (
        ("section", {"then": "complete"}),
        ("check", {"completed": "yes"}),
    ):
        assert client.post(address(name, long, "P1"), data).status_code == 403
    assert not long.tasks.exclude(completed_at=None).exists()


def test_the_next_section_is_one_that_the_person_answers(long, cast, sign_in):
    """P2 belongs to somebody else: a contributor's last section is P1."""
    second = tree_of(long).section("P2").pk
    long.tasks.filter(section=second).update(owner=cast.colleague.user)
    answer_all(long, "3", controls=tree_of(long).pages()[0].assessable())

    shown = head(sign_in(cast.contributor), long)

    assert "Complete this section" in shown
    assert "Page 2" not in shown


def test_the_task_list_says_what_to_do_in_an_answered_section(long, cast, sign_in):
    answer_all(long, "3", controls=tree_of(long).pages()[0].assessable())
    client = sign_in(cast.manager)
    page = client.get(address("tasks", long)).content.decode()

    assert "Continue: Page 1" not in page
    assert f'href="{address("section", long, "P1")}#done">Complete: Page 1</a>' in page

    client.post(address("section", long, "P1"), {"then": "complete"})
    page = client.get(address("tasks", long)).content.decode()
    assert "Continue: Page 2" in page
    assert "Page 1</a>" not in page.split("<table")[0]


def test_the_check_page_preselects_nothing(long, cast, sign_in):
    answer_all(long, "3")
    html = sign_in(cast.manager).get(address("check", long, "P1")).content.decode()

    assert "checked" not in html
    assert "Complete and go on to Page 2" in html


@pytest.mark.parametrize("size", [12, 1200])
@pytest.mark.parametrize("who", ["manager", "contributor"])
def test_the_head_takes_few_statements(
    northwind, team, cast, sign_in, django_assert_max_num_queries, size, who
):
    assessment = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=size),
        manager=cast.manager.user,
    )
    answer_all(assessment, "3", controls=tree_of(assessment).assessable()[:12])
    client = sign_in(getattr(cast, who))
    url = address("progress", assessment, "P1")
    client.get(url)

    with django_assert_max_num_queries(12):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("edition", ["cmmc/2.0-level-2", "samm/2", "c2m2/2.1"])
def test_the_head_speaks_the_methods_language(northwind, team, cast, sign_in, edition):
    assessment = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=built_in_edition(edition),
        manager=cast.manager.user,
        target=Decimal(1),
    )
    tree = tree_of(assessment)
    best = max(tree.scale.options, key=lambda o: (o.value or 0, o.met)).code
    answer_all(assessment, best, controls=tree.assessable()[:6])

    shown = head(sign_in(cast.manager), assessment, tree.pages()[0].ref)

    assert "first score" not in shown
    expected = {"c2m2/2.1": "MIL", "samm/2": "of 3", "cmmc/2.0-level-2": "of 110"}
    assert expected[edition] in shown
