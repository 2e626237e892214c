"""Task list, section page, focus view and check page, without JavaScript."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.enums import UNKNOWN
from assessments.models import Answer
from tests.factories.assessments import AssessmentFactory, answer, answer_all, tree_of
from tests.factories.standards import EditionFactory, built_in_edition


def address(name, assessment, *refs):
    return reverse(f"assessments:{name}", args=[assessment.code, *refs])


@pytest.fixture
def page(assessment):
    return tree_of(assessment).pages()[0]


@pytest.fixture
def form(page):
    """The fields of a section as a browser without JavaScript posts them."""

    def fields(
        changes: dict[str, dict[str, object]], versions: dict[str, int] | None = None
    ):
        data: dict[str, object] = {}
        for control in page.assessable():
            ref = control.ref
            data[f"version:{ref}"] = (versions or {}).get(ref, 0)
            data[f"key:{ref}"] = f"key-{ref}"
            data[f"note:{ref}"] = ""
            data[f"why:{ref}"] = ""
            for name, value in changes.get(ref, {}).items():
                data[f"{name}:{ref}"] = value
        return data

    return fields


def test_a_posted_section_saves_what_was_answered(
    assessment, page, form, cast, sign_in
):
    first, second = page.assessable()[:2]
    client = sign_in(cast.contributor)
    response = client.post(
        address("section", assessment, page.ref),
        form({first.ref: {"option": "3"}, second.ref: {"note": "Ask Mei"}}),
        follow=True,
    )

    assert [str(message) for message in response.context["messages"]] == [
        "2 answers saved."
    ]
    stored = dict(Answer.objects.values_list("control__ref", "option"))
    assert stored == {first.ref: "3", second.ref: ""}


def test_a_refused_answer_stays_in_the_form_and_others_are_saved(
    assessment, page, form, cast, sign_in
):
    first, second = page.assessable()[:2]
    response = sign_in(cast.manager).post(
        address("section", assessment, page.ref),
        form({first.ref: {"option": "na", "why": "no"}, second.ref: {"option": "4"}}),
    )

    assert response.status_code == 422
    html = response.content.decode()
    assert "<title>Error:" in html
    assert "1 answer was not saved" in html
    assert f'<a href="#c-{first.ref}">{first.ref}</a>' in html
    assert "Say why it does not apply, in at least 15 characters." in html
    assert list(Answer.objects.values_list("control__ref", "option")) == [
        (second.ref, "4")
    ]
    # The page tells the truth of each: what was saved is told as saved.
    assert "1 answer saved." in html
    states = {view.ref: view.answered for view in response.context["views"]}
    assert (states[first.ref], states[second.ref]) == (False, True)
    assert f"1 of {len(page.assessable())} answered" in html
    assert "Answers are saved as you give them." not in markup(html)


def markup(html: str) -> str:
    """The page without the texts of its script."""
    return re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("refused", [True, False])
def test_who_could_know_is_saved_without_javascript(
    assessment, page, form, cast, sign_in, refused
):
    first, second = page.assessable()[:2]
    answer(assessment, first, "unknown", by=cast.manager.user)
    data = {first.ref: {"option": "unknown", "ask": str(cast.contributor.user.pk)}}
    if refused:
        data[second.ref] = {"option": "na"}
    url = address("section", assessment, page.ref)
    sign_in(cast.manager).post(url, form(data, {first.ref: 1}))

    assert Answer.objects.get(control_id=first.pk).ask == cast.contributor.user


def test_conflict_without_javascript_shows_both_and_saving_again_keeps_mine(
    assessment, page, form, cast, sign_in
):
    control = page.assessable()[0]
    answer(assessment, control, "1", by=cast.contributor.user, note="Theirs")
    client = sign_in(cast.manager)
    url = address("section", assessment, page.ref)
    mine = {control.ref: {"option": "2", "note": "Mine"}}
    response = client.post(url, form(mine))

    html = response.content.decode()
    assert response.status_code == 422
    assert "Not saved: two versions of this answer" in html
    assert "Theirs" in html
    assert f'name="version:{control.ref}" value="1"' in html
    assert Answer.objects.get().note == "Theirs"

    client.post(url, form(mine, {control.ref: 1}))
    assert Answer.objects.get().note == "Mine"
    assert Answer.objects.get().version == 2


def test_conflict_without_javascript_taking_theirs_drops_mine(
    assessment, page, form, cast, sign_in
):
    control = page.assessable()[0]
    answer(assessment, control, "1", by=cast.contributor.user, note="Theirs")
    data = form({control.ref: {"option": "2", "note": "Mine"}}, {control.ref: 1})
    sign_in(cast.manager).post(
        address("section", assessment, page.ref), data | {"theirs": control.ref}
    )

    assert Answer.objects.get().note == "Theirs"


def test_then_leads_to_check_answers(assessment, page, form, cast, sign_in):
    response = sign_in(cast.manager).post(
        address("section", assessment, page.ref), form({}) | {"then": "check"}
    )

    assert response.url == address("check", assessment, page.ref)


def test_focus_view_saves_and_goes_on(assessment, page, cast, sign_in):
    first, second = page.assessable()[:2]
    data = {f"version:{first.ref}": 0, f"option:{first.ref}": "3", "then": "next"}
    response = sign_in(cast.manager).post(
        address("control", assessment, first.ref), data
    )

    assert response.url == address("control", assessment, second.ref)
    assert Answer.objects.get().option == "3"


def test_somebody_who_may_not_answer_reads_and_can_not_post(
    assessment, page, form, cast, sign_in
):
    client = sign_in(cast.colleague)
    url = address("section", assessment, page.ref)

    assert "<fieldset disabled>" in client.get(url).content.decode()
    assert client.post(url, form({})).status_code == 403


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("", [0, 1, 2]),
        ("unanswered", [1, 2]),
        ("unknown", [1]),
        ("asked", [1]),
        ("flagged", [2]),
        ("below", [0]),
        ("noevidence", [0]),
        ("changes", []),
        ("nonsense", [0, 1, 2]),
    ],
)
def test_filters(northwind, team, cast, sign_in, show, expected):
    assessment = AssessmentFactory(
        organization=northwind,
        team=team,
        manager=cast.manager.user,
        edition=EditionFactory(controls=3),
    )
    controls = tree_of(assessment).assessable()
    answer(assessment, controls[0], "1")
    answer(assessment, controls[1], UNKNOWN, ask=cast.manager.user)
    answer(assessment, controls[2], "", note="Later", flagged=True)
    url = address("controls", assessment)
    response = sign_in(cast.manager).get(url, {"show": show})

    shown = [view.ref for view in response.context["views"]]
    assert shown == [controls[i].ref for i in expected]


def test_search_finds_words_of_notes_and_titles(assessment, cast, sign_in):
    control = tree_of(assessment).assessable()[1]
    answer(assessment, control, "3", note="The blue ledger")
    response = sign_in(cast.manager).get(
        address("controls", assessment), {"q": "LEDGER"}
    )

    assert [view.ref for view in response.context["views"]] == [control.ref]


def test_a_section_with_gaps_can_not_be_completed(assessment, page, cast, sign_in):
    first = page.assessable()[0]
    answer_all(assessment, "3", controls=page.assessable()[1:])
    client = sign_in(cast.manager)
    url = address("check", assessment, page.ref)
    response = client.post(url, {"completed": "yes"}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        f"This section can’t be completed yet. Without an answer: {first.ref}."
    ]
    assert not assessment.tasks.exclude(completed_at=None).exists()

    answer(assessment, first, "2")
    assert client.post(url, {"completed": "yes"}).url == address("tasks", assessment)
    assert assessment.tasks.exclude(completed_at=None).get().section_id == page.id


def test_hidden_justification_is_listed_at_check(assessment, page, cast, sign_in):
    control = page.assessable()[0]
    answer(assessment, control, "3", justification="It did not apply last year.")
    html = (
        sign_in(cast.manager)
        .get(address("check", assessment, page.ref))
        .content.decode()
    )

    assert "Kept, but not shown to anybody" in html
    assert "It did not apply last year." in html


def test_score_appears_after_five_answers(northwind, team, cast, sign_in):
    assessment = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=6),
        manager=cast.manager.user,
    )
    controls = tree_of(assessment).assessable()
    client = sign_in(cast.viewer)
    answer_all(assessment, "2", controls=controls[:4])
    assert (
        "A first score appears after five answers."
        in client.get(address("tasks", assessment)).content.decode()
    )

    answer(assessment, controls[4], "4")
    html = client.get(address("tasks", assessment)).content.decode()
    # Weights 2, 3, 1, 2 and 3: (2 × 8 + 4 × 3) ÷ 11 = 2.545.
    assert re.search(r'<p class="score" data-score><b>2\.5</b>', html)
    assert f"Provisional score, 5 of {len(controls)} scored" in html


def test_the_range_goes_when_everything_is_answered(northwind, team, cast, sign_in):
    assessment = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=6),
        manager=cast.manager.user,
    )
    client = sign_in(cast.manager)
    *most, last = tree_of(assessment).assessable()
    answer_all(assessment, "3", controls=most)
    assert ", range " in client.get(address("tasks", assessment)).content.decode()

    answer(assessment, last, "3")

    html = client.get(address("tasks", assessment)).content.decode()
    assert "<b>3.0</b> <span>of 5" in html
    assert ", range " not in html
    assert "Where the score will end" not in html


@pytest.mark.parametrize(
    ("edition", "option", "shown"),
    [
        (
            "c2m2/2.1",
            "NI",
            "<dt>MIL0</dt><dd>10 sections</dd>",
        ),
        # Without a system security plan the method gives no number.
        ("nist-800-171/r2", "not_met", '<p class="score"><b>No score</b></p>'),
    ],
)
def test_a_method_without_a_number_says_what_it_gives(
    northwind, team, cast, sign_in, edition, option, shown
):
    found = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=built_in_edition(edition),
        manager=cast.manager.user,
    )
    answer_all(found, option)

    html = sign_in(cast.manager).get(address("tasks", found)).content.decode()

    assert shown in html
    assert 'class="gauge"' not in html


def test_viewers_read_no_answers(assessment, page, cast, sign_in):
    client = sign_in(cast.viewer)

    assert client.get(address("tasks", assessment)).status_code == 200
    assert client.get(address("section", assessment, page.ref)).status_code == 403


@pytest.mark.parametrize("size", [12, 1200])
def test_pages_cost_a_fixed_number_of_statements(
    northwind, team, cast, sign_in, django_assert_max_num_queries, size
):
    assessment = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=size),
        manager=cast.manager.user,
    )
    edition = tree_of(assessment)
    answer_all(assessment, "3", controls=edition.pages()[0].assessable())
    client = sign_in(cast.contributor)
    for name, *refs in (
        ("tasks",),
        ("section", edition.pages()[0].ref),
        ("control", edition.assessable()[0].ref),
        ("check", edition.pages()[0].ref),
        ("controls",),
    ):
        with django_assert_max_num_queries(15):
            assert client.get(address(name, assessment, *refs)).status_code == 200


def test_a_section_page_weighs_at_most_200_kb(northwind, team, cast, sign_in):
    assessment = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=1200),
        manager=cast.manager.user,
    )
    largest = max(tree_of(assessment).pages(), key=lambda page: len(page.assessable()))
    response = sign_in(cast.manager).get(address("section", assessment, largest.ref))

    assert len(response.content) <= 200_000


def test_the_task_list_leads_a_person_to_their_own_section(
    northwind, team, cast, sign_in
):
    assessment = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=32),
        manager=cast.manager.user,
    )
    first, second, third, fourth = tree_of(assessment).pages()
    owners = (cast.manager, None, cast.contributor, cast.manager)
    for section, owner in zip((first, second, third, fourth), owners, strict=True):
        assessment.tasks.filter(section=section.id).update(owner=owner and owner.user)

    def leads_to(member):
        html = sign_in(member).get(address("tasks", assessment)).content.decode()
        return re.findall(r'<a class="btn btn-primary" href="([^"]+)"', html)

    assert leads_to(cast.manager) == [address("section", assessment, first.ref)]
    assert leads_to(cast.contributor) == [address("section", assessment, third.ref)]
    assert leads_to(cast.colleague) == [], "of another team: nothing here is theirs"

    for control in third.assessable():
        answer(assessment, control, "3")
    done = assessment.tasks.filter(section=third.id)
    done.update(completed_at=timezone.now())
    assert leads_to(cast.contributor) == [address("section", assessment, second.ref)]
