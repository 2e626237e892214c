"""Reports with a real worker on a real broker, and a worker that dies."""

import hashlib

import pytest
from django.conf import settings
from django.urls import reverse

from reports.enums import ReportState
from reports.models import Report
from reports.services.requests import request_report
from tests.processes import celery_on, wait_until
from tests.reports.conftest import make_plant

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def ask(assessment, kind="full", form="pdf") -> Report:
    return request_report(
        assessment=assessment,
        kind=kind,
        form=form,
        by=assessment.manager,
        language="en",
    )


def reaches(report, *states):
    """Whether the report is in one of these states now."""

    def look() -> bool:
        report.refresh_from_db()
        return report.state in states

    return look


def check_file(report) -> None:
    assert report.state == ReportState.DONE, report.reason
    content = (settings.MEDIA_ROOT / report.file.name).read_bytes()
    assert content.startswith(b"%PDF-1.7")
    assert report.sha256 == hashlib.sha256(content).hexdigest()


def test_a_report_is_made_and_downloaded(worker, fonts, plant, cast, sign_in):
    client = sign_in(cast.manager)
    address = reverse("reports:request", args=[plant.code])

    client.post(address, {"document": "full-pdf"})
    report = Report.objects.get()
    wait_until(reaches(report, "done", "failed"), seconds=30, what="the report")

    check_file(report)
    response = client.get(reverse("reports:download", args=[report.code]))
    assert b"".join(response.streaming_content).startswith(b"%PDF-1.7")


def test_a_worker_killed_in_the_middle_finishes_later_and_once(
    worker, fonts, northwind, team, cast
):
    # Large enough that there is a middle: about a second.
    report = ask(make_plant(northwind, team, cast, controls=330, answered=60))
    wait_until(reaches(report, "running"), what="the start")
    worker.kill()
    report.refresh_from_db()
    assert report.state == ReportState.RUNNING

    worker.start()
    wait_until(reaches(report, "done", "failed"), seconds=60, what="the second try")

    check_file(report)
    assert report.attempts == 2
    files = [path.name for path in (settings.MEDIA_ROOT / "reports").iterdir()]
    assert files == [f"{report.code}-2.pdf"]
    assert Report.objects.count() == 1


def test_a_report_asked_for_while_the_queue_is_away_is_made_later(
    worker, fonts, plant, tmp_path
):
    with celery_on(f"redis+socket://{tmp_path}/nobody.sock"):
        report = ask(plant, "answers", "json")
    report.refresh_from_db()
    assert report.stage == "unreachable"

    # The worker's clock finds it.
    wait_until(reaches(report, "done", "failed"), seconds=30, what="the report")

    assert report.state == ReportState.DONE
