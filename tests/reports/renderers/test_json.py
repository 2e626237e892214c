"""JSON: everything is in it, in a stable order, at full precision."""

import json
from dataclasses import replace
from decimal import Decimal

from reports.documents import Number
from reports.renderers.json import render_json
from tests.reports.renderers.factory import make_bare_report, make_report


def test_json_holds_the_whole_report() -> None:
    document = make_report()

    data = json.loads(render_json(document))

    assert data["schema"] == "plumbline.assessment-report"
    assert data["version"] == 1
    leaves = [leaf for section in data["sections"] for leaf in section["sections"]]
    controls = [control for leaf in leaves for control in leaf["controls"]]
    assert [c["ref"] for c in controls] == [c.ref for c in document.controls()]
    assert [c["note"] for c in controls] == [c.note for c in document.controls()]
    assert list(data)[2:7] == [
        "organization",
        "title",
        "standard",
        "edition",
        "prepared_at",
    ]


def test_numbers_keep_their_precision() -> None:
    third = Decimal(1) / 3
    document = replace(make_bare_report(), target=Number(third, "0.3"))

    data = json.loads(render_json(document))

    assert data["target"] == {"value": str(third), "text": "0.3"}
    assert Decimal(data["target"]["value"]) == third


def test_any_text_survives() -> None:
    scope = "质量 \x00 \U0001f600 <script>"
    document = replace(make_bare_report(), scope=scope, team="\ud800")

    data = json.loads(render_json(document).decode("utf-8"))

    assert data["scope"] == scope
    assert data["team"] == "\ufffd"


def test_equal_input_gives_equal_bytes() -> None:
    assert render_json(make_report(4)) == render_json(make_report(4))
