"""Making one report in this process: its file, its faults, its claim."""

import errno
import hashlib
import json
import os
import subprocess
import time
from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from assessments.models import Answer
from reports.enums import ReportState, Stage
from reports.models import Report
from reports.renderers.errors import RenderError
from reports.services import files, making
from reports.services.heart import Heart
from tests.factories.assessments import answer, tree_of

FOLDER = settings.MEDIA_ROOT / "reports"
DISK_FULL = "The disk is full. Make room on the server, then retry."


def run(report, token="one") -> Report:
    making.make_report(report_id=report.pk, token=token)
    report.refresh_from_db()
    return report


def stored() -> list[str]:
    return sorted(path.name for path in FOLDER.iterdir()) if FOLDER.exists() else []


# The heart's thread has a connection of its own, which can't see an open transaction.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("kind", "form", "start"),
    [
        ("executive", "pdf", b"%PDF-1.7"),
        ("full", "pdf", b"%PDF-1.7"),
        ("answers", "xlsx", b"PK"),
        ("answers", "json", b"{"),
    ],
)
def test_each_document_is_made(plant, make, fonts, kind, form, start):
    report = run(make(plant, kind, form))

    assert (report.state, report.reason) == (ReportState.DONE, "")
    assert (report.progress, report.stage, report.token) == (100, "", "")
    content = (settings.MEDIA_ROOT / report.file.name).read_bytes()
    assert content.startswith(start)
    assert report.size == len(content)
    assert report.sha256 == hashlib.sha256(content).hexdigest()
    assert stored() == [f"{report.code}-1.{form}"]
    assert (FOLDER / stored()[0]).stat().st_mode & 0o777 == 0o600


def test_letters_without_a_font_are_a_remark_on_the_report(plant, make, fonts):
    controls = tree_of(plant).assessable()
    answer(plant, controls[1], "3", note="\U00010330 in Gothic")

    report = run(make(plant, "full", "pdf"))

    assert (report.state, report.reason) == (
        ReportState.DONE,
        "Some letters have no font here and print as \ufffd or without their marks: "
        f"{controls[1].ref}. The spreadsheet and the JSON file hold them as they were "
        "written.",
    )
    assert run(make(plant, "answers", "xlsx")).reason == ""


def test_equal_data_gives_equal_bytes(plant, make, fonts):
    documents = (("full", "pdf"), ("answers", "xlsx"), ("answers", "json"))
    for kind, form in documents:
        with time_machine.travel("2027-01-05T10:00:00Z", tick=False):
            first, second = run(make(plant, kind, form)), run(make(plant, kind, form))
        assert first.sha256 == second.sha256
        assert first.file.name != second.file.name


def test_files_for_programs_say_when_they_were_made_and_of_what_time(plant, make):
    answered = Answer.objects.filter(assessment=plant).latest("updated_at").updated_at
    with time_machine.travel("2027-01-05T10:00:00Z", tick=False):
        report = run(make(plant, "answers", "json"))

    data = json.loads((settings.MEDIA_ROOT / report.file.name).read_text())
    assert data["prepared_at"] == "2027-01-05T10:00:00+00:00"
    assert datetime.fromisoformat(data["as_of"]) == answered


def test_a_message_that_comes_twice_makes_one_report(plant, make):
    report = run(make(plant, "answers", "json"))
    before = report.finished_at

    run(report, token="two")

    assert (report.attempts, report.finished_at) == (1, before)


def test_a_report_that_another_task_holds_is_left_alone(plant, make):
    report = make(plant, state=ReportState.RUNNING, token="other")
    run(report)
    assert (report.state, report.token) == ("running", "other")


def test_whoever_lost_the_report_leaves_no_file(plant, make, monkeypatch):
    report = make(plant, "answers", "json")

    def steal(*arguments, **options):
        Report.objects.filter(pk=report.pk).update(token="other")
        return making_store(*arguments, **options)

    making_store = files.store
    monkeypatch.setattr(making, "store", steal)
    run(report)

    assert (report.state, report.token) == ("running", "other")
    assert stored() == []


def test_whoever_lost_the_report_stops_at_the_next_step(plant, make, monkeypatch):
    report = make(plant, "answers", "json")

    def steal(*_arguments):
        Report.objects.filter(pk=report.pk).update(state=ReportState.QUEUED)
        return b"{}", ""

    monkeypatch.setattr(making, "render", steal)
    run(report)

    assert report.state == ReportState.QUEUED
    assert stored() == []


def test_leftovers_of_a_killed_attempt_go(plant, make):
    report = make(plant, "answers", "json", attempts=1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{report.code}-1.json").write_text("half")
    (FOLDER / f".{report.code}-1.json.part").write_text("ha")

    run(report)

    assert report.attempts == 2
    assert stored() == [f"{report.code}-2.json"]


def test_a_full_disk_is_said_and_retry_works(plant, make, monkeypatch):
    report = make(plant, "answers", "json")

    def full(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        run(report)
    assert (report.state, report.reason) == (ReportState.FAILED, DISK_FULL)
    assert stored() == []

    Report.objects.update(state=ReportState.QUEUED)
    assert run(report, token="two").state == ReportState.DONE


@pytest.fixture
def tiny_disk(tmp_path, settings):
    """A disk of 16 KiB under MEDIA_ROOT, where this user may mount one."""
    settings.MEDIA_ROOT = tmp_path
    target = tmp_path / "reports"
    target.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(target)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting a disk needs root")
    yield target
    subprocess.run(["umount", str(target)], check=True)


def test_a_disk_that_really_is_full(plant, make, tiny_disk):
    report = run(make(plant, "answers", "json"))

    assert (report.state, report.reason) == (ReportState.FAILED, DISK_FULL)
    assert list(tiny_disk.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(plant, make, tmp_path, settings):
    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "file"

    report = run(make(plant, "answers", "json"))

    assert report.state == ReportState.FAILED
    assert report.reason == "The file could not be written: Not a directory."


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (RenderError("The report is too large."), "The report is too large."),
        (ZeroDivisionError(), "Something went wrong that should not. Try it again."),
    ],
)
def test_a_fault_is_said_in_plain_words(plant, make, monkeypatch, fault, reason):
    def fail(*_arguments):
        raise fault

    monkeypatch.setattr(making, "render", fail)
    report = run(make(plant))

    assert (report.state, report.reason) == (ReportState.FAILED, reason)
    assert report.file.name == ""


def test_an_empty_file_never_looks_finished(plant, make, monkeypatch):
    monkeypatch.setattr(making, "render", lambda *_arguments: (b"", ""))
    assert run(make(plant)).state == ReportState.FAILED


def test_missing_fonts_are_said(plant, make, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    report = run(make(plant))
    assert "collect_fonts" in report.reason


def test_stages_are_told_on_the_way(plant, make, monkeypatch):
    seen = []
    show = making.show_life

    def watch(report, **told):
        seen.append((told["stage"], told["progress"]))
        show(report, **told)

    monkeypatch.setattr(making, "show_life", watch)
    run(make(plant, "answers", "json"))

    assert seen == [
        (Stage.READING, 5),
        (Stage.SCORING, 20),
        (Stage.WRITING, 40),
        (Stage.STORING, 95),
    ]


def test_the_heart_beats_while_something_long_runs(plant, make):
    old = timezone.now() - timedelta(hours=1)
    report = make(plant, state=ReportState.RUNNING, token="one", heartbeat=old)

    with Heart(report.pk, "one", beat=0.05):
        deadline = time.monotonic() + 10
        while report.heartbeat == old and time.monotonic() < deadline:
            time.sleep(0.05)
            report.refresh_from_db()

    assert report.heartbeat > old


def test_the_heart_does_not_beat_for_a_report_of_another(plant, make):
    old = timezone.now() - timedelta(hours=1)
    report = make(plant, state=ReportState.RUNNING, token="other", heartbeat=old)

    with Heart(report.pk, "one", beat=0.02):
        time.sleep(0.2)

    report.refresh_from_db()
    assert report.heartbeat == old


def test_words_and_dates_follow_the_language_and_the_zone(plant, make):
    plant.organization.time_zone = "Asia/Tokyo"
    plant.organization.save()

    report = run(make(plant, "answers", "json"))

    data = json.loads((settings.MEDIA_ROOT / report.file.name).read_text())
    assert data["as_of"].endswith("+09:00")
    assert data["language"] == "en"
