"""What migrations make of rows that were there before."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories.assessments import AssessmentFactory, tree_of

BEFORE = [("assessments", "0008_archived_assessments")]


def migrate(targets):
    """Migrate to `targets` and return the models as they are there."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def newest():
    """The latest migrations, which are there again after the test."""
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield leaves
    migrate(leaves)


def piece(code: str) -> dict[str, str]:
    return {"code": code, "title": code.upper()}


@pytest.mark.django_db(transaction=True)
def test_copied_lists_of_evidence_become_what_changed_and_back(newest):
    assessment = AssessmentFactory()
    manager = assessment.manager
    control = tree_of(assessment).assessable()[0]
    lists = [[], ["a"], ["a", "b"], ["a", "b"], ["b"], []]

    old = migrate(BEFORE)
    at = "2026-11-01T08:00:00Z"
    answer = old.get_model("assessments", "Answer").objects.create(
        assessment_id=assessment.pk,
        control_id=control.pk,
        version=len(lists),
        ask_id=manager.pk,
        updated_by_id=manager.pk,
        updated_at=at,
    )
    revisions = old.get_model("assessments", "AnswerRevision").objects
    for version, codes in enumerate(lists, 1):
        revisions.create(
            answer_id=answer.pk,
            version=version,
            by_id=manager.pk,
            at=at,
            evidence=[piece(code) for code in codes],
        )

    new = migrate(newest).get_model("assessments", "AnswerRevision").objects
    rows = new.order_by("version").values_list("attached", "detached", "ask")
    assert list(rows) == [
        ([], [], None),
        ([piece("a")], [], None),
        ([piece("b")], [], None),
        ([], [], None),
        ([], [piece("a")], None),
        ([], [piece("b")], manager.pk),
    ]

    again = migrate(BEFORE).get_model("assessments", "AnswerRevision").objects
    copied = again.order_by("version").values_list("evidence", flat=True)
    assert [[item["code"] for item in items] for items in copied] == lists
