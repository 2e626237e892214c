"""`manage.py score`: the same engine without a page."""

import json
import os
import subprocess
import sys
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from assessments.management.commands.score import find_edition

EDITION = "iso-27032/2023"
TITLE = find_edition(EDITION).title
ALLOWED = (
    "0 (Not in place), 1 (Ad hoc), 2 (Repeated), 3 (Defined), 4 (Measured), "
    "5 (Improving), na (Not applicable), unknown (Don’t know)"
)
REFS = ("6(1)", "6(2)")
ROW = f"ref,option\n{REFS[0]},3\n"


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
        "label": "Defined",
        "status": "provisional",
        "coverage": {"answered": 2, "applicable": 30},
        # (3 + 4 + 28 × 0) ÷ 30 and (3 + 4 + 28 × 5) ÷ 30
        "low": "0.23333333333333333333333333333333",
        "high": "4.9",
        "excluded_na": 0,
        "gates": [],
        "unanswered": "left_out",
        "text": "0.2 to 4.9 of 5, until the last 28 are answered, "
        "3.5 on what is answered",
        "missing": "28 of 30 controls are open. Open controls are left out of the "
        "score; they make its range, from the worst answer to the best.",
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
@pytest.mark.parametrize(
    "text",
    [
        "ref,option\n{0},3\n\n , \n{1},4\n",
        "option , REF,remark\n3,{0},a\n4, {1} ,b\n",
        "ref;option;justification\n{0};3;a, b\n{1};4;\n",
        'ref,option,justification\n{0}, "3",two\n{1},4,"two\nlines"\n',
        "ref,option\r{1},4\r{0},3",
    ],
    ids=["empty rows", "other columns", "semicolons", "quotes", "carriage returns"],
)
def test_a_file_may_be_written_in_many_ways(run, text):
    assert outcome(run(text.format(*REFS), "--format=json"))["value"] == "3.5"


@pytest.mark.django_db
def test_a_row_is_named_by_the_line_at_which_it_starts(run, capsys):
    with pytest.raises(SystemExit):
        run(f'ref,option,justification\n\n{REFS[0]},3,"two\nlines"\nno,3,"a\nb"\n')

    assert capsys.readouterr().err == f"line 5: {TITLE} has no control no.\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [("", None), ("none.csv", None), ("a.csv", b"ref,option\n6-\xe9,3\n")],
    ids=["folder", "missing", "not UTF-8"],
)
def test_a_file_that_cannot_be_read(tmp_path, name, content):
    if content:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match="can't be read: ") as refused:
        call_command("score", EDITION, str(tmp_path / name))

    assert refused.value.returncode == 2


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
        f"line 2: “9” in line 2, column 2 is not an answer that {REFS[0]} allows. "
        f"Allowed are {ALLOWED}.",
        f"line 3: {TITLE} has no control nothing.",
        "line 4: option 'na' needs a justification",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "options", "edition", "message"),
    [
        ("", (), EDITION, "The column “ref” is missing"),
        ("ref|option\n", (), EDITION, "The column “ref” is missing"),
        ("ref,note\nx,y\n", (), EDITION, "The column “option” is missing"),
        ("ref,option\n", (), EDITION, "no rows of answers"),
        ("ref,Option,option\n", (), EDITION, "“option” stands in the file twice"),
        (f'ref,option\n{REFS[0]},3\n{REFS[1]},"4\n', (), EDITION, "Line 3: unexpected"),
        ("ref,option\n", (), "iso-1/1", "There is no edition 'iso-1/1'."),
        ("ref,option\n", (), "iso-27032", "There is no edition 'iso-27032'."),
        (ROW, ("--outcome=nope",), EDITION, "There is no outcome 'nope'."),
        (f"ref,option\nx,{'9' * 200_000}\n", (), EDITION, "larger than field limit"),
        (ROW, ("--target=9",), EDITION, "--target 9: .* no option '9'"),
        (ROW, ("--baseline=none.csv",), EDITION, "none.csv can't be read"),
    ],
)
def test_other_bad_input_is_said_in_a_sentence(run, text, options, edition, message):
    with pytest.raises(CommandError, match=message) as refused:
        run(text, *options, edition=edition)

    assert refused.value.returncode == 2


@pytest.mark.django_db
def test_progress_is_measured_from_a_baseline_to_a_target(run, tmp_path):
    """All 90 activities from 0.25 to 0.5 on the way to 1: 0.75, 1.5 and 3 of 3."""
    refs = [control.ref for control in find_edition("samm/2").assessable()]

    def answers(option: str) -> str:
        return "ref,option\n" + "".join(f"{ref},{option}\n" for ref in refs)

    before = tmp_path / "before.csv"
    before.write_text(answers("0.25"))
    options = ("--target=1", f"--baseline={before}", "--format=json")
    found = json.loads(run(answers("0.5"), *options, edition="samm/2"))

    values = {one["name"]: Decimal(one["value"]) for one in found["outcomes"]}
    assert values["maturity"] == Decimal("1.5")
    assert values["percent-to-target"] == Decimal("0.5")
    assert round(values["progress-to-date"] * 3, 9) == 1


@pytest.mark.django_db
def test_table_names_the_method_and_who_made_it(run):
    text = run(f"ref,option\n{REFS[0]},3\n")

    assert (
        "Maturity (maturity): 0.1 to 4.9 of 5, until the last 29 are answered, "
        "3.0 on what is answered, Defined, provisional, 1 of 30 answered\n"
        "  29 of 30 controls are open. Open controls are left out of the score; they "
        "make its range, from the worst answer to the best."
    ) in text
    assert "CMMI-style average. Our own method" in text


@pytest.mark.django_db
def test_an_answer_that_the_control_does_not_allow_is_refused(run, capsys):
    """A system security plan can't be not applicable."""
    with pytest.raises(SystemExit):
        run(
            "ref,option,justification\n3.12.4,na,We have none\n3.1.1,met,\n",
            edition="nist-800-171/r2",
        )

    assert capsys.readouterr().err == (
        "line 2: “na” in line 2, column 2 is not an answer that 3.12.4 allows. Allowed "
        "are met (Met), not_met (Not met), unknown (Don’t know).\n"
    )


@pytest.mark.django_db
def test_a_plan_that_is_missing_is_no_score(run):
    """The rule of 3.12.4, once more through the file."""
    score = outcome(
        run(
            "ref,option,justification\n3.12.4,not_met,\n3.1.1,met,\n",
            "--format=json",
            edition="nist-800-171/r2",
        )
    )

    assert (score["value"], score["low"], score["high"]) == (None, None, None)
    assert (score["status"], score["label"]) == ("no_score", "No score")
    assert [gate["outcome"] for gate in score["gates"]] == ["no_score"]


def without_database(tmp_path, *arguments, **options):
    """manage.py as a script on a machine where nothing is set up yet."""
    variables = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PLUMBLINE_DATA": str(tmp_path / "data"),
        "PYTHONIOENCODING": "ascii",
    }
    (tmp_path / "a.csv").write_text(f"ref,option\n{REFS[0]},3\n")
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | variables,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.mark.processes
def test_an_edition_that_is_nowhere_without_a_database(tmp_path):
    process = without_database(tmp_path, "score", "no/1", str(tmp_path / "a.csv"))

    _out, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said.startswith("CommandError: There is no edition 'no/1'. Built in are: ")


@pytest.mark.processes
def test_letters_that_the_output_lacks(tmp_path):
    process = without_database(
        tmp_path, "score", EDITION, str(tmp_path / "a.csv"), stdout=subprocess.PIPE
    )

    printed, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
    assert "? (range 0.0 to 5.0), no_score, 0 of " in printed


@pytest.mark.processes
def test_a_reader_that_has_seen_enough(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    process = without_database(
        tmp_path, "score", EDITION, str(tmp_path / "a.csv"), stdout=writing
    )
    os.close(writing)

    assert process.communicate(timeout=60) == (None, "")
    assert process.returncode == 0
