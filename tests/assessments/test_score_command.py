"""`manage.py score`: the same engine without a page."""

import json

import pytest
from django.core.management import CommandError, call_command

EDITION = "iso-27032/2023"
REFS = ("6-dependence", "6-responsibility")


@pytest.fixture
def run(tmp_path, capsys):
    """Runs the command on rows of CSV; returns standard output."""

    def command(text: str, *options: str, edition: str = EDITION) -> str:
        path = tmp_path / "answers.csv"
        path.write_text(text, encoding="utf-8")
        call_command("score", edition, str(path), *options)
        return capsys.readouterr().out

    return command


def outcome(text: str) -> dict:
    return json.loads(text)["outcomes"][0]


@pytest.mark.django_db
def test_json_has_every_field_at_full_precision(run):
    found = json.loads(
        run(f"ref,option,justification\n{REFS[0]},3,\n{REFS[1]},4,\n", "--format=json")
    )

    assert (found["standard"], found["edition"]) == ("iso-27032", "2023")
    score = found["outcomes"][0]
    assert {key: score[key] for key in score if key != "sections"} == {
        "name": "maturity",
        "value": "3.5",
        "min": "0",
        "max": "5",
        "unit": "level",
        "label": "Measured",
        "status": "provisional",
        "coverage": {"answered": 2, "applicable": 30},
        # (3 + 4 + 28 × 0) ÷ 30 and (3 + 4 + 28 × 5) ÷ 30
        "low": "0.23333333333333333333333333333333",
        "high": "4.9",
        "excluded_na": 0,
        "gates": [],
    }
    assert score["sections"][0]["value"] == "3.5"


@pytest.mark.django_db
def test_blank_option_means_unanswered_and_a_mark_at_the_start_is_read_over(run):
    text = "\ufeffref,option,justification\r\n" + f"{REFS[0]},2,\r\n{REFS[1]},,\r\n"

    assert outcome(run(text, "--format=json"))["coverage"] == {
        "answered": 1,
        "applicable": 30,
    }


@pytest.mark.django_db
def test_every_bad_row_is_named_with_its_line_and_no_score_is_printed(run, capsys):
    rows = [
        "ref,option,justification",
        f"{REFS[0]},9,",
        "nothing,3,",
        f"{REFS[1]},na,",
    ]
    with pytest.raises(SystemExit) as stopped:
        run("\n".join(rows))

    printed = capsys.readouterr()
    assert stopped.value.code == 2
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "line 2: unknown option '9'; the scale has 0, 1, 2, 3, 4, 5, na",
        "line 3: unknown control 'nothing'",
        "line 4: option 'na' needs a justification",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "options", "edition", "message"),
    [
        ("ref;option\n", (), EDITION, "The first line must name the columns"),
        ("ref,option\n", (), "iso-1/1", "There is no edition 'iso-1/1'."),
        ("ref,option\n", ("--outcome=nope",), EDITION, "There is no outcome 'nope'."),
        (f"ref,option\nx,{'9' * 200_000}\n", (), EDITION, "larger than field limit"),
    ],
)
def test_other_bad_input_is_said_in_a_sentence(run, text, options, edition, message):
    with pytest.raises(CommandError, match=message) as refused:
        run(text, *options, edition=edition)

    assert refused.value.returncode == 2


@pytest.mark.django_db
def test_table_names_the_method_and_who_made_it(run):
    text = run(f"ref,option\n{REFS[0]},3\n")

    assert (
        "Maturity (maturity): 3.00 (range 0.10 to 4.93), Defined, provisional" in text
    )
    assert "CMMI-style average. Our own method" in text
