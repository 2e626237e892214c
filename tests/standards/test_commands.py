import json
import os
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from standards.models import Edition
from tests.factories.standards import EditionFactory, store_built_in


def run(*args, **options) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def broken(tmp_path):
    """A library with one fault."""
    (tmp_path / "tea").mkdir()
    profile = settings.LIBRARY_DIR / "iso-27032" / "standard.yaml"
    text = profile.read_text().replace("nature: guidance", "nature: advice")
    (tmp_path / "tea" / "standard.yaml").write_text(text)
    return tmp_path


@pytest.mark.django_db
def test_load_standards_fills_the_database_and_says_so():
    out, err = run("load_standards", "--format", "json")

    rows = json.loads(out)
    assert err == ""
    assert {(row["standard"], row["edition"]) for row in rows} >= {
        ("gmp", "us-21-cfr-211"),
        ("iso-27001", "2022"),
        ("iso-27032", "2023"),
    }
    assert {row["outcome"] for row in rows} == {"created"}
    assert Edition.objects.in_library().count() == len(rows)
    again = json.loads(run("load_standards", "--format", "json")[0])
    assert {row["outcome"] for row in again} == {"unchanged"}


@pytest.mark.django_db
def test_load_standards_reports_faults_and_writes_nothing(broken):
    out, err = StringIO(), StringIO()

    with pytest.raises(CommandError, match=r"^1 fault; nothing was written\.$"):
        call_command("load_standards", "--dir", str(broken), stdout=out, stderr=err)

    assert out.getvalue() == ""
    line = err.getvalue().strip()
    assert line.startswith(f"{broken}/tea/standard.yaml:9: nature: must be one of: ")
    assert not Edition.objects.exists()


def test_load_standards_reports_faults_as_json(broken):
    out = StringIO()

    with pytest.raises(CommandError):
        call_command(
            "load_standards",
            *("--dir", str(broken), "--check", "--format", "json"),
            stdout=out,
        )

    (fault,) = json.loads(out.getvalue())
    assert fault["line"] == 9
    assert fault["key"] == "nature"


def test_load_standards_reads_no_pipe_and_no_device(broken):
    os.mkfifo(broken / "tea" / "1.yaml")
    (broken / "tea" / "2.yaml").symlink_to("/dev/zero")
    err = StringIO()

    with pytest.raises(CommandError, match=r"^3 faults; nothing was written\.$"):
        call_command("load_standards", "--dir", str(broken), "--check", stderr=err)

    assert err.getvalue().count("is no file") == 2


def test_check_needs_no_database():
    out, _err = run("load_standards", "--check", "--format", "json")

    rows = {(row["standard"], row["edition"]): row for row in json.loads(out)}
    assert rows["iso-27001", "2022"]["questions"] == 118


@pytest.mark.django_db
def test_load_standards_keeps_what_is_used_unless_strict(monkeypatch):
    store_built_in()
    Edition.objects.update(checksum="another")
    monkeypatch.setattr("standards.services.is_used", lambda edition: True)

    with pytest.raises(CommandError, match="is used by assessments"):
        run("load_standards", "--strict")
    out, err = run("load_standards")

    assert "kept" in out
    assert "iso-27001/2022 is used by assessments" in err


@pytest.mark.django_db
def test_standards_lists_every_edition():
    store_built_in()

    rows = json.loads(run("standards", "--format", "json")[0])

    by_code = {(row["standard"], row["edition"]): row for row in rows}
    assert by_code["iso-27001", "2022"] == {
        "standard": "iso-27001",
        "edition": "2022",
        "title": "ISO/IEC 27001:2022",
        "sections": 21,
        "questions": 118,
        "built_in": True,
    }
    assert by_code["gmp", "us-21-cfr-211"]["sections"] == 11
    assert by_code["gmp", "us-21-cfr-211"]["questions"] == 58


@pytest.mark.django_db
def test_standards_prints_a_table_for_people():
    EditionFactory(standard="synthetic", controls=3)

    lines = run("standards")[0].splitlines()

    assert lines[0].split() == [
        "Standard",
        "Edition",
        "Title",
        "Sections",
        "Questions",
        "Built",
        "in",
    ]
    assert lines[1].split() == ["synthetic", "2025", "Synthetic:2025", "1", "3", "no"]


@pytest.mark.django_db
def test_standards_takes_one_statement(django_assert_num_queries):
    EditionFactory()
    EditionFactory()

    with django_assert_num_queries(1):
        run("standards")
