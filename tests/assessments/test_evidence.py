"""Evidence: what is taken, what is refused and why, and who gets it."""

import errno
import hashlib
import html
import json
import tracemalloc
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.models import Answer, AnswerRevision, Evidence
from assessments.services.evidence import attach_file, attach_link, detach
from assessments.services.files import RefusedFile, check_file, safe_name
from assessments.services.links import check_link
from tests.factories.assessments import AssessmentFactory, answer, tree_of
from tests.factories.files import PDF, WORD, office, zipped


@pytest.fixture
def control(assessment):
    return tree_of(assessment).assessable()[0]


@pytest.fixture
def url(assessment, control):
    return reverse("assessments:evidence_add", args=[assessment.code, control.ref])


@pytest.mark.parametrize(
    "names",
    [
        [f"word/media/{number}.png" for number in range(20_000)],
        [f"{number:065000d}" for number in range(20)],
    ],
    ids=["many", "long"],
)
def test_a_document_of_too_many_parts_is_refused_without_reading_their_list(names):
    upload = SimpleUploadedFile("big.docx", zipped("word/document.xml", *names))
    tracemalloc.start()
    try:
        with pytest.raises(RefusedFile) as refused:
            check_file(upload)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 200_000  # a list of 20,000 members takes 10 MB
    assert str(refused.value) == (
        "“big.docx” has too many parts, or parts with too long names. "
        "Save it as PDF, or pack fewer files together, and add that."
    )


def test_a_document_of_a_thousand_pictures_is_taken():
    pictures = (f"word/media/image{number}.png" for number in range(1000))
    content = office(WORD, "word/document.xml", *pictures)
    assert check_file(SimpleUploadedFile("big.docx", content)) == WORD


def test_a_zip_of_a_later_format_is_refused():
    content = bytearray(office())
    # "Version needed to extract", in the list of members.
    content[content.index(b"PK\x01\x02") + 6] = 99
    with pytest.raises(RefusedFile, match="is damaged"):
        check_file(SimpleUploadedFile("later.docx", bytes(content)))


def test_oversized_file_is_refused_with_the_limit(settings):
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    with pytest.raises(RefusedFile) as refused:
        check_file(SimpleUploadedFile("big.pdf", PDF + b"x" * 1024 * 1024))

    assert str(refused.value) == "“big.pdf” is too large. The limit is 1\xa0MB a file."


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\plan.pdf", "plan.pdf"),
        ("in\u202efdp.exe.txt", "infdp.exe.txt"),
        ("line\nbreak.txt", "linebreak.txt"),
    ],
)
def test_file_names_lose_paths_and_tricks(given, kept):
    assert safe_name(given) == kept


def test_several_files_are_attached_with_their_hashes(
    assessment, control, url, cast, sign_in
):
    answer(assessment, control, "3")
    files = [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.txt", b"plain")]
    response = sign_in(cast.manager).post(
        url,
        {"uploads": files, "period_start": "2026-01-01", "period_end": "2026-12-31"},
    )

    assert response.status_code == 302
    stored = Answer.objects.get()
    assert stored.version == 3
    assert [(item["title"], item["sha256"]) for item in stored.evidence] == [
        ("a.pdf", hashlib.sha256(PDF).hexdigest()),
        ("b.txt", hashlib.sha256(b"plain").hexdigest()),
    ]
    assert stored.evidence[0]["from"] == "2026-01-01"
    newest = AnswerRevision.objects.first()
    assert (newest.version, newest.kind) == (3, "evidence")
    # A version holds what changed, not the whole list.
    assert (newest.attached, newest.detached) == ([stored.evidence[1]], [])
    evidence = Evidence.objects.get(title="a.pdf")
    with evidence.file.open() as file:
        assert file.read() == PDF
    assert "a.pdf" not in evidence.file.name


def test_one_refused_file_does_not_lose_the_other(url, cast, sign_in):
    files = [
        SimpleUploadedFile("b.exe", b"MZ"),
        SimpleUploadedFile("c.pdf", b"MZ"),
        SimpleUploadedFile("a.pdf", PDF),
    ]
    response = sign_in(cast.manager).post(url, {"uploads": files})

    assert response.status_code == 422
    assert "“b.exe” can’t be added." in response.content.decode()
    assert "The content of “c.pdf” is not a PDF" in response.content.decode()
    assert [e.title for e in Evidence.objects.all()] == ["a.pdf"]


def files_kept(settings) -> list[Path]:
    folder = settings.MEDIA_ROOT / "evidence"
    return [path for path in folder.rglob("*") if path.is_file()]


class TornUpload(SimpleUploadedFile):
    """Its content can be read once; storing it fails in the middle."""

    number = errno.ENOSPC
    reads = 0

    def chunks(self, chunk_size=None):
        self.reads += 1
        yield from super().chunks(chunk_size)
        if self.reads > 1:
            raise OSError(self.number, "no room")


@pytest.mark.parametrize(
    ("number", "error"), [(errno.ENOSPC, RefusedFile), (errno.EIO, OSError)]
)
def test_a_failed_write_leaves_no_file(
    assessment, control, cast, settings, tmp_path, number, error
):
    settings.MEDIA_ROOT = tmp_path
    upload = TornUpload("a.txt", b"plain")
    upload.number = number
    with pytest.raises(error) as failure:
        attach_file(
            assessment=assessment, control=control, by=cast.manager.user, upload=upload
        )

    assert upload.reads == 2
    assert files_kept(settings) == []
    assert not Evidence.objects.exists()
    if error is RefusedFile:
        assert "the server's disk is full" in str(failure.value)


def test_a_failed_transaction_leaves_no_file(
    url, cast, sign_in, settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path

    def fail(*_args, **_kwargs):
        raise OSError(errno.EIO, "the database is gone")

    monkeypatch.setattr("assessments.services.evidence.add_revision", fail)
    client = sign_in(cast.manager)
    client.raise_request_exception = False
    client.post(url, {"uploads": [SimpleUploadedFile("a.txt", b"plain")]})

    assert files_kept(settings) == []
    assert not Evidence.objects.exists()


OWN = "is the computer of whoever opens the link"
SECRET = "The link holds a user name or a password."


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("https://ines:secret@intranet.example/a", SECRET),
        ("https://ines@intranet.example/a", SECRET),
        ("http://localhost:8080/a", OWN),
        ("http://127.0.0.1/a", OWN),
        ("http://127.8.9.1/a", OWN),
        ("http://169.254.169.254/latest/meta-data", OWN),
        ("http://[::1]/a", OWN),
        ("http://[::ffff:127.0.0.1]/a", OWN),
        ("http://[fe80::1]/a", OWN),
        ("http://0.0.0.0/a", OWN),
    ],
)
def test_links_that_others_can_not_or_should_not_open(
    url, cast, sign_in, link, message
):
    response = sign_in(cast.manager).post(url, {"url": link})

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    "link", ["http://127.1/a", "http://0x7f000001/a", "http://a.localhost./"]
)
def test_odd_forms_of_the_same_addresses(link):
    with pytest.raises(ValidationError, match=OWN):
        check_link(link)


@pytest.mark.parametrize(
    "link",
    ["https://10.1.2.3/a", "https://intranet.example/a@b", "https://127.example/a"],
)
def test_links_into_the_own_network_are_taken(url, cast, sign_in, link):
    assert sign_in(cast.manager).post(url, {"url": link}).status_code == 302


@pytest.fixture
def archive(url, cast, sign_in):
    content = zipped("a.txt", "b/<i>c.cfg")
    sign_in(cast.manager).post(
        url, {"uploads": [SimpleUploadedFile("All.ZIP", content)]}
    )
    return Evidence.objects.get()


def test_an_archive_is_listed(assessment, control, archive, cast, sign_in):
    address = reverse(
        "assessments:evidence_contents", args=[assessment.code, archive.code]
    )
    page = sign_in(cast.auditor).get(address).content.decode()

    assert "2 files, 2\xa0bytes unpacked." in page
    assert "b/&lt;i&gt;c.cfg" in page
    control_page = reverse("assessments:control", args=[assessment.code, control.ref])
    assert address in sign_in(cast.manager).get(control_page).content.decode()


def test_a_file_that_is_no_archive_has_no_listing(assessment, stored, cast, sign_in):
    address = reverse(
        "assessments:evidence_contents", args=[assessment.code, stored.code]
    )
    assert sign_in(cast.auditor).get(address).status_code == 404


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "Choose a file, or write a link."),
        ({"url": "javascript:alert(1)"}, "Enter a valid URL."),
        (
            {
                "url": "https://a.example",
                "period_start": "2026-02-01",
                "period_end": "2026-01-01",
            },
            "This day lies before “Valid from”.",
        ),
    ],
)
def test_faulty_forms_say_what_is_wrong(url, cast, sign_in, data, message):
    response = sign_in(cast.manager).post(url, data)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Evidence.objects.exists()


def test_removed_evidence_can_be_put_back(assessment, control, url, cast, sign_in):
    client = sign_in(cast.manager)
    client.post(url, {"url": "https://intranet.example/list", "title": "List"})
    code = Answer.objects.get().evidence[0]["code"]
    refs = [assessment.code, control.ref, code]
    headers = {"HX-Request": "true"}

    removed = client.post(
        reverse("assessments:evidence_remove", args=refs), headers=headers
    )
    assert Answer.objects.get().evidence == []
    assert '"version": 2' in removed["HX-Trigger"]
    client.post(reverse("assessments:evidence_restore", args=refs), headers=headers)
    assert [item["title"] for item in Answer.objects.get().evidence] == ["List"]
    changes = [
        (r.version, [i["title"] for i in r.attached], [i["title"] for i in r.detached])
        for r in AnswerRevision.objects.all()
    ]
    assert changes == [(3, ["List"], []), (2, [], ["List"]), (1, ["List"], [])]


def test_evidence_on_one_answer_grows_in_a_line(assessment, control, cast):
    """Each version used to copy the list: 900 links made 139 MB."""

    def stored_bytes(count: int) -> int:
        for number in range(count):
            attach_link(
                assessment=assessment,
                control=control,
                by=cast.manager.user,
                url=f"https://intranet.example/{number:05}",
            )
        rows = AnswerRevision.objects.values_list("attached", "detached")
        return sum(len(json.dumps(row)) for row in rows)

    first = stored_bytes(10)
    assert stored_bytes(90) == 10 * first


@pytest.fixture
def stored(url, cast, sign_in):
    sign_in(cast.manager).post(url, {"uploads": [SimpleUploadedFile("ü <b>.pdf", PDF)]})
    return Evidence.objects.get()


def test_download_is_an_attachment_that_can_do_nothing(
    assessment, stored, cast, sign_in
):
    url = reverse("assessments:evidence", args=[assessment.code, stored.code])
    response = sign_in(cast.auditor).get(url)

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("who", "status"),
    [("colleague", 200), ("viewer", 403), ("stranger", 404)],
)
def test_who_may_download(assessment, stored, cast, sign_in, who, status):
    url = reverse("assessments:evidence", args=[assessment.code, stored.code])

    response = sign_in(getattr(cast, who)).get(url)
    if response.streaming:
        list(response.streaming_content)
    assert response.status_code == status


def test_evidence_of_another_assessment_is_not_found(
    assessment, stored, northwind, team, cast, sign_in
):
    other = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=assessment.edition,
        manager=cast.manager.user,
    )
    url = reverse("assessments:evidence", args=[other.code, stored.code])

    assert sign_in(cast.manager).get(url).status_code == 404


@pytest.mark.parametrize("who", ["colleague", "auditor", "viewer"])
def test_only_who_may_answer_adds_evidence(url, cast, sign_in, who):
    response = sign_in(getattr(cast, who)).post(url, {"url": "https://a.example"})

    assert response.status_code == 403
    assert not Evidence.objects.exists()


# Room


def test_files_beyond_the_quota_are_refused_with_the_numbers(
    assessment, control, url, cast, sign_in, settings
):
    settings.QUOTA = 1
    client = sign_in(cast.manager)
    half = b"a" * 600_000
    client.post(url, {"uploads": [SimpleUploadedFile("a.txt", half)]})
    response = client.post(url, {"uploads": [SimpleUploadedFile("b.txt", half)]})

    assert response.status_code == 422
    text = html.unescape(response.content.decode()).replace("\xa0", " ")
    assert (
        "There is no room for this file (586 KB): the files of your organization "
        "take 586 KB of 1 MB. Add a link to it instead, or ask who runs Plumbline "
        "for more room." in text
    )
    assert [e.title for e in Evidence.objects.all()] == ["a.txt"]
    client.post(url, {"url": "https://intranet.example/b", "title": "b"})
    assert Evidence.objects.count() == 2


def test_quota_counts_each_organization_alone_and_what_was_taken_off(
    assessment, control, cast, settings
):
    settings.QUOTA = 1
    common = {"control": control, "by": cast.manager.user}
    half = b"a" * 600_000
    other = AssessmentFactory(edition=assessment.edition)
    attach_file(assessment=other, upload=SimpleUploadedFile("o.txt", half), **common)
    first = attach_file(
        assessment=assessment, upload=SimpleUploadedFile("a.txt", half), **common
    )
    # The file stays, for the versions that had it.
    detach(assessment=assessment, code=str(first.code), **common)
    with pytest.raises(RefusedFile):
        attach_file(
            assessment=assessment, upload=SimpleUploadedFile("b.txt", half), **common
        )
