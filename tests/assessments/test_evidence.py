"""Evidence: what is taken, what is refused and why, and who gets it."""

import hashlib
import io
import tracemalloc
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.models import Answer, AnswerRevision, Evidence
from assessments.services.files import RefusedFile, check_file, safe_name
from tests.factories.assessments import AssessmentFactory, answer, tree_of

PDF = b"%PDF-1.7\n%%EOF\n"


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.fixture
def control(assessment):
    return tree_of(assessment).assessable()[0]


@pytest.fixture
def url(assessment, control):
    return reverse("assessments:evidence_add", args=[assessment.code, control.ref])


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("register.pdf", PDF, "application/pdf"),
        ("photo.JPG", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("list.csv", "Größe;7\n".encode(), "text/csv"),
        ("notes.txt", b"plain", "text/plain"),
        (
            "register.xlsx",
            zipped("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_honest_files_are_taken(name, content, media_type):
    assert check_file(SimpleUploadedFile(name, content)) == media_type


DISGUISED = "“{name}” is not what its ending “{ending}” says."
PROTECTED = (
    "“{name}” is protected by a password, or in an old format. "
    "Save it without a password and add it again."
)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.pdf", b"", "“{name}” is empty. Choose the file again."),
        ("program.pdf", b"MZ\x90\x00", DISGUISED),
        ("page.txt", b"<!DOCTYPE html><script>alert(1)</script>", DISGUISED),
        ("drawing.csv", b"<svg onload=alert(1)>", DISGUISED),
        ("binary.txt", b"a\x00b", DISGUISED),
        ("archive.docx", zipped("evil.exe"), DISGUISED),
        ("broken.xlsx", b"PK\x03\x04 not a zip", DISGUISED),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", PROTECTED),
        ("locked.pdf", b"%PDF-1.7\ntrailer << /Encrypt 5 0 R >>", PROTECTED),
    ],
)
def test_dishonest_files_are_refused_with_the_reason(name, content, message):
    with pytest.raises(RefusedFile) as refused:
        check_file(SimpleUploadedFile(name, content))

    ending = "." + name.rsplit(".", 1)[1]
    assert str(refused.value) == message.format(name=name, ending=ending)


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
        "Save it as PDF and add that."
    )


def test_a_document_of_a_thousand_pictures_is_taken():
    pictures = (f"word/media/image{number}.png" for number in range(1000))
    upload = SimpleUploadedFile("big.docx", zipped("word/document.xml", *pictures))
    assert check_file(upload).endswith("wordprocessingml.document")


def test_a_zip_of_a_later_format_is_refused():
    content = bytearray(zipped("word/document.xml"))
    # "Version needed to extract", in the list of members.
    content[content.index(b"PK\x01\x02") + 6] = 99
    with pytest.raises(RefusedFile, match="is not what its ending"):
        check_file(SimpleUploadedFile("later.docx", bytes(content)))


@pytest.mark.parametrize("name", ["page.html", "run.exe", "picture.svg", "noending"])
def test_other_types_are_refused_naming_what_is_allowed(name):
    with pytest.raises(RefusedFile, match="Allowed are: PDF, PNG"):
        check_file(SimpleUploadedFile(name, b"x"))


def test_oversized_file_is_refused_with_the_limit(settings):
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    with pytest.raises(RefusedFile) as refused:
        check_file(SimpleUploadedFile("big.pdf", PDF + b"x" * 1024 * 1024))

    assert (
        str(refused.value) == "“big.pdf” is too large. The limit is 1.0\xa0MB a file."
    )


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
    assert (newest.version, newest.kind, newest.evidence) == (
        3,
        "evidence",
        stored.evidence,
    )
    evidence = Evidence.objects.get(title="a.pdf")
    with evidence.file.open() as file:
        assert file.read() == PDF
    assert "a.pdf" not in evidence.file.name


def test_one_refused_file_does_not_lose_the_other(url, cast, sign_in):
    files = [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.exe", b"MZ")]
    response = sign_in(cast.manager).post(url, {"uploads": files})

    assert response.status_code == 422
    assert "“b.exe” can&#x27;t be added." in response.content.decode()
    assert [e.title for e in Evidence.objects.all()] == ["a.pdf"]


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
    assert [r.version for r in AnswerRevision.objects.all()] == [3, 2, 1]


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
