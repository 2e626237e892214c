"""The published schemas say what our JSON files hold, key by key."""

import json
from datetime import date

import pytest

from assessments.services.answer_files import write_file
from assessments.services.evidence import attach_link
from assessments.services.transfer import about, export_rows
from reports.builders.assessment import build
from reports.renderers.json import render_json
from reports.renderers.schema import report_schema
from tests.factories.assessments import answer, conclude, seal, submit, tree_of
from tests.schemas import faults, schema

REPORT, ANSWERS = "assessment-report-2.json", "answers-1.json"


def data_of(assessment) -> dict:
    return json.loads(render_json(build(assessment.pk, "en").document))


def test_the_published_schema_is_that_of_the_code():
    """Write it again with: python manage.py report_schema"""
    assert schema(REPORT) == report_schema()


def test_a_report_keeps_its_schema(plant):
    answer(plant, "C.2", "na")
    answer(plant, "C.3", "unknown")
    attach_link(
        assessment=plant,
        control=tree_of(plant).control("C.1"),
        by=plant.manager,
        url="https://intranet.example/reviews",
        title="Access review",
        period=(date(2026, 1, 1), None),
    )

    data = data_of(plant)

    assert faults(data, schema(REPORT)) == []
    assert data["evidence"][0]["period"] == {"start": "2026-01-01", "end": None}


def test_a_reviewed_and_a_sealed_report_keep_it(plant):
    submit(plant)
    conclude(
        plant, "C.1", by=plant.auditor, grade="minor", option="2", reason="Two gaps."
    )

    assert faults(data_of(plant), schema(REPORT)) == []


def test_a_bare_assessment_keeps_it(assessment):
    assert faults(data_of(assessment), schema(REPORT)) == []


def test_a_sealed_report_keeps_it(assessment, cast):
    seal(assessment, by=cast.auditor.user)

    assert faults(data_of(assessment), schema(REPORT)) == []


def test_a_file_of_answers_keeps_its_schema(plant):
    edition = tree_of(plant)
    content = write_file("json", export_rows(plant, edition), about(plant, edition))

    assert faults(json.loads(content), schema(ANSWERS)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"draft": "yes"}, "$.draft: 'yes' is no ['boolean']"),
        ({"as_of": "29 Nov 2026"}, "$.as_of: Invalid isoformat string: '29 Nov 2026'"),
        ({"extra": 1}, "$.extra is unknown"),
        ({"version": 1}, "$.version: 1 is not 2"),
    ],
)
def test_the_check_itself_finds_faults(assessment, change, fault):
    assert faults(data_of(assessment) | change, schema(REPORT)) == [fault]
