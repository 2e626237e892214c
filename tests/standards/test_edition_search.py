"""Search in one edition: order, and the reason for each match."""

import pytest

from standards.queries import search_edition
from tests.factories.standards import built_in_library


@pytest.fixture(scope="module")
def iso():
    (edition,) = (e for e in built_in_library().editions if e.code == "iso-27001/2022")
    return edition


def refs(edition, query):
    return [entry.control.ref for entry in search_edition(edition, query)]


def test_titles_come_before_questions_guidance_evidence_and_criteria(iso):
    found = search_edition(iso, "backup")

    assert found[0].control.ref == "A.8.13"
    assert found[0].excerpt is None
    assert [entry.rank for entry in found] == sorted(entry.rank for entry in found)
    assert len({entry.control.ref for entry in found}) == len(found) > 3


def test_a_ref_finds_its_control_first(iso):
    assert refs(iso, "a.8.1")[0] == "A.8.1"
    assert refs(iso, "6.1.3")[0] == "6.1.3"


def test_a_match_outside_the_title_says_where_it_is(iso):
    entry = next(e for e in search_edition(iso, "FLOODING") if e.excerpt)

    assert str(entry.excerpt.place) == "In the guidance"
    assert entry.excerpt.match == "flooding"
    text = entry.excerpt.before + entry.excerpt.match + entry.excerpt.after
    words = text.strip("… ").split()
    assert text.strip("… ") in entry.control.guidance
    assert set(words) <= set(entry.control.guidance.split())


def test_words_may_stand_in_different_places(iso):
    assert "A.8.13" in refs(iso, "backup retention")


def test_every_word_counts(iso):
    assert refs(iso, "backup zzz") == []
    assert refs(iso, "  ") == []
