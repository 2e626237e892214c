"""Answers out and in by file: what is taken, what is refused, what nothing runs."""

import csv
import json
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook

from assessments.enums import UNKNOWN
from assessments.models import Answer, AnswerRevision
from assessments.services.answer_files import (
    MOST_BYTES,
    UnreadableFileError,
    read_file,
    write_file,
)
from assessments.services.transfer import about, export_rows
from common.spreadsheets import neutral, original
from tests.factories.assessments import AssessmentFactory, answer, submit, tree_of
from tests.factories.standards import EditionFactory

ALLOWED = (
    "0 (Not in place), 1 (Ad hoc), 2 (Repeated), 3 (Defined), 4 (Measured), "
    "5 (Improving), na (Not applicable), unknown (Don’t know)"
)
FORMULA = '=HYPERLINK("http://evil.example","open")'


def export(assessment, path, form="csv"):
    call_command("export_answers", assessment.code, format=form, output=path)
    return path


def run(assessment, path, by, **options) -> dict:
    """The printed result, also when rows were refused."""
    out = StringIO()
    try:
        call_command(
            "import_answers",
            assessment.code,
            str(path),
            by=by.user.email,
            format="json",
            stdout=out,
            **options,
        )
    except CommandError:
        if not out.getvalue():
            raise
    return json.loads(out.getvalue())


def write_csv(path, *rows, header=("ref", "option")):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def options_in(assessment) -> dict[str, str]:
    found = Answer.objects.filter(assessment=assessment)
    return dict(found.values_list("control__ref", "option"))


# Out


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_export_and_import_change_nothing(assessment, cast, tmp_path, form):
    answer(assessment, "C.1", "3", note="-1 °C, =A1\n@home", ticks=("1.1", "3.1"))
    answer(assessment, "C.2", "na", justification="'=there is nothing of the kind")
    answer(assessment, "C.3", UNKNOWN, flagged=True)

    path = export(assessment, tmp_path / f"answers.{form}", form)
    result = run(assessment, path, cast.manager)

    assert result["changes"] == result["problems"] == []
    assert result["unchanged"] == 3


def test_json_names_assessment_and_edition(assessment):
    answer(assessment, "C.1", "3", note="Signed in May")
    out = StringIO()

    call_command("export_answers", assessment.code, stdout=out)

    data = json.loads(out.getvalue())
    assert data["assessment"] == assessment.code
    assert data["edition"] == tree_of(assessment).code
    first = data["answers"][0]
    assert (first["ref"], first["option"], first["version"]) == ("C.1", "3", 1)
    assert data["answers"][1]["version"] == 0


def test_no_cell_of_the_csv_starts_like_a_formula(assessment, tmp_path):
    answer(assessment, "C.1", "3", note=FORMULA)
    answer(assessment, "C.2", "3", note="\t+1")

    path = export(assessment, tmp_path / "answers.csv")

    cells = [cell for row in csv.reader(StringIO(path.read_text())) for cell in row]
    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_no_cell_of_the_workbook_is_a_formula(assessment, tmp_path):
    answer(assessment, "C.1", "3", note=FORMULA)

    path = export(assessment, tmp_path / "answers.xlsx", "xlsx")

    cells = [c for row in load_workbook(path).worksheets[0].rows for c in row]
    (note,) = [cell for cell in cells if cell.value == FORMULA]
    assert note.data_type == "s"
    assert note.quotePrefix
    assert "f" not in {cell.data_type for cell in cells}


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "-", "@x", "'tis", "a=b", ""])
def test_neutral_text_comes_back_as_it_was(text):
    assert original(neutral(text)) == text


def test_export_to_the_terminal_needs_a_file_for_xlsx(assessment):
    with pytest.raises(CommandError, match="add --output FILE"):
        call_command("export_answers", assessment.code, format="xlsx")


def test_an_unknown_assessment_is_named(db):
    with pytest.raises(CommandError, match="no assessment NOPE"):
        call_command("export_answers", "NOPE")


@pytest.mark.parametrize("controls", [3, 63])
def test_export_costs_one_statement(
    cast, assessment, controls, django_assert_num_queries
):
    assessment.edition = EditionFactory(controls=controls)
    assessment.save()
    answer(assessment, "C.1", "3")
    edition = tree_of(assessment)

    with django_assert_num_queries(1):
        rows = export_rows(assessment, edition)

    assert len(rows) == controls
    assert write_file("json", rows, about(assessment, edition))


# In


def test_a_dry_run_writes_nothing(assessment, cast, tmp_path):
    path = write_csv(tmp_path / "a.csv", ("C.1", "3"))

    result = run(assessment, path, cast.manager)

    assert result["applied"] is False
    assert result["changes"] == [
        {
            "line": 2,
            "ref": "C.1",
            "version": 0,
            "before": {"option": ""},
            "after": {"option": "3"},
        }
    ]
    assert not Answer.objects.exists()


def test_apply_writes_revisions_of_an_import(assessment, cast, tmp_path):
    answer(assessment, "C.1", "2", note="As before")
    path = write_csv(
        tmp_path / "a.csv",
        ("C.1", "3", "1"),
        ("C.2", "4", ""),
        header=("ref", "option", "version"),
    )

    result = run(assessment, path, cast.manager, apply=True)

    assert result["applied"] is True
    assert options_in(assessment) == {"C.1": "3", "C.2": "4"}
    kept = Answer.objects.get(assessment=assessment, control__ref="C.1")
    assert (kept.note, kept.version) == ("As before", 2)
    newest = AnswerRevision.objects.filter(answer=kept).first()
    assert (newest.kind, newest.by) == ("import", cast.manager.user)


def test_each_bad_row_is_named_and_nothing_is_taken(assessment, cast, tmp_path):
    path = write_csv(
        tmp_path / "a.csv",
        ("C.1", "3", "", "", ""),
        ("C.2", "7", "", "", ""),
        ("C.3", "na", "no", "", ""),
        ("X.9", "3", "", "", ""),
        ("C.1", "4", "", "", ""),
        ("", "4", "", "", ""),
        header=("ref", "option", "justification", "ticks", "flagged"),
    )

    result = run(assessment, path, cast.manager, apply=True)

    title = tree_of(assessment).title
    assert [(p["line"], p["ref"], p["message"]) for p in result["problems"]] == [
        (
            3,
            "C.2",
            "“7” in line 3, column 2 is not an answer that C.2 allows. Allowed are "
            f"{ALLOWED}.",
        ),
        (4, "C.3", "Say why it does not apply, in at least 15 characters."),
        (5, "X.9", f"{title} has no control X.9."),
        (6, "C.1", "C.1 stands in the file twice, first in line 2."),
        (7, "", "The ref is missing."),
    ]
    assert result["applied"] is False
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("ticks", "1.1 9.9", "does not belong to this control"),
        ("flagged", "maybe", "must be true or empty"),
        ("version", "two", "must be a whole number"),
    ],
)
def test_a_bad_cell_is_explained(assessment, cast, tmp_path, column, value, message):
    path = write_csv(
        tmp_path / "a.csv", ("C.1", "3", value), header=("ref", "option", column)
    )

    (problem,) = run(assessment, path, cast.manager)["problems"]

    assert message in problem["message"]


def test_lines_are_counted_through_notes_of_several_lines(assessment, cast, tmp_path):
    path = write_csv(
        tmp_path / "a.csv",
        ("C.1", "3", "one\ntwo\nthree"),
        ("C.2", "9", ""),
        header=("ref", "option", "note"),
    )

    (problem,) = run(assessment, path, cast.manager)["problems"]

    assert (problem["line"], problem["ref"]) == (5, "C.2")


def test_a_newer_answer_is_not_replaced(assessment, cast, tmp_path):
    answer(assessment, "C.1", "2")
    path = export(assessment, tmp_path / "a.csv")
    path.write_text(path.read_text().replace(",2,,,,,1,", ",5,,,,,1,"))
    answer(assessment, "C.1", "3", by=cast.contributor.user)

    refused = run(assessment, path, cast.manager, apply=True)

    (problem,) = refused["problems"]
    assert "newer than the file: version 2 by Jonas Weber" in problem["message"]
    assert options_in(assessment) == {"C.1": "3"}

    taken = run(assessment, path, cast.manager, apply=True, replace_newer=True)
    assert taken["changes"][0]["before"] == {"option": "3"}
    assert options_in(assessment) == {"C.1": "5"}


def test_a_row_without_version_replaces_nothing(assessment, cast, tmp_path):
    answer(assessment, "C.1", "2")
    path = write_csv(tmp_path / "a.csv", ("C.1", "4"))

    (problem,) = run(assessment, path, cast.manager)["problems"]

    assert "does not say which version it replaces" in problem["message"]


def test_versions_of_another_assessment_say_nothing_here(assessment, cast, tmp_path):
    other = AssessmentFactory(
        organization=assessment.organization,
        team=assessment.team,
        edition=assessment.edition,
        manager=cast.manager.user,
    )
    answer(other, "C.1", "5")
    answer(assessment, "C.1", "2")
    path = export(other, tmp_path / "other.csv")

    result = run(assessment, path, cast.manager, apply=True)

    (problem,) = result["problems"]
    assert "does not say which version it replaces" in problem["message"]
    assert options_in(assessment)["C.1"] == "2"


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_answers_of_another_edition_are_refused(assessment, cast, tmp_path, form):
    """Its refs and titles are the same; only the name of the edition tells."""
    other = AssessmentFactory(organization=assessment.organization)
    answer(other, "C.1", "5")
    path = export(other, tmp_path / f"other.{form}", form)

    result = run(assessment, path, cast.manager, apply=True)

    theirs, ours = tree_of(other).code, tree_of(assessment).code
    assert {problem["message"] for problem in result["problems"]} == {
        f"The file is about {theirs}, the assessment about {ours}."
    }


def test_the_summary_counts_every_row(assessment, cast, tmp_path, capsys):
    answer(assessment, "C.2", "2")
    path = write_csv(
        tmp_path / "a.csv",
        *[("C.1", "3", "So"), ("C.2", "2", "And so"), ("C.3", "", "")],
        header=("ref", "option", "question"),
    )

    call_command(
        "import_answers", assessment.code, path, by=cast.manager.user.email, apply=True
    )

    assert capsys.readouterr().out.splitlines() == [
        "line 2  C.1  option: – → 3",
        "Not taken, as these only inform: question.",
        "3 rows read: 1 change, 2 unchanged, 0 not taken. Written.",
    ]


def test_an_empty_row_of_an_export_erases_nothing(assessment, cast, tmp_path):
    path = export(assessment, tmp_path / "a.csv")
    answer(assessment, "C.1", "4", note="Written since")

    result = run(assessment, path, cast.manager, apply=True)

    assert (result["changes"], result["problems"], result["unchanged"]) == ([], [], 3)
    assert options_in(assessment) == {"C.1": "4"}


def test_a_formula_without_a_result_is_refused(assessment, cast, tmp_path):
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(("ref", "option", "note"))
    sheet.append(("C.1", "3", FORMULA))
    sheet.append(("C.2", "=1+2", None))
    workbook.save(tmp_path / "a.xlsx")

    result = run(assessment, tmp_path / "a.xlsx", cast.manager)

    sentence = "is a formula without a result. Replace it by its value."
    assert [p["message"] for p in result["problems"]] == [
        f"C2 {sentence}",
        f"B3 {sentence}",
    ]


def test_a_csv_of_excel_with_semicolons_is_read(assessment, cast, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeffRef;Option;Note\r\nC.1;3;Prüfung\r\n".encode())

    result = run(assessment, path, cast.manager, apply=True)

    assert result["changes"][0]["after"] == {"option": "3", "note": "Prüfung"}


def test_json_takes_numbers_and_lists(assessment, cast, tmp_path):
    path = tmp_path / "a.json"
    row = {"ref": "C.1", "option": 3, "ticks": ["1.1", "3.1"], "flagged": True}
    path.write_text(json.dumps([row]))

    result = run(assessment, path, cast.manager, apply=True)

    assert result["changes"][0]["after"] == {
        "option": "3",
        "ticks": ["1.1", "3.1"],
        "flagged": True,
    }


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"ref", "must end in"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"name,option\nC.1,3\n", "“ref” is missing"),
        ("a.csv", b"ref,title\nC.1,x\n", "no column of answers"),
        ("a.csv", b"ref,option\n,\n", "no rows of answers"),
        ("a.csv", b"ref,optoin\nC.1,3\n", "“optoin” .line 1, column 2. is not known"),
        ("a.csv", "ref,note\nC.1,ü\n".encode("latin-1"), "not UTF-8"),
        ("a.json", b"{", "not JSON"),
        ("a.json", b"{}", "no list"),
        ("a.json", b"[1]", "no object"),
        ("a.xlsx", b"PK no workbook", "no workbook"),
        ("a.json", b'{"edition": "gmp/x", "answers": []}', "no rows of answers"),
        ("a.json", b'[{"ref": "C.1", "ref": "C.2", "note": ""}]', "stands twice"),
        ("a.json", b'[{"ref": "C.1", "note": NaN}]', "not JSON: NaN"),
        ("a.csv", b"ref,option,option\nC.1,3,4\n", "“option” stands in the file twice"),
        ("a.json", b"[" * 90_000 + b"]" * 90_000, "not JSON"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    assessment, cast, tmp_path, name, content, message
):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(CommandError, match=message):
        run(assessment, path, cast.manager)


@pytest.mark.parametrize("cut", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_that_is_cut_off_says_so(assessment, cast, tmp_path, cut):
    whole = BytesIO()
    Workbook().save(whole)
    path = tmp_path / "a.xlsx"
    with ZipFile(whole) as source, ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content[:60] if name == cut else content)

    with pytest.raises(CommandError, match="no workbook that can be read"):
        run(assessment, path, cast.manager)


def test_half_a_character_becomes_a_question_mark(assessment, cast, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(r'[{"ref": "C.1", "note": "\ud800 x"}, {"ref": "\udfff"}]')

    result = run(assessment, path, cast.manager)

    assert result["changes"][0]["after"] == {"note": "? x"}
    assert result["problems"][0]["ref"] == "?"


@pytest.mark.parametrize("version", ["-1", "1.5", "9" * 10, "9" * 5000, "²"])
def test_a_version_that_is_no_number(assessment, cast, tmp_path, version):
    path = write_csv(
        tmp_path / "a.csv", ("C.1", "3", version), header=("ref", "option", "version")
    )
    (problem,) = run(assessment, path, cast.manager)["problems"]

    assert "must be a whole number." in problem["message"]


def test_submitted_while_the_file_was_read(assessment, cast, tmp_path, monkeypatch):
    path = write_csv(tmp_path / "a.csv", ("C.1", "3"))

    def read_slowly(name):
        submit(assessment)
        return read_file(name)

    command = "assessments.management.commands.import_answers.read_file"
    monkeypatch.setattr(command, read_slowly)
    with pytest.raises(CommandError, match="submitted meanwhile; nothing was changed"):
        run(assessment, path, cast.manager, apply=True)

    assert not Answer.objects.exists()


def test_a_missing_and_an_oversized_file_are_refused(assessment, cast, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run(assessment, tmp_path / "none.csv", cast.manager)
    with (tmp_path / "big.csv").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(CommandError, match="larger than 10 MB"):
        run(assessment, tmp_path / "big.csv", cast.manager)


@pytest.mark.parametrize("role", ["auditor", "viewer"])
def test_only_those_who_answer_may_import(assessment, cast, tmp_path, role):
    path = write_csv(tmp_path / "a.csv", ("C.1", "3"))
    with pytest.raises(CommandError, match="may not answer"):
        run(assessment, path, getattr(cast, role))


def test_a_stranger_may_not_import(assessment, cast, tmp_path):
    path = write_csv(tmp_path / "a.csv", ("C.1", "3"))
    with pytest.raises(CommandError, match="is no member of Northwind Pharma"):
        run(assessment, path, cast.stranger)


def test_a_contributor_imports_what_they_may_answer(assessment, cast, tmp_path):
    path = write_csv(tmp_path / "a.csv", ("C.1", "3"))

    assert run(assessment, path, cast.contributor)["problems"] == []
    (problem,) = run(assessment, path, cast.colleague)["problems"]
    assert problem["message"] == "Mei Tanaka may not answer this control."


def test_a_submitted_assessment_takes_nothing(assessment, cast, tmp_path):
    submit(assessment)
    path = write_csv(tmp_path / "a.csv", ("C.1", "3"))
    with pytest.raises(CommandError, match="takes no answers: it is “In review”"):
        run(assessment, path, cast.manager, apply=True)


def test_a_fault_in_the_middle_takes_everything_back(
    assessment, cast, tmp_path, monkeypatch
):
    path = write_csv(tmp_path / "a.csv", ("C.1", "3"), ("C.2", "3"))
    create = AnswerRevision.objects.create

    def fail_second(**fields):
        if AnswerRevision.objects.exists():
            raise RuntimeError
        return create(**fields)

    monkeypatch.setattr(AnswerRevision.objects, "create", fail_second)
    with pytest.raises(RuntimeError):
        run(assessment, path, cast.manager, apply=True)

    assert not Answer.objects.exists()


def test_the_table_tells_lines_and_what_to_do(assessment, cast, tmp_path):
    path = write_csv(tmp_path / "a.csv", ("C.1", "3"), ("C.2", "\x1b[31m9"))
    out = StringIO()

    with pytest.raises(CommandError):
        call_command(
            "import_answers",
            assessment.code,
            str(path),
            by=cast.manager.user.email,
            stdout=out,
        )

    assert "line 2  C.1  option: – → 3" in out.getvalue()
    assert (
        "line 3  C.2  NOT TAKEN: “?[31m9” in line 3, column 2 is not an"
        in out.getvalue()
    )
    assert "Dry run: nothing was written." in out.getvalue()


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 100_000)
    (tmp_path / "a.xlsx").write_bytes(buffer.getvalue())
    monkeypatch.setattr(
        "assessments.services.answer_files.workbook.MOST_UNPACKED", 9_000
    )

    with pytest.raises(UnreadableFileError, match="unpacks to more"):
        read_file(tmp_path / "a.xlsx")
