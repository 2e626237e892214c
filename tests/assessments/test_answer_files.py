"""What spreadsheets and people make of a file of answers, and what is taken of it.

No answer lands on another control, and nothing in a file is dropped without a word.
"""

import json
import os
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from assessments.management.commands.score import understand
from assessments.services.answer_files import (
    UnreadableFileError,
    read_content,
    read_file,
)
from assessments.services.answer_files.values import NO, YES, Cell, read_flag
from standards.loader import EditionData, OptionData, ScaleData
from tests.factories.standards import built_in_library

CIS = "cis-controls/8.1"
TITLE_3_1 = "Establish and Maintain a Data Management Process"


@pytest.fixture(scope="module")
def cis() -> EditionData:
    return edition(CIS)


def edition(code: str) -> EditionData:
    return next(one for one in built_in_library().editions if one.code == code)


def taken(data: EditionData, name: str, content: bytes) -> tuple[dict, list[str]]:
    """The options by ref, and the faults."""
    rows, faults = understand(read_content(name, content), data)
    return {row.ref: row.option for row in rows}, [fault.message for fault in faults]


def csv_of(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


def workbook_of(*rows: tuple, title: str = "Answers") -> Workbook:
    workbook = Workbook()
    workbook.worksheets[0].title = title
    for row in rows:
        workbook.worksheets[0].append(row)
    return workbook


def saved(workbook: Workbook) -> bytes:
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def rewritten(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with other bytes in one of its parts."""
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(buffer, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old in data
                data = data.replace(old, new)
            target.writestr(name, data)
    return buffer.getvalue()


SHEET_PART = "xl/worksheets/sheet1.xml"


# Refs that look like numbers


def test_a_number_as_ref_in_a_workbook_is_a_fault_with_its_cell(cis):
    title = cis.control("3.10").title
    content = saved(workbook_of(("ref", "title", "option"), (3.1, title, "most")))

    assert taken(cis, "a.xlsx", content) == (
        {},
        [
            "A2 holds the number 3.1, and a spreadsheet cuts zeros from numbers: "
            "format the cell as text and write the ref again. It may have been 3.1 or "
            "3.10."
        ],
    )


def test_a_number_is_no_ref_even_where_only_one_control_has_it(cis):
    content = saved(workbook_of(("ref", "option"), (5.1, "most")))

    options, faults = taken(cis, "a.xlsx", content)

    assert options == {}
    assert faults[0].startswith("A2 holds the number 5.1, ")


def test_a_date_as_ref_is_a_fault_with_its_cell(cis):
    content = saved(workbook_of(("ref", "option"), (date(2026, 10, 3), "most")))

    assert taken(cis, "a.xlsx", content) == (
        {},
        [
            "A2 holds the date 2026-10-03. A spreadsheet made it so: format the cell "
            "as text and write the ref again."
        ],
    )


def test_text_as_ref_in_a_workbook_is_what_it_says(cis):
    content = saved(workbook_of(("ref", "option"), ("3.1", "most"), ("3.10", "all")))

    assert taken(cis, "a.xlsx", content) == ({"3.1": "most", "3.10": "all"}, [])


def test_a_number_as_ref_in_json_is_a_fault(cis):
    content = b'[{"ref": 3.10, "option": "most"}, {"ref": true, "option": "most"}]'

    options, faults = taken(cis, "a.json", content)

    assert options == {}
    assert faults[0].startswith("answer 1, ref holds the number 3.10, ")
    assert faults[1] == "answer 2, ref must hold the ref as text."


def test_a_title_of_another_control_is_a_fault_in_csv(cis):
    title = cis.control("3.10").title

    assert taken(cis, "a.csv", csv_of("ref,title,option", f"3.1,{title},most")) == (
        {},
        [
            "The ref says 3.1, but the title is that of 3.10. A spreadsheet may have "
            "changed the ref."
        ],
    )


def test_a_title_that_no_control_has_is_a_fault(cis):
    options, faults = taken(
        cis, "a.csv", csv_of("ref,title,option", "3.10,Data of last year,most")
    )

    assert options == {}
    assert faults == [
        "The title “Data of last year” (line 2, column 2) is not that of 3.10, which "
        f"is “{cis.control('3.10').title}”. If the ref is right, empty the title."
    ]


def test_a_title_may_differ_in_case_blanks_quotes_and_dashes(cis):
    title = cis.control("3.10").title.upper().replace(" ", "  ")

    assert taken(cis, "a.csv", csv_of("ref;title;option", f"3.10;{title};most")) == (
        {"3.10": "most"},
        [],
    )


def test_a_ref_that_may_have_lost_its_zero_needs_a_title_in_csv(cis):
    assert taken(cis, "a.csv", csv_of("ref,option", "3.1,most", "3.3,most")) == (
        {"3.3": "most"},
        [
            "3.1 may be what a spreadsheet left of 3.10. Put the title of the control "
            "beside it, in a column “title”."
        ],
    )


def test_a_csv_that_kept_its_zeros_needs_no_titles(cis):
    content = csv_of("ref,option", "3.1,most", "3.10,all")

    assert taken(cis, "a.csv", content) == ({"3.1": "most", "3.10": "all"}, [])


@pytest.mark.parametrize(
    ("code", "ref", "hint"),
    [
        (CIS, "3.140", " A spreadsheet may have changed it from 3.14."),
        ("gmp/us-21-cfr-211", "211.1E2", ""),
        (CIS, "3,10", " A spreadsheet may have changed it from 3.1 or 3.10."),
        (CIS, "03. Okt", ""),
        (CIS, "3.1²", ""),
        (CIS, "1E2", ""),
    ],
)
def test_what_a_spreadsheet_left_of_a_ref_is_unknown(code, ref, hint):
    data = edition(code)
    options, faults = taken(data, "a.csv", csv_of("ref;option", f"{ref};0"))

    assert options == {}
    assert faults == [f"{data.title} has no control {ref}.{hint}"]


@pytest.mark.parametrize(
    "ref",
    [
        *(
            "a.5.1",
            " A.5.1 ",
            "A.5.1\u00a0",
            "\u200bA.5.1",
            "Ａ．５．１",
            "\ufeffa.5.1",
        ),
    ],
)
def test_a_ref_is_known_in_other_writings(ref):
    content = json.dumps([{"ref": ref, "option": "3"}]).encode()

    assert taken(edition("iso-27001/2022"), "a.json", content) == ({"A.5.1": "3"}, [])


@pytest.mark.parametrize("dash", "‐‑–—−－")
def test_a_dash_in_a_ref_may_be_any(dash):
    content = json.dumps([{"ref": f"gv.oc{dash}01", "option": "3"}]).encode()

    assert taken(edition("nist-csf/2.0"), "a.json", content) == ({"GV.OC-01": "3"}, [])


# What else stands in a file


@pytest.mark.parametrize("size", [b"A1", b"A1:C2", b"A1:B9999999"])
def test_a_wrong_size_in_a_workbook_drops_nothing(cis, size):
    rows = (("ref", "title", "option"), ("3.3", "", "most"), ("3.4", "", "all"))
    content = rewritten(
        saved(workbook_of(*rows)), SHEET_PART, b'ref="A1:C3"', b'ref="%s"' % size
    )

    assert taken(cis, "a.xlsx", content) == ({"3.3": "most", "3.4": "all"}, [])


def test_rows_out_of_order_and_after_blank_ones_are_read(cis):
    workbook = workbook_of(("ref", "option"), ("3.3", "most"))
    sheet = workbook.worksheets[0]
    sheet["A30000"], sheet["B30000"] = "3.4", "all"
    sheet["A5"], sheet["B5"] = "3.5", "some"
    content = rewritten(saved(workbook), SHEET_PART, b'<row r="5"', b'<row r="50000"')

    options, faults = taken(cis, "a.xlsx", content)

    assert options == {"3.3": "most", "3.5": "some", "3.4": "all"}
    assert faults == []


def test_a_cell_beyond_the_header_refuses_its_row(cis):
    content = csv_of("ref,option,note", "3.10,most,Policies, procedures and plans")

    assert taken(cis, "a.csv", content) == (
        {},
        [
            "“procedures and plans” in line 2, column 4 stands under no column name. A "
            "sign that separates columns may stand inside a text."
        ],
    )


def test_a_cell_under_a_column_without_a_name_refuses_its_row(cis):
    workbook = workbook_of(("ref", None, "option"), ("3.3", "lost", "most"))
    workbook.worksheets[0]["XFD2"] = "far away"

    options, faults = taken(cis, "a.xlsx", saved(workbook))

    assert options == {}
    assert faults[0].startswith("“lost” in B2 stands under no column name.")


def test_blank_cells_beyond_the_header_are_no_fault(cis):
    content = csv_of("ref,option,,", "3.3,most,, ", "3.4")

    assert taken(cis, "a.csv", content) == ({"3.3": "most", "3.4": None}, [])


def test_an_unknown_column_is_named_with_its_place():
    content = saved(workbook_of(("ref", "option", "Inspector"), ("3.3", "most", "Bo")))

    with pytest.raises(UnreadableFileError, match=r"“inspector” .C1. is not known"):
        read_content("a.xlsx", content)


def test_columns_that_only_inform_are_named():
    content = csv_of("ref,option,Question,Owner", "3.3,most,Is it?,")

    assert read_content("a.csv", content).remarks == [
        "Not taken, as these only inform: question."
    ]


def test_merged_cells_are_refused():
    workbook = workbook_of(("ref", "option"), ("3.3", "most"), ("3.4", "all"))
    workbook.worksheets[0].merge_cells("B2:B3")

    with pytest.raises(UnreadableFileError, match="cells B2:B3 are merged"):
        read_content("a.xlsx", saved(workbook))


def test_a_merged_title_above_the_header_is_no_fault():
    workbook = workbook_of(("My answers", None), (), ("Ref", "Level"), ("3.3", "most"))
    workbook.worksheets[0].merge_cells("A1:B1")

    contents = read_content("a.xlsx", saved(workbook))

    assert [row.text("level") for row in contents.rows] == ["most"]
    assert contents.remarks == ["What stands above the line with “ref” was not read."]


def test_hidden_rows_and_columns_are_read():
    workbook = workbook_of(("ref", "option"), ("3.3", "most"), ("3.4", "all"))
    workbook.worksheets[0].row_dimensions[3].hidden = True
    workbook.worksheets[0].column_dimensions["B"].hidden = True

    rows = read_content("a.xlsx", saved(workbook)).rows

    assert [row.text("option") for row in rows] == ["most", "all"]


def test_the_sheet_of_answers_is_found_among_others():
    workbook = workbook_of(("Kind", "Words"), title="Summary")
    workbook.create_sheet("Gaps").append(("Ref.", "Target"))
    answers = workbook.create_sheet("Answers")
    answers.append(("Ref.", "Level", "Note"))
    answers.append(("3.3", "most", "Yes"))

    contents = read_content("a.xlsx", saved(workbook))

    assert [row.line for row in contents.rows] == [2]
    assert contents.remarks == ["Read: the sheet Answers. Not read: Summary, Gaps."]


def test_two_sheets_of_answers_are_not_guessed_between():
    workbook = workbook_of(("ref", "option"), ("3.3", "most"), title="2025")
    workbook.create_sheet("2026").append(("ref", "option"))

    with pytest.raises(UnreadableFileError, match=r"Several sheets .* 2025, 2026"):
        read_content("a.xlsx", saved(workbook))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b'<c r="B2" t="str"><f>A1</f><v>most</v></c>', "most"),
        (b'<c r="B2" t="str"><f>""</f><v></v></c>', None),
        (b'<c r="B2"><f>1/2</f><v>0.5</v></c>', "some"),
    ],
)
def test_the_result_of_a_formula_is_taken_and_said(cis, value, expected):
    content = rewritten(
        saved(workbook_of(("ref", "option"), ("3.3", 77))),
        SHEET_PART,
        b'<c r="B2" t="n"><v>77</v></c>',
        value,
    )

    assert taken(cis, "a.xlsx", content) == ({"3.3": expected}, [])
    assert read_content("a.xlsx", content).remarks == [
        "1 cell is a formula; its last result was taken."
    ]


def test_an_error_of_a_formula_is_a_fault(cis):
    content = saved(workbook_of(("ref", "option"), ("3.3", "#N/A")))

    options, faults = taken(cis, "a.xlsx", content)

    assert options == {}
    assert faults == ["B2 holds the error #N/A of a formula."]


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (
            {"ref": "3.3", "option": {"code": "most"}},
            "answer 1, option must be a text.",
        ),
        ({"ref": "3.3", "option": ["most"], "ticks": [1]}, "answer 1, ticks must be"),
        ({"ref": "3.3", "option": True}, "“true” in answer 1, option is not an answer"),
    ],
)
def test_a_json_value_that_is_no_text_is_a_fault(cis, entry, fault):
    options, faults = taken(cis, "a.json", json.dumps([entry]).encode())

    assert options == {}
    assert faults[0].startswith(fault)


# The words of answers


@pytest.mark.parametrize(
    ("code", "ref", "text", "option"),
    [
        ("samm/2", "G-SM-1-A", "0,25", "0.25"),
        ("samm/2", "G-SM-1-A", "0.50", "0.5"),
        ("samm/2", "G-SM-1-A", "1.0", "1"),
        ("samm/2", "g-sm-1-a", "yes, for some", "0.25"),
        ("samm/2", "G-SM-1-A", "no", "0"),
        (CIS, "3.3", "0,75", "most"),
        (CIS, "3.3", "On most", "most"),
        (CIS, "3.3", "N/A", "na"),
        (CIS, "3.3", "not applicable", "na"),
        ("iso-27001/2022", "A.5.1", "3 Defined", "3"),
        ("iso-27001/2022", "A.5.1", "3 – defined", "3"),
        ("iso-27001/2022", "A.5.1", "3 (Defined)", "3"),
        ("iso-27001/2022", "A.5.1", "Don't know", None),
        ("nist-csf/2.0", "GV.OC-01", "Risk informed", "2"),
        ("c2m2/2.1", "ASSET-1a", "fi", "FI"),
        ("nist-800-171/r2", "3.1.1", "NOT MET", "not_met"),
    ],
)
def test_an_answer_is_known_by_all_its_names(code, ref, text, option):
    content = csv_of("ref;option", f'{ref};"{text}"')

    options, faults = taken(edition(code), "a.csv", content)

    assert list(options.values()) == [option]
    assert faults == []


def test_a_level_is_a_number_and_an_option_a_code(cis):
    """A file may have both, but then they must say the same."""
    content = csv_of("ref,option,level", "3.3,most,0.75", "3.4,most,0.5", "3.5,,1")

    assert taken(cis, "a.csv", content) == (
        {"3.3": "most"},
        [
            "line 3, column 2 and line 3, column 3 name two different answers.",
            "line 4, column 2 and line 4, column 3 name two different answers.",
        ],
    )


def test_a_code_that_is_the_number_of_another_answer_is_not_guessed(cis):
    """On such a scale a code, written out as text in “option”, means itself."""
    one, two = OptionData("1", "Low", Decimal(2)), OptionData("2", "High", Decimal(1))
    data = replace(cis, scale=ScaleData("Odd", Decimal(1), Decimal(2), (one, two)))
    asked = b'[{"ref": "3.3", "option": "1"}, {"ref": "3.4", "option": 1}]'

    options, faults = taken(data, "a.json", asked)
    levels, others = taken(data, "a.json", b'[{"ref": "3.3", "level": "1"}]')

    assert (options, levels) == ({"3.3": "1"}, {})
    assert faults[0].startswith("“1” in answer 2, option is not an answer")
    assert others[0].startswith("“1” in answer 1, level is not an answer")


@pytest.mark.parametrize("text", ["0.3", "25 %", "most or all", "2026-01-01", "-1"])
def test_what_could_mean_anything_is_refused_with_the_answers_allowed(cis, text):
    options, faults = taken(cis, "a.csv", csv_of("ref;option", f"3.3;{text}"))

    assert options == {}
    assert faults == [
        f"“{text}” in line 2, column 2 is not an answer that 3.3 allows. Allowed are "
        "none (Not implemented), parts (In small parts), some (On some), most (On "
        "most), all (On all), na (Not applicable), unknown (Don’t know)."
    ]


def test_only_the_answers_of_the_control_are_allowed():
    options, faults = taken(
        edition("cmmc/2.0-level-1"),
        "a.csv",
        csv_of("ref,option", "AC.L1-b.1.i,partial"),
    )

    assert options == {}
    assert "Allowed are met (Met), not_met (Not met), na (Not applicable)" in faults[0]


@pytest.mark.parametrize("word", ["WAHR", "VRAI", "true", "Ja", "X", "1"])
def test_a_flag_is_set_in_the_words_of_spreadsheets(word):
    assert read_flag(Cell(word)) is True


@pytest.mark.parametrize("word", ["FALSCH", "FAUX", "FALSE", "nein", "0", " "])
def test_a_flag_is_not_set_in_the_words_of_spreadsheets(word):
    assert read_flag(Cell(word)) is False


def test_no_word_means_both():
    assert YES.isdisjoint(NO)


@pytest.mark.parametrize(
    "content",
    [
        csv_of("sep=;", "ref;option", "3.3;most"),
        csv_of("sep=|", "ref|option", "3.3|most"),
        csv_of("Answers of May", "", "Ref.;Level", "3.3;most"),
        csv_of("ref\toption", "3.3\tmost"),
        csv_of("ref\toption", "3.3\tmost", encoding="utf-16"),
        csv_of("\ufeffREF;Option", "3.3;most"),
        csv_of('\ufeff"ref","option"', "3.3,most"),
    ],
)
def test_a_csv_as_spreadsheets_write_it(cis, content):
    assert taken(cis, "a.csv", content) == ({"3.3": "most"}, [])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (csv_of("ref;note", "3.3;Prüfung", encoding="cp1252"), "Line 2 is not UTF-8"),
        (csv_of("ref;note", "3.3;x", encoding="utf-16-le"), "This is no CSV text"),
        (csv_of("ref;note", '3.3;"x', "3.4;y"), "Line 2: unexpected end"),
        (csv_of("ref;note;Note", "3.3;x"), "“note” stands in the file twice: line 1"),
        (csv_of("ref;option;Answer", "3.3;x;y"), "“option” stands in the file twice"),
    ],
)
def test_a_csv_that_is_unclear_is_refused(content, message):
    with pytest.raises(UnreadableFileError, match=message):
        read_content("a.csv", content)


# Hostile files


def test_a_pipe_a_device_and_a_folder_are_no_files(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    (tmp_path / "folder.csv").mkdir()

    for name in ("pipe.csv", "zero.csv", "folder.csv"):
        with pytest.raises(UnreadableFileError, match=f"{name} is no file"):
            read_file(tmp_path / name)


def test_a_workbook_with_a_password_says_so():
    with pytest.raises(UnreadableFileError, match="with a password"):
        read_content("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread():
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for number in range(7):
            archive.writestr(f"xl/{number}.xml", b"0" * 10_000_000)

    with pytest.raises(UnreadableFileError, match="unpacks to more than 60 MB"):
        read_content("a.xlsx", buffer.getvalue())


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="9"><c><v>1</v></c></row>' * 300_000,
        b'<row r="9">' + b"<c><v>1</v></c>" * 400_000 + b"</row>",
        b"<row/>" * 1_600_000,
    ],
    ids=["rows", "one row", "blank rows"],
)
def test_a_workbook_of_endless_cells_is_refused_unread(cells):
    content = saved(workbook_of(("ref", "option"), ("3.3", "most")))
    content = rewritten(content, SHEET_PART, b"</sheetData>", cells + b"</sheetData>")

    with pytest.raises(UnreadableFileError, match="more cells than any standard"):
        read_content("a.xlsx", content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"ref,option\n" + b"x,1\n" * 20_001),
        ("a.json", b"[" + b'{"ref":"1","note":""},' * 20_000 + b'{"ref":"1"}]'),
    ],
)
def test_more_rows_than_any_standard_are_refused(name, content):
    with pytest.raises(UnreadableFileError, match="more rows than any standard"):
        read_content(name, content)


def test_entities_that_grow_without_end_are_refused():
    entities = b"".join(
        b'<!ENTITY e%d "%s">' % (number, b"&e%d;" % (number - 1) * 20)
        for number in range(1, 9)
    )
    content = saved(workbook_of(("ref", "option"), ("3.3", 7)))
    bomb = b'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">' + entities + b"]><worksheet"
    content = rewritten(content, SHEET_PART, b"<worksheet", bomb)
    content = rewritten(content, SHEET_PART, b"<v>7</v>", b"<v>&e8;</v>")

    with pytest.raises(UnreadableFileError, match="no workbook that can be read"):
        read_content("a.xlsx", content)


def test_reading_a_workbook_ends_in_time(monkeypatch):
    workbook = "assessments.services.answer_files.workbook"
    monkeypatch.setattr(f"{workbook}.MOST_SECONDS", -1)

    with pytest.raises(UnreadableFileError, match="takes longer than"):
        read_content("a.xlsx", saved(workbook_of(("ref", "option"), ("3.3", "most"))))


def test_a_cell_that_stands_twice_is_refused():
    content = rewritten(
        saved(workbook_of(("ref", "option"), ("3.3", 7))),
        SHEET_PART,
        b'<c r="B2"',
        b'<c r="B2" t="n"><v>1</v></c><c r="B2"',
    )

    with pytest.raises(UnreadableFileError, match=r"The cell B2 stands .* twice"):
        read_content("a.xlsx", content)


def test_a_line_of_endless_columns_is_refused_at_once():
    content = csv_of("ref,option" + "," * 2_000_000, "3.1,most")

    with pytest.raises(UnreadableFileError, match="more cells than any standard"):
        read_content("answers.csv", content)


@pytest.mark.parametrize("power", ["999999999", "-999999999"])
def test_a_number_of_endless_digits_is_not_written_out(cis, power):
    content = f'[{{"ref": "3.1", "option": 1e{power}, "note": 0e{power}}}]'

    _options, [fault] = taken(cis, "answers.json", content.encode())

    assert f"E{int(power):+}" in fault


def test_of_many_names_the_one_that_stands_twice_is_found_at_once():
    """Comparing each name with all others would take an hour."""
    names = [*range(200_000), 199_999]
    content = "[{" + ",".join(f'"{name}":0' for name in names) + "}]"
    started = time.process_time()

    with pytest.raises(UnreadableFileError, match="“199999” stands twice"):
        read_content("answers.json", content.encode())
    assert time.process_time() - started < 20
