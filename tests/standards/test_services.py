"""Storing the library: bulk, repeatable, never against an assessment."""

from dataclasses import asdict, replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from standards.loader import Library
from standards.loader.plain import checksum
from standards.models import Control, Edition, Section, Standard
from standards.queries import edition_tree, is_used
from standards.services import (
    ImportRefusedError,
    import_edition,
    load_standard,
    publish_edition,
    store_library,
)
from tests.factories.assessments import AssessmentFactory
from tests.factories.standards import (
    IN_LIBRARY,
    EditionFactory,
    built_in_library,
    publish,
    synthetic_edition,
    synthetic_standard,
)

pytestmark = pytest.mark.django_db
STATEMENTS = 20


def without_ids(edition):
    """Everything that the edition says, to compare: editions differ by identity."""

    def strip(node):
        node.pop("id", None)
        for key in ("sections", "controls"):
            for child in node.get(key, ()):
                strip(child)
        return node

    return strip(asdict(edition))


@pytest.fixture
def standard():
    return load_standard(synthetic_standard(), built_in=False)


@pytest.mark.parametrize("edition", built_in_library().editions, ids=lambda e: e.code)
def test_what_is_stored_comes_back_unchanged(edition):
    profile = next(
        one for one in built_in_library().standards if one.slug == edition.standard
    )
    load_standard(profile, built_in=True)

    stored = import_edition(edition, built_in=True).edition
    tree = edition_tree(stored.pk, stored.checksum)

    assert without_ids(tree) == without_ids(edition)
    assert checksum(tree) == stored.checksum
    assert [tree.control_by_id(c.id).ref for c in tree.controls()] == [
        c.ref for c in edition.controls()
    ]


def test_children_keep_their_parents(standard):
    data = synthetic_edition(controls=3)
    page = data.pages()[0]
    first, second, third = page.controls
    family = replace(first, controls=(replace(second, controls=(third,)),))
    section = replace(data.sections[0], sections=(replace(page, controls=(family,)),))
    data = replace(data, sections=(section,))

    stored = import_edition(data).edition

    assert without_ids(edition_tree(stored.pk, stored.checksum)) == without_ids(data)
    assert Control.objects.get(ref=third.ref).parent.ref == second.ref


@pytest.mark.parametrize("controls", [3, 1200])
def test_an_edition_is_stored_in_few_statements(controls):
    data = synthetic_edition(controls=controls)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        load_standard(synthetic_standard(), built_in=False)
        publish(data)

    assert len(captured) <= STATEMENTS
    assert Control.objects.count() == controls


@pytest.mark.parametrize("controls", [3, 1200])
def test_the_tree_takes_three_statements_and_then_none(
    controls, django_assert_num_queries
):
    edition = EditionFactory(controls=controls)

    with django_assert_num_queries(3):
        tree = edition_tree(edition.pk, edition.checksum)
    with django_assert_num_queries(0):
        assert edition_tree(edition.pk, edition.checksum) is tree


def test_storing_the_same_again_changes_nothing():
    library = built_in_library()
    store_library(library, at=IN_LIBRARY)
    before = list(Control.objects.order_by("pk").values())

    with CaptureQueriesContext(connection) as captured:
        again = store_library(library, at=IN_LIBRARY)

    assert {imported.outcome for imported in again} == {"unchanged"}
    assert list(Control.objects.order_by("pk").values()) == before
    writes = ("INSERT", "UPDATE", "DELETE")
    assert [q["sql"] for q in captured if q["sql"].startswith(writes)] == []


def test_changed_content_replaces_an_edition_that_nobody_uses(standard):
    data = synthetic_edition(controls=3)
    old = publish(data)

    imported = import_edition(replace(data, title="Better title"))

    assert imported.outcome == "replaced"
    # New rows, so that no cache can hand out the old ones.
    assert imported.edition.pk != old.pk
    assert Edition.objects.get().title == "Better title"
    assert Control.objects.count() == 3
    assert Section.objects.count() == 2


def test_replacing_1200_controls_takes_few_statements(standard):
    data = synthetic_edition()
    publish(data)

    with CaptureQueriesContext(connection) as captured:
        import_edition(replace(data, title="Better title"))

    assert len(captured) <= STATEMENTS


@pytest.fixture
def used(monkeypatch):
    """Pretend that an assessment pins every edition."""
    monkeypatch.setattr("standards.services.is_used", lambda edition: True)


def test_changed_content_of_a_used_edition_is_refused(standard, used):
    data = synthetic_edition(controls=3)
    publish(data)

    with pytest.raises(ImportRefusedError) as refused:
        import_edition(replace(data, title="Better title"))

    assert str(refused.value) == (
        "synthetic/2025 is used by assessments and its content has changed: publish "
        "the change as a new edition, under another name"
    )
    assert Edition.objects.get().title == data.title


def test_a_refusal_writes_nothing_of_the_whole_library(used):
    data = synthetic_edition(controls=3)
    first = Library(standards=(synthetic_standard(),), editions=(data,))
    store_library(first, at=IN_LIBRARY)
    second = Library(
        standards=(synthetic_standard("another"), synthetic_standard()),
        editions=(
            synthetic_edition(controls=3, standard="another"),
            replace(data, title="Better title"),
        ),
    )

    with pytest.raises(ImportRefusedError):
        store_library(second, at=IN_LIBRARY)

    assert [standard.slug for standard in Standard.objects.all()] == ["synthetic"]


def test_an_upgrade_keeps_a_used_edition_and_stores_the_rest(used):
    data = synthetic_edition(controls=3)
    first = Library(standards=(synthetic_standard(),), editions=(data,))
    store_library(first, at=IN_LIBRARY)
    newer = synthetic_edition(controls=3, slug="2026")
    second = replace(first, editions=(replace(data, title="Better title"), newer))

    outcomes = store_library(second, at=IN_LIBRARY, keep_used=True)

    assert [(one.code, one.outcome) for one in outcomes] == [
        ("synthetic/2025", "kept"),
        ("synthetic/2026", "created"),
    ]
    assert "publish the change as a new edition" in outcomes[0].message
    assert Edition.objects.get(slug="2025").title == data.title


def test_a_profile_may_change_at_any_time(standard, used):
    load_standard(synthetic_standard(tagline="Made better"), built_in=False)

    standard.refresh_from_db()
    assert standard.tagline == "Made better"
    assert standard.profile["tagline"] == "Made better"


def test_a_built_in_standard_is_not_overwritten_by_another_of_its_name():
    load_standard(synthetic_standard(), built_in=True)

    with pytest.raises(ImportRefusedError, match="name of another standard"):
        load_standard(synthetic_standard(tagline="Mine"), built_in=False)


def test_a_draft_is_not_in_the_library_until_published(standard):
    draft = import_edition(synthetic_edition(controls=3)).edition

    assert not Edition.objects.in_library().exists()
    publish_edition(draft, at=IN_LIBRARY)
    publish_edition(draft, at=IN_LIBRARY.replace(year=2030))
    assert Edition.objects.in_library().get().published_at == IN_LIBRARY


def test_an_edition_is_used_as_soon_as_an_assessment_pins_it():
    edition = EditionFactory(standard="synthetic", controls=3)
    assert is_used(edition) is False

    AssessmentFactory(edition=edition)

    assert is_used(edition) is True
    changed = replace(synthetic_edition(controls=3), title="Better title")
    with pytest.raises(ImportRefusedError):
        import_edition(changed)
    assert Control.objects.filter(edition=edition).count() == 3


def test_the_checksum_knows_content_and_ignores_ids():
    data = synthetic_edition(controls=3)
    page = data.pages()[0]
    control = page.controls[0]

    def with_control(changed):
        pages = (replace(page, controls=(changed, *page.controls[1:])),)
        return replace(data, sections=(replace(data.sections[0], sections=pages),))

    assert checksum(with_control(replace(control, id=7))) == checksum(data)
    assert checksum(with_control(replace(control, guidance="x"))) != checksum(data)
