"""Which answers an auditor is asked to look at, and the comparison of versions."""

from datetime import date

import pytest

from assessments.models import AnswerRevision
from assessments.queries.changes import Part, compare, word_diff
from assessments.queries.review import (
    draw_sample,
    review_queue,
    sample_size,
    seed_of,
)
from assessments.queries.sheet import evidence_row, sheet_of
from assessments.services import review
from assessments.services.evidence import attach_link
from tests.factories.assessments import (
    AssessmentFactory,
    EvidenceFactory,
    answer,
    answer_all,
    conclude,
    submit,
    tree_of,
)
from tests.factories.standards import EditionFactory

pytestmark = pytest.mark.django_db


def queue_of(assessment, member):
    return review_queue(assessment, tree_of(assessment), member.user)


def groups_of(assessment, member):
    found = queue_of(assessment, member)
    return {group.key: [item.ref for item in group.items] for group in found.groups}


@pytest.fixture
def forty(northwind, team, cast):
    """An assessment of 40 controls, all at level 2."""
    assessment = AssessmentFactory(
        edition=EditionFactory(controls=40),
        organization=northwind,
        team=team,
        manager=cast.manager.user,
    )
    answer_all(assessment, "2")
    return assessment


@pytest.mark.parametrize(
    ("answered", "size"), [(0, 5), (3, 5), (50, 5), (51, 6), (93, 10), (1200, 120)]
)
def test_sample_size(answered, size):
    assert sample_size(answered) == size


def test_sample_is_the_same_for_the_same_seed():
    refs = [f"C.{number}" for number in range(1, 101)]
    sample = draw_sample(refs, "K7QX2M4-1", 10)
    assert len(sample) == 10
    assert draw_sample(reversed(refs), "K7QX2M4-1", 10) == sample
    assert draw_sample(refs, "K7QX2M4-2", 10) != sample


def test_seed_names_assessment_and_round(forty, cast):
    submit(forty)
    assert seed_of(forty, forty.reviews.get()) == f"{forty.code}-1"
    assert queue_of(forty, cast.auditor).seed == f"{forty.code}-1"


def test_claims_without_evidence_come_before_the_sample(forty, cast):
    answer(forty, "C.7", "3")
    answer(forty, "C.9", "4")
    control = tree_of(forty).control("C.9")
    attach_link(
        assessment=forty, control=control, by=cast.manager.user, url="https://a.example"
    )
    submit(forty)
    groups = groups_of(forty, cast.auditor)
    assert list(groups) == ["claim", "sample"]
    assert groups["claim"] == ["C.7"]
    assert len(groups["sample"]) == 5


def test_sample_stays_while_it_is_worked_through(forty, cast):
    submit(forty)
    sample = groups_of(forty, cast.auditor)["sample"]
    conclude(forty, sample[0], by=cast.auditor.user, option="2")
    assert groups_of(forty, cast.auditor)["sample"] == sample[1:]


def test_unanswered_controls_are_not_in_the_queue(assessment, cast):
    answer(assessment, "C.1", "3")
    answer(assessment, "C.2", "unknown")
    submit(assessment)
    found = queue_of(assessment, cast.auditor)
    assert list(found.items) == ["C.1"]
    assert (found.total, found.left, found.validated) == (3, 1, 0)


def test_changed_answers_come_first_and_ignored_requests_second(forty, cast):
    auditor = cast.auditor.user
    submit(forty)
    conclude(forty, "C.1", by=auditor, request="Name the owner.")
    conclude(forty, "C.2", by=auditor, request="Name the owner.")
    conclude(forty, "C.3", by=auditor)
    review.send_back(assessment=forty, by=auditor)
    forty.refresh_from_db()
    answer(forty, "C.1", "2", note="Ines owns it.")
    submit(forty)
    groups = groups_of(forty, cast.auditor)
    assert list(groups) == ["changed", "ignored", "sample"]
    assert (groups["changed"], groups["ignored"]) == (["C.1"], ["C.2"])
    # What was validated and did not change is not looked at again.
    assert "C.3" not in groups["sample"]
    assert queue_of(forty, cast.auditor).validated == 1


def test_own_answers_wait_for_somebody_else(assessment, cast):
    answer(assessment, "C.1", "3", by=cast.auditor.user)
    submit(assessment)
    found = queue_of(assessment, cast.auditor)
    assert (found.left, [item.ref for item in found.mine]) == (0, ["C.1"])


def test_there_is_no_queue_outside_a_review(assessment, cast):
    answer(assessment, "C.1", "3")
    assert queue_of(assessment, cast.auditor).left == 0


def test_next_goes_on_from_the_present_one_and_round_the_end(assessment, cast):
    answer_all(assessment, "3")
    submit(assessment)
    found = queue_of(assessment, cast.auditor)
    assert [found.after(ref).ref for ref in ("C.1", "C.3", "?")] == [
        "C.2",
        "C.1",
        "C.1",
    ]


def test_a_long_group_is_cut_around_the_present_item(forty, cast):
    for number in range(1, 31):
        answer(forty, f"C.{number}", "3")
    submit(forty)
    claims = queue_of(forty, cast.auditor).groups[0]
    cut = claims.around("C.20")
    assert [item.ref for item in cut.items] == [f"C.{n}" for n in range(14, 26)]
    assert (len(claims.items), cut.more) == (30, 18)


def test_queue_costs_the_same_for_any_size(
    assessment, forty, cast, django_assert_num_queries
):
    answer_all(assessment, "2")
    for one in (assessment, forty):
        submit(one)
        tree_of(one)
        with django_assert_num_queries(3):
            review_queue(one, tree_of(one), cast.auditor.user)


# The comparison


def test_word_diff_shows_what_went_and_what_came():
    parts = word_diff("Two teams rate suppliers.", "Two teams judge suppliers.")
    assert parts == [
        Part("same", "Two teams "),
        Part("del", "rate "),
        Part("ins", "judge "),
        Part("same", "suppliers."),
    ]


def test_word_diff_shortens_what_did_not_change():
    words = " ".join(f"w{n}" for n in range(100))
    same, gone = word_diff(f"{words} end", words)
    assert same.text.startswith("… w88") or same.text.startswith("w0") is False
    assert gone == Part("del", "end")


def test_word_diff_of_a_script_without_blanks():
    assert word_diff("供应商名单", "供应商清单")[1:3] == [
        Part("del", "名"),
        Part("ins", "清"),
    ]


def test_changes_are_told_in_plain_words(assessment):
    control = tree_of(assessment).control("C.1")
    scale = tree_of(assessment).scale
    before = {"option": "2", "note": "", "ticks": ["1.1"]}
    after = {
        "option": "3",
        "note": "Written.",
        "ticks": ["3.1"],
        "flagged": True,
    }
    procedure = {"code": "a", "title": "Procedure SP-07"}
    first = AnswerRevision(attached=[procedure])
    second = AnswerRevision(attached=[{"code": "b", "title": "Draft"}])
    third = AnswerRevision(detached=second.attached)
    assert compare(before, after, control, scale, [first, second, third]).phrases == [
        "Level raised from 2 to 3.",
        "Note written.",
        "Ticked: 3.1.",
        "Tick removed: 1.1.",
        "Evidence added: Procedure SP-07.",
        "Marked to come back to.",
    ]
    back = compare(
        after, before, control, scale, [AnswerRevision(detached=[procedure])]
    )
    assert "Evidence removed: Procedure SP-07." in back.phrases
    assert back.phrases[0] == ("Level lowered from 3 to 2.")
    assert compare(None, before, control, scale, []).phrases == [
        "Answered: 2.",
        "Ticked: 1.1.",
    ]
    na = {**before, "option": "na", "justification": "Not at this site."}
    assert compare(before, na, control, scale, []).phrases == [
        "Answer changed from 2 to Not applicable.",
        "Justification changed.",
    ]
    assert compare(before, before, control, scale, []).phrases == [
        "Saved without a change."
    ]


@pytest.mark.parametrize(
    ("start", "end", "check", "covers"),
    [
        (None, None, "No period given", False),
        (date(2026, 1, 1), date(2026, 12, 31), "Covers the period", True),
        (date(2025, 1, 1), None, "Covers the period", True),
        (date(2026, 3, 5), None, "Starts 2 months late", False),
        (None, date(2026, 12, 30), "Ends 1 day early", False),
        (date(2026, 1, 31), date(2026, 6, 30), None, False),
        (date(2027, 1, 1), None, "Outside the period", False),
        (None, date(2025, 12, 31), "Outside the period", False),
    ],
)
def test_evidence_is_held_against_the_period(assessment, start, end, check, covers):
    row = evidence_row(
        EvidenceFactory.build(period_start=start, period_end=end), assessment
    )
    if check is None:
        check = "Starts 30 days late. Ends 6 months early"
    assert (row.check, row.covers) == (check, covers)


def test_sheet_shows_what_changed_since_the_last_verdict(assessment, cast):
    answer_all(assessment, "3")
    submit(assessment)
    conclude(assessment, "C.1", by=cast.auditor.user, request="Show a record.")
    review.send_back(assessment=assessment, by=cast.auditor.user)
    assessment.refresh_from_db()
    answer(assessment, "C.1", "4", ticks=("1.1", "3.1"))
    submit(assessment)
    control = tree_of(assessment).control("C.1")
    sheet = sheet_of(assessment, tree_of(assessment), control)
    version, changes = sheet.since_verdict
    assert version == 1
    assert changes.phrases == ["Level raised from 3 to 4.", "Ticked: 1.1, 3.1."]
    assert (sheet.present, len(sheet.earlier)) == (None, 1)
    assert sheet.suggestion.option.code == "2"
    assert [line.phrases for line in sheet.timeline] == [
        ["Level raised from 3 to 4.", "Ticked: 1.1, 3.1."],
        ["Conforms.", "Change requested:"],
        ["Answered: 3."],
    ]
