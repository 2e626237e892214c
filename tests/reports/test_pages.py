"""Reports on the pages: who may ask and read, what is shown while one is made."""

import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django.asserts import (
    assertContains,
    assertNotContains,
    assertRedirects,
    assertTemplateUsed,
)

from reports.enums import ReportState, Stage
from reports.models import Report

HTMX = {"HX-Request": "true"}
EVERYBODY = ("admin", "manager", "contributor", "auditor", "viewer")
READERS = EVERYBODY[:-1]


def ask(client, assessment, document="executive-pdf", **headers):
    address = reverse("reports:request", args=[assessment.code])
    return client.post(address, {"document": document}, headers=headers)


def finished(make, assessment, kind="executive", form="pdf", **fields):
    name = f"reports/{kind}.{form}"
    path = settings.MEDIA_ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-1.7 content")
    values = {"file": name, "size": 16, "sha256": "ab" * 32, **fields}
    return make(assessment, kind, form, state=ReportState.DONE, **values)


# Asking


@pytest.mark.parametrize("role", EVERYBODY)
def test_everybody_may_ask_for_the_executive_report(assessment, cast, sign_in, role):
    response = ask(sign_in(getattr(cast, role)), assessment)

    address = reverse("assessments:results", args=[assessment.code])
    assertRedirects(response, f"{address}#report", fetch_redirect_response=False)
    report = Report.objects.get()
    assert (report.kind, report.format, report.state) == ("executive", "pdf", "queued")


@pytest.mark.parametrize("document", ["full-pdf", "answers-xlsx", "answers-json"])
def test_notes_and_evidence_are_not_for_viewers_to_ask(
    assessment, cast, sign_in, document
):
    for role in READERS:
        assert (
            ask(sign_in(getattr(cast, role)), assessment, document).status_code == 302
        )
    before = Report.objects.count()

    assert ask(sign_in(cast.viewer), assessment, document).status_code == 403
    assert Report.objects.count() == before


def test_a_stranger_finds_nothing(assessment, cast, sign_in, make):
    client = sign_in(cast.stranger)
    report = finished(make, assessment)
    assert ask(client, assessment).status_code == 404
    for name in ("report", "download"):
        assert (
            client.get(reverse(f"reports:{name}", args=[report.code])).status_code
            == 404
        )
    retry = reverse("reports:retry", args=[report.code])
    assert client.post(retry).status_code == 404
    jobs = reverse("reports:jobs", args=[assessment.code])
    assert client.get(jobs).status_code == 404
    assertNotContains(client.get(reverse("reports:list")), report.code)


@pytest.mark.parametrize("document", ["full-xlsx", "nonsense"])
def test_what_is_not_offered_is_refused(assessment, cast, sign_in, document):
    assert ask(sign_in(cast.admin), assessment, document).status_code == 403
    assert not Report.objects.exists()


def test_nothing_chosen_is_said(assessment, cast, sign_in):
    client = sign_in(cast.manager)

    piece = ask(client, assessment, "", **HTMX)
    page = ask(client, assessment, "")

    assert piece["HX-Redirect"] == page["Location"]
    assertContains(client.get(page["Location"]), "Choose a report.")
    assert not Report.objects.exists()


def test_htmx_gets_the_list_that_looks_again(assessment, cast, sign_in):
    response = ask(sign_in(cast.manager), assessment, **HTMX)

    assertTemplateUsed(response, "reports/_jobs.html")
    assertNotContains(response, "<html")
    assertContains(response, 'hx-trigger="every 1500ms"')
    assertContains(response, "Executive report, PDF")


def test_a_queue_that_is_away_is_said(
    transactional_db, assessment, cast, sign_in, broker_that_is_gone
):
    response = ask(sign_in(cast.manager), assessment, **HTMX)

    assertContains(response, "The job queue can’t be reached just now.")
    assertContains(response, "The report starts by itself.")
    assert Report.objects.get().state == ReportState.QUEUED


# States


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "queued"}, "Queued"),
        (
            {"state": "running", "progress": 40, "stage": Stage.WRITING},
            "Running: Writing the pages",
        ),
        (
            {"state": "failed", "reason": "The disk is full."},
            "Failed: The disk is full.",
        ),
    ],
)
def test_states_are_said_in_words(assessment, cast, sign_in, make, fields, words):
    make(assessment, **fields)
    client = sign_in(cast.manager)
    address = reverse("reports:jobs", args=[assessment.code])

    response = client.get(address, headers=HTMX)

    assertContains(response, words)
    looks_again = fields["state"] != "failed"
    assert ("hx-trigger" in response.content.decode()) == looks_again
    assert ("Refresh" in response.content.decode()) == looks_again


def test_without_htmx_the_list_is_part_of_the_results(assessment, cast, sign_in):
    response = sign_in(cast.viewer).get(reverse("reports:jobs", args=[assessment.code]))
    address = reverse("assessments:results", args=[assessment.code])
    assertRedirects(response, f"{address}#report", fetch_redirect_response=False)


def test_a_finished_report_shows_size_and_fingerprint(assessment, cast, sign_in, make):
    report = finished(make, assessment)
    client = sign_in(cast.manager)

    page = client.get(report.get_absolute_url())
    assertContains(page, "ab" * 32)
    assertContains(page, reverse("reports:download", args=[report.code]))
    assertNotContains(page, "hx-trigger")
    piece = client.get(reverse("reports:jobs", args=[assessment.code]), headers=HTMX)
    assertContains(piece, "abababab…abababab")
    assertContains(piece, "16 bytes".replace(" ", "\xa0"))
    # For those who don't see the list change.
    assertContains(piece, "Executive report, PDF: ready to download")


def test_a_running_report_has_a_page_that_looks_again(assessment, cast, sign_in, make):
    report = make(assessment, state="running", progress=40, stage=Stage.WRITING)
    client = sign_in(cast.manager)

    page = client.get(report.get_absolute_url())
    assertContains(page, "<html")
    assertContains(page, 'hx-trigger="every 1500ms"')
    piece = client.get(report.get_absolute_url(), headers=HTMX)
    assertNotContains(piece, "<html")
    assertContains(piece, "40 %")


def test_retry_from_the_page(assessment, cast, sign_in, make):
    report = make(assessment, state="failed", reason="The disk is full.")
    client = sign_in(cast.manager)
    assertContains(client.get(report.get_absolute_url()), "Retry")

    response = client.post(reverse("reports:retry", args=[report.code]))

    assertRedirects(response, report.get_absolute_url())
    report.refresh_from_db()
    assert (report.state, report.reason) == ("queued", "")


def test_a_viewer_may_not_retry_what_they_may_not_ask(assessment, cast, sign_in, make):
    report = make(assessment, "full", state="failed", reason="Full")
    client = sign_in(cast.viewer)

    assertNotContains(client.get(report.get_absolute_url()), "Retry")
    response = client.post(reverse("reports:retry", args=[report.code]))
    assert response.status_code == 403


# Reading


@pytest.mark.parametrize("kind", ["executive", "full"])
def test_viewers_read_printed_reports(assessment, cast, sign_in, make, kind):
    report = finished(make, assessment, kind)
    response = sign_in(cast.viewer).get(reverse("reports:download", args=[report.code]))
    assert b"".join(response.streaming_content) == b"%PDF-1.7 content"


def test_the_answers_as_data_are_not_for_viewers(assessment, cast, sign_in, make):
    report = finished(make, assessment, "answers", "json")
    client = sign_in(cast.viewer)

    for name in ("report", "download"):
        response = client.get(reverse(f"reports:{name}", args=[report.code]))
        assert response.status_code == 403
    assertNotContains(client.get(reverse("reports:list")), report.code)


def test_a_file_is_always_an_attachment(assessment, cast, sign_in, make):
    report = finished(make, assessment)

    response = sign_in(cast.manager).get(
        reverse("reports:download", args=[report.code])
    )

    response.close()
    disposition = response["Content-Disposition"]
    assert disposition.startswith('attachment; filename="Synthetic-')
    assert disposition.endswith(f'_executive_{report.code}.pdf"')
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("state", ["queued", "running", "failed"])
def test_what_is_not_finished_is_not_downloaded(assessment, cast, sign_in, make, state):
    report = make(assessment, state=state)
    response = sign_in(cast.manager).get(
        reverse("reports:download", args=[report.code])
    )
    assert response.status_code == 404


def test_a_file_that_is_gone_is_not_found(assessment, cast, sign_in, make):
    report = finished(make, assessment)
    (settings.MEDIA_ROOT / report.file.name).unlink()
    response = sign_in(cast.manager).get(
        reverse("reports:download", args=[report.code])
    )
    assert response.status_code == 404


def test_a_guest_reads_reports_of_one_assessment(assessment, cast, sign_in, make):
    report = finished(make, assessment)
    cast.auditor.only_assessment = assessment.code
    cast.auditor.save()
    assert sign_in(cast.auditor).get(report.get_absolute_url()).status_code == 200

    cast.auditor.only_assessment = "OTHER"
    cast.auditor.save()
    assert sign_in(cast.auditor).get(report.get_absolute_url()).status_code == 404


# Lists


def test_the_list_without_reports_says_what_to_do(cast, sign_in):
    assertContains(sign_in(cast.viewer).get(reverse("reports:list")), "No report yet.")


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_costs_the_same_for_any_number(
    assessment, cast, sign_in, make, count, django_assert_num_queries
):
    for _ in range(count):
        finished(make, assessment)
    client = sign_in(cast.manager)

    # Session, person, membership; count, reports.
    with django_assert_num_queries(5):
        response = client.get(reverse("reports:list"))

    assertContains(response, 'role="rowheader"', count=count)
    assertNotContains(response, "hx-trigger")


def test_the_list_looks_again_while_one_is_made(assessment, cast, sign_in, make):
    make(assessment)
    client = sign_in(cast.manager)

    assertContains(client.get(reverse("reports:list")), 'hx-trigger="every 2s"')
    piece = client.get(reverse("reports:list"), headers=HTMX)
    assertNotContains(piece, "<html")


def test_the_panel_offers_what_the_role_may_ask(assessment, cast, sign_in):
    address = reverse("assessments:results", args=[assessment.code])
    assertContains(sign_in(cast.manager).get(address), 'type="radio"', count=4)
    assertContains(sign_in(cast.viewer).get(address), 'type="radio"', count=1)
