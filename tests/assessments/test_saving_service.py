"""Saving an answer: versions, keys, conflicts, and what is refused."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from assessments.enums import UNKNOWN, State
from assessments.models import Answer, AnswerRevision
from assessments.services.answers import Conflict, NotOpen, Saved, record_answer
from assessments.services.content import AnswerContent, InvalidAnswer
from assessments.services.evidence import attach_link
from tests.factories.accounts import UserFactory
from tests.factories.assessments import AssessmentFactory, tree_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(db):
    return AssessmentFactory()


@pytest.fixture
def control(assessment):
    return tree_of(assessment).assessable()[0]


@pytest.fixture
def save(assessment, control):
    def run(option="3", *, seen=0, key="", by=None, **fields) -> Saved:
        options = {
            name: fields.pop(name) for name in ("after", "ask_id") if name in fields
        }
        return record_answer(
            assessment=assessment,
            edition=tree_of(assessment),
            control=control,
            by=by or assessment.manager,
            content=AnswerContent(option=option, **fields),
            seen_version=seen,
            key=key,
            **options,
        )

    return run


def versions() -> list[tuple[int, str]]:
    return list(
        AnswerRevision.objects.order_by("version").values_list("version", "option")
    )


def test_first_save_makes_answer_and_revision(save):
    saved = save("3", note="Since March.", key="k1")

    answer = Answer.objects.get()
    assert (saved.version, saved.changed) == (1, True)
    assert (answer.option, answer.note, answer.version) == ("3", "Since March.", 1)
    revision = AnswerRevision.objects.get()
    assert (revision.version, revision.option, revision.key) == (1, "3", "k1")
    assert revision.at == answer.updated_at == saved.at


def test_each_change_is_a_version(save):
    save("1")
    save("2", seen=1)
    saved = save("3", seen=2)

    assert saved.version == 3
    assert versions() == [(1, "1"), (2, "2"), (3, "3")]


def test_saving_the_same_again_writes_nothing(save):
    first = save("3", note="As it is")
    again = save("3", note="As it is", seen=1)

    assert again == Saved(1, first.at, changed=False)
    assert versions() == [(1, "3")]


def test_repeated_key_repeats_the_outcome_not_the_write(save):
    first = save("3", key="k1")
    assert save("3", key="k1") == first
    save("4", seen=1, key="k2")

    assert save("4", seen=1, key="k2").version == 2
    assert save("3", key="k1").version == 1
    assert versions() == [(1, "3"), (2, "4")]


def test_stale_version_is_a_conflict_that_carries_the_other_answer(save):
    save("3")
    save("4", seen=1, note="Theirs")

    with pytest.raises(Conflict) as conflict:
        save("2", seen=1, note="Mine")

    assert (conflict.value.answer.option, conflict.value.answer.note) == ("4", "Theirs")
    assert conflict.value.answer.version == 2
    assert versions() == [(1, "3"), (2, "4")]


def test_two_first_saves_are_a_conflict(save):
    save("3", key="a")

    with pytest.raises(Conflict):
        save("4", key="b")

    assert versions() == [(1, "3")]


def test_a_version_of_the_future_is_a_conflict(save):
    save("3")

    with pytest.raises(Conflict):
        save("4", seen=7)


def test_own_save_with_unknown_outcome_is_no_conflict(save):
    """The connection broke after the write; the person wrote on, on the old version."""
    save("3", key="lost")
    saved = save("4", seen=0, key="next", after=["lost"])

    assert saved.version == 2
    assert versions() == [(1, "3"), (2, "4")]


def test_own_key_does_not_hide_what_somebody_else_wrote(save):
    save("3", key="lost")
    save("5", seen=1, key="theirs")

    with pytest.raises(Conflict):
        save("4", seen=0, key="next", after=["lost"])


def test_evidence_added_in_between_is_no_conflict(save, assessment, control):
    save("3")
    attach_link(
        assessment=assessment,
        control=control,
        by=assessment.manager,
        url="https://intranet.example/register",
    )

    assert save("4", seen=1).version == 3
    assert [r.kind for r in AnswerRevision.objects.order_by("version")] == [
        "content",
        "evidence",
        "content",
    ]
    assert (
        Answer.objects.get().evidence[0]["url"] == "https://intranet.example/register"
    )


def test_evidence_before_any_answer_is_no_conflict(save, assessment, control):
    attach_link(
        assessment=assessment,
        control=control,
        by=assessment.manager,
        url="https://a.example",
    )

    assert save("3").version == 2


def test_posting_what_was_seen_over_a_newer_answer_changes_nothing(save):
    """A form without JavaScript posts every control, also those that nobody touched."""
    save("3", note="Old")
    save("4", seen=1, note="New")
    saved = save("3", seen=1, note="Old")

    # What they write next is still compared with the version that they saw.
    assert (saved.version, saved.changed) == (1, False)
    assert versions() == [(1, "3"), (2, "4")]
    with pytest.raises(Conflict):
        save("3", seen=saved.version, note="Old, and written on")


def test_two_who_wrote_the_same_are_no_conflict(save):
    save("3", note="Both", key="k1")
    saved = save("3", note="Both", key="k2")

    assert (saved.version, saved.changed) == (1, False)
    assert versions() == [(1, "3")]


@pytest.mark.parametrize("seen", [0, 1, 2])
def test_repeated_key_with_another_content_is_a_conflict(save, seen):
    save("3", note="First", key="k1")
    save("4", seen=1, note="Second", key="k2")
    with pytest.raises(Conflict) as conflict:
        save("2", seen=seen, note="Never written", key="k1")

    assert conflict.value.answer.version == 2
    assert versions() == [(1, "3"), (2, "4")]


@pytest.mark.parametrize("justification", ["", "too short", " " * 40])
def test_not_applicable_needs_a_justification(save, justification):
    with pytest.raises(InvalidAnswer) as invalid:
        save("na", justification=justification)

    assert invalid.value.errors == {
        "justification": "Say why it does not apply, in at least 15 characters."
    }
    assert not Answer.objects.exists()


def test_not_applicable_with_a_justification_is_saved(save):
    save("na", justification="We have no such site.")

    assert Answer.objects.get().justification == "We have no such site."


def test_justification_is_kept_when_the_level_changes(save):
    save("na", justification="We have no such site.")
    save("3", seen=1, justification="We have no such site.")

    assert Answer.objects.get().content()["justification"] == "We have no such site."


def test_unknown_option_is_refused(save, control):
    with pytest.raises(InvalidAnswer) as invalid:
        save("6")

    assert invalid.value.errors == {
        "option": f"“6” is not an answer that {control.ref} allows."
    }


def test_foreign_criterion_is_refused(save):
    with pytest.raises(InvalidAnswer) as invalid:
        save("3", ticks=("9.9",))

    assert list(invalid.value.errors) == ["ticks"]


def test_text_beyond_the_limit_is_refused_with_the_limit(save):
    with pytest.raises(InvalidAnswer) as invalid:
        save("3", note="x" * 20_001)

    assert invalid.value.errors == {
        "note": "This text is too long: at most 20000 characters."
    }


def test_nul_and_foreign_line_ends_are_cleaned(save):
    save("3", note="first\r\nsecond\x00 third")

    assert Answer.objects.get().note == "first\nsecond third"


def test_marks_that_turn_what_others_read_are_taken_out(save):
    save("3", note="approved \u202egnihton\u202c, \u2067שלום\u2069 stays")

    assert Answer.objects.get().note == "approved gnihton, \u2067שלום\u2069 stays"


def test_dont_know_keeps_who_could_know(save, assessment):
    save(UNKNOWN, ask_id=assessment.manager.pk)

    assert Answer.objects.get().ask == assessment.manager


def test_who_could_know_is_part_of_what_was_written(save, assessment):
    colleague = UserFactory()
    save(UNKNOWN, key="k1")
    save(UNKNOWN, seen=1, ask_id=colleague.pk)
    with pytest.raises(Conflict):
        save(UNKNOWN, seen=1, ask_id=assessment.manager.pk)

    assert save(UNKNOWN, seen=1, key="k1").version == 1
    assert Answer.objects.get().ask == colleague
    asked = AnswerRevision.objects.order_by("version").values_list("ask", flat=True)
    assert list(asked) == [None, colleague.pk]


@pytest.mark.parametrize("state", [State.REVIEW, State.ACCEPTED, State.SEALED])
def test_no_answer_while_the_assessment_is_not_open(save, assessment, state):
    assessment.state = state
    assessment.save()

    with pytest.raises(NotOpen):
        save("3")
    assert not Answer.objects.exists()


def test_submitted_since_it_was_read(save, assessment):
    save("3")
    type(assessment).objects.update(state=State.REVIEW)

    with pytest.raises(NotOpen):
        save("4", seen=1)
    assert versions() == [(1, "3")]


@pytest.mark.django_db(transaction=True)
def test_parallel_saves_lose_nothing(save):
    """Eight writers who all saw the same version: one wins, the others are told."""
    save("0", key="start")

    def write(number: int) -> str:
        try:
            return f"saved {save(str(number % 6), seen=1, key=f'k{number}').changed}"
        except Conflict:
            return "conflict"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(write, range(1, 6)))

    assert outcomes.count("saved True") == 1
    assert outcomes.count("conflict") == 4
    assert [version for version, _option in versions()] == [1, 2]
