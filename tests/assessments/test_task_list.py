"""What the task list says of an assessment, and that other pages say the same."""

import pytest
from django.urls import reverse

from assessments.queries.tasklist import ref_range
from standards.models import Edition
from tests.factories.assessments import AssessmentFactory, tree_of
from tests.factories.standards import built_in_edition


@pytest.fixture
def start(northwind, team, cast):
    def started(code, **fields):
        return AssessmentFactory(
            organization=northwind,
            team=team,
            edition=built_in_edition(code),
            manager=cast.manager.user,
            **fields,
        )

    return started


@pytest.mark.parametrize(
    ("code", "ranges"),
    [
        ("iso-27001/2022", {"4.1–4.4", "A.5.9–A.5.14"}),
        ("samm/2", {"G-SM-1-A–G-SM-3-B"}),
        ("iso-27032/2023", {"8.2, 8.3, 8.4, 8.1", "9.2(a), 9.2(m), 9.2(h), 9.2(c)"}),
    ],
)
def test_a_range_holds_what_lies_between_its_ends(start, code, ranges):
    assert ranges <= {ref_range(page) for page in tree_of(start(code)).pages()}


@pytest.mark.parametrize("code", ["iso-27001/2022", "cmmc/2.0-level-2", "samm/2"])
def test_library_and_task_list_count_the_same_sections(start, code):
    found = start(code)
    counted = Edition.objects.with_counts().get(pk=found.edition_id)

    assert counted.section_count == len(tree_of(found).pages())


def test_what_was_chosen_at_the_start_stands_there_in_the_same_words(
    start, cast, sign_in
):
    found = start("iso-27001/2022", target="3")

    page = sign_in(cast.manager).get(reverse("assessments:tasks", args=[found.code]))

    text = " ".join(page.content.decode().split())
    assert "<dt>Target</dt><dd>3 – Defined</dd>" in text
    assert "Open to the team (21)" in text
    assert "No owner" not in text
