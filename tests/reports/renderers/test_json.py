"""JSON: everything is in it, in a stable order, at full precision."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from reports.documents import Evidence, Number, ScoreView
from reports.documents.values import Printed
from reports.renderers.json import render_json
from tests.reports.renderers.factory import make_bare_report, make_report


def test_json_holds_the_whole_report() -> None:
    document = make_report()

    data = json.loads(render_json(document))

    assert data["schema"] == "plumbline.assessment-report"
    assert data["version"] == 2
    leaves = [leaf for section in data["sections"] for leaf in section["sections"]]
    controls = [control for leaf in leaves for control in leaf["controls"]]
    assert [c["ref"] for c in controls] == [c.ref for c in document.controls()]
    assert [c["note"] for c in controls] == [c.note for c in document.controls()]
    assert list(data)[:5] == ["schema", "version", "prepared_at", "as_of", "draft"]


def test_numbers_keep_their_precision() -> None:
    third = Decimal(1) / 3
    document = replace(make_bare_report(), target=Number(third, "0.3"))

    data = json.loads(render_json(document), parse_float=Decimal)

    assert data["target"] == {"value": third, "text": "0.3"}


def test_values_stand_in_place_of_their_texts() -> None:
    day, moment = date(2026, 1, 2), datetime(2026, 11, 21, 14, 3, tzinfo=UTC)
    document = replace(
        make_bare_report(),
        prepared_at=Printed("21 November 2026, 14:03", moment),
        period=Printed("from 2 Jan 2026", (day, None)),
        self_score=ScoreView(coverage=Printed("58 %", Decimal("0.5775"))),
        evidence=(Evidence("E1", "List", size=Printed("2 KB", 2048)),),
    )

    data = json.loads(render_json(document))

    assert data["as_of"] == "2026-11-21T14:03:00+00:00"
    assert data["period"] == {"start": "2026-01-02", "end": None}
    assert data["self_score"]["coverage"] == 0.5775
    (item,) = data["evidence"]
    assert (item["size"], item["period"], item["added"]) == (2048, None, None)


def test_a_draft_says_so() -> None:
    drafts = [json.loads(render_json(make_report(4, sealed=x))) for x in (True, False)]

    assert [data["draft"] for data in drafts] == [False, True]


def test_any_text_survives() -> None:
    scope = "质量 \x00 \U0001f600 <script>"
    document = replace(make_bare_report(), scope=scope, team="\ud800")

    data = json.loads(render_json(document).decode("utf-8"))

    assert data["scope"] == scope
    assert data["team"] == "\ufffd"


def test_equal_input_gives_equal_bytes() -> None:
    assert render_json(make_report(4)) == render_json(make_report(4))
