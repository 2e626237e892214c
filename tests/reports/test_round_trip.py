"""What the pages export can be imported: any answers, any edition, any format."""

from collections.abc import Iterator
from random import Random

import pytest
from django.utils import timezone

from assessments.enums import UNKNOWN
from assessments.models import Answer, Assessment
from assessments.services.answer_files import FORMATS, read_content, write_file
from assessments.services.content import allowed_options, clean_text
from assessments.services.transfer import (
    about,
    apply_import,
    export_rows,
    plan_import,
)
from reports.builders.assessment import build
from reports.renderers.json import render_json
from reports.renderers.xlsx import render_xlsx
from standards.loader import EditionData
from tests.factories.assessments import AssessmentFactory, tree_of
from tests.factories.standards import built_in_edition, built_in_library

EDITIONS = [edition.code for edition in built_in_library().editions]
PARTS = ("option", "justification", "note", "ticks", "flagged")
# What has broken files before: formulas, quotes, escapes, numbers, every line end.
PIECES = (
    *("=1+1", "'=1", "''", '"', ",", ";", "\t", "\r\n", "\n", "\r", "3.10", "|", "@x"),
    *("_x0041_", "_x005F_", "x005F_", "ü", "質", "\u200f", "\U0001f600", "\ufeff"),
    *("true", "#N/A", "TRUE", "2026-01-01", "sep=;", "{", "[", "na", " ", "\x0b"),
    *("\u0085", "\u2028", "\xa0", "\ufffd", "\x7f", "<b>&amp;", "\\n", "-", "%"),
)


@pytest.fixture(params=EDITIONS)
def one(request, northwind, team, cast) -> Assessment:
    return AssessmentFactory(
        organization=northwind,
        team=team,
        edition=built_in_edition(request.param),
        manager=cast.manager.user,
    )


def text(random: Random) -> str:
    return clean_text("".join(random.choices(PIECES, k=random.randrange(6))))


def answered(edition: EditionData, assessment: Assessment) -> Iterator[Answer]:
    """Two answers in three, of every kind that a control allows."""
    random = Random(edition.code)
    for control in edition.assessable():
        if random.randrange(3) == 0:
            continue
        options = ["", UNKNOWN, *allowed_options(control, edition.scale)]
        option = random.choice(options)
        na = option not in {"", UNKNOWN} and edition.scale.option(option).na
        reason = f"Nothing of the kind here. {text(random)}" if na else text(random)
        codes = [criterion.code for criterion in control.criteria]
        yield Answer(
            assessment=assessment,
            control_id=control.pk,
            option=option,
            justification=reason.strip(),
            note=text(random),
            ticks=[code for code in codes if random.randrange(2)],
            flagged=bool(random.randrange(2)),
            updated_by=assessment.manager,
            updated_at=timezone.now(),
        )


def files(assessment: Assessment, edition: EditionData) -> Iterator[tuple[str, bytes]]:
    """Every file that a page gives, by its name."""
    rows = export_rows(assessment, edition)
    for form in FORMATS:
        yield f"answers.{form}", write_file(form, rows, about(assessment, edition))
    built = build(assessment.pk, "en")
    yield "report.json", render_json(built.document)
    yield "report.xlsx", render_xlsx(built.document, timestamp=built.timestamp)


def said(assessment: Assessment, edition: EditionData) -> dict[str, list]:
    rows = export_rows(assessment, edition)
    return {row["ref"]: [row[name] for name in PARTS] for row in rows}


def test_any_answers_come_back_identical(one, cast):
    edition = tree_of(one)
    Answer.objects.bulk_create(answered(edition, one))
    expected = said(one, edition)

    for name, content in files(one, edition):
        same = plan_import(
            assessment=one,
            edition=edition,
            member=cast.manager,
            contents=read_content(name, content),
        )
        assert (name, same.changes, same.newer, same.problems) == (name, [], [], [])

        fresh = AssessmentFactory(
            organization=one.organization,
            team=one.team,
            edition=one.edition,
            manager=one.manager,
        )
        plan = plan_import(
            assessment=fresh,
            edition=edition,
            member=cast.manager,
            contents=read_content(name, content),
        )
        assert (name, plan.newer, plan.problems) == (name, [], [])
        apply_import(assessment=fresh, edition=edition, by=one.manager, plan=plan)
        assert said(fresh, edition) == expected, name
