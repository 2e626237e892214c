"""What is taken as evidence, and each refusal with its reason."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib

import pikepdf
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from assessments.forms.evidence import EvidenceForm
from assessments.services.files import (
    ACCEPT,
    TYPES_TEXT,
    RefusedFile,
    check_file,
    listing_of,
)
from assessments.services.files.kinds import BY_ENDING, KINDS
from tests.factories.files import (
    EXCEL,
    OLE,
    PDF,
    SLIDES,
    WORD,
    compound,
    office,
    opendocument,
    zip_of,
    zipped,
)

DAMAGED = (
    "“{name}” is damaged or was not copied to its end. "
    "Open it, save it again, and add that."
)
PROTECTED = (
    "“{name}” opens only with a password, which reviewers don't have. "
    "Save it without a password and add it again."
)
MACROS = (
    "“{name}” holds macros, which are programs. "
    "Save it without macros, or as PDF, and add that."
)
PARTS = (
    "“{name}” has too many parts, or parts with too long names. "
    "Save it as PDF, or pack fewer files together, and add that."
)
NO_TEXT = (
    "“{name}” has signs that no text has. If it is a text, save it as UTF-8 and add "
    "it again."
)
PAGE = "“{name}” is a web page. Print it to PDF, and add that."
OLD = (
    "“{name}” is in an old format under a new ending. Open it, save it in the present "
    "format or as PDF, and add that."
)


def other(expected: str) -> str:
    return (
        f"The content of “{{name}}” is not {expected}, as its ending says. "
        "Open it, save it in that format, and add it again."
    )


def wrong(actual: str, ending: str) -> str:
    return (
        f"The content of “{{name}}” is {actual}. Let its name end with {ending}, "
        "or choose the right file."
    )


def check(name: str, content: bytes) -> str:
    return check_file(SimpleUploadedFile(name, content))


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(RefusedFile) as refused:
        check(name, content)
    return str(refused.value).replace(name, "{name}")


def locked(*, user: str) -> bytes:
    """A PDF that needs a password to change it, and `user` to open it."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        allowed = pikepdf.Permissions(print_highres=False, print_lowres=False)
        pdf.save(
            buffer, encryption=pikepdf.Encryption(owner="o", user=user, allow=allowed)
        )
    return buffer.getvalue()


def pdf_with_link() -> bytes:
    uri = b"3 0 obj<</Type/Page/Annots[<</A<</URI(https://a.example/Encrypt)>>>>]"
    return PDF.replace(b"3 0 obj<</Type/Page", uri) + b"% /Encrypt 5 0 R\n"


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"
XML = b'<?xml version="1.0"?><scan host="web1"/>'


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("print-restricted.pdf", locked(user=""), "application/pdf"),
        ("link.pdf", pdf_with_link(), "application/pdf"),
        ("mark.pdf", b"\xef\xbb\xbf" + PDF, "application/pdf"),
        ("late.pdf", b"\r\n" * 400 + PDF, "application/pdf"),
        ("a.PNG", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.gif", b"GIF89a", "image/gif"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        ("a.heic", HEIC, "image/heic"),
        ("a.docx", office(), WORD),
        ("sharepoint.docx", office(WORD, "word/document2.xml"), WORD),
        ("root.docx", office(WORD, "document.xml"), WORD),
        ("a.xlsx", office(EXCEL, "xl/workbook.xml"), EXCEL),
        ("a.pptx", office(SLIDES, "ppt/presentation.xml"), SLIDES),
        ("a.odt", opendocument(), "application/vnd.oasis.opendocument.text"),
        (
            "touched.ods",
            opendocument("spreadsheet", "Basic/script-lc.xml", "Basic/x/script-lb.xml"),
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("notepad.txt", "Größe; Prüfung".encode("utf-16"), "text/plain"),
        ("big-endian.csv", b"\xfe\xff" + "Größe".encode("utf-16-be"), "text/csv"),
        ("mark.csv", b"\xef\xbb\xbfGr\xc3\xb6\xc3\x9fe;7\n", "text/csv"),
        ("windows.txt", "“Größe” – 5 €".encode("cp1252"), "text/plain"),
        ("japanese.csv", "検査は毎年".encode("shift_jis"), "text/csv"),
        ("scan.txt", XML, "text/plain"),
        ("hungarian.txt", b"MZ/2026 report", "text/plain"),
        ("colours.log", b"\x1b[31mred\x1b[0m\r\n\x0c\x1a", "text/plain"),
        ("a.md", b"# Title\n<br>", "text/markdown"),
        ("a.json", b'{"a": 1}', "application/json"),
        ("a.eml", b"From: a@a.example\n\n<html>", "message/rfc822"),
        ("a.msg", compound("__properties_version1.0"), "application/vnd.ms-outlook"),
        (
            "attachments.msg",
            compound(*map(str, range(9)), "__properties_version1.0", filler=30_000),
            "application/vnd.ms-outlook",
        ),
        ("a.zip", zipped("a.txt", "b/c.cfg"), "application/zip"),
    ],
)
def test_honest_files_are_taken(name, content, media_type):
    assert check(name, content) == media_type


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.pdf", b"", "“{name}” is empty. Choose the file again."),
        ("locked.pdf", locked(user="u"), PROTECTED),
        ("torn.pdf", PDF[:60], DAMAGED),
        ("program.pdf", b"MZ\x90\x00 %PDF-1.7", other("a PDF")),
        ("page.pdf", b"<html>" + PDF, other("a PDF")),
        ("picture.pdf", b"\x89PNG\r\n\x1a\n", wrong("a PNG picture", ".png")),
        ("deep.pdf", b"x" * 1024 + PDF, other("a PDF")),
        ("picture.png", b"\xff\xd8\xff", wrong("a JPEG picture", ".jpg")),
        ("film.webp", b"RIFF\x00\x00\x00\x00AVI LIST", other("a WebP picture")),
        ("film.heic", b"\x00\x00\x00\x18ftypisom", other("a HEIC picture")),
        ("report.txt", PDF, wrong("a PDF", ".pdf")),
        ("page.txt", b"<!DOCTYPE html><script>alert(1)</script>", PAGE),
        ("mark.txt", b"\xef\xbb\xbf <!-- x --> <html>", PAGE),
        ("wide.txt", "\n<html>".encode("utf-16"), PAGE),
        ("late.txt", b" " * 100_000 + b"<html>", PAGE),
        ("declared.csv", b'<?xml version="1.0"?><svg onload="x()"/>', PAGE),
        ("binary.txt", b"a\x00b", NO_TEXT),
        ("program.txt", b"MZ\x90\x00\x03", NO_TEXT),
        ("half.txt", b"\xff\xfea\x00b", NO_TEXT),
        ("archive.docx", zipped("evil.exe"), wrong("a ZIP archive", ".zip")),
        ("sheet.docx", office(EXCEL), wrong("an Excel workbook", ".xlsx")),
        (
            "text.xlsx",
            opendocument(),
            wrong("an OpenDocument text", ".odt"),
        ),
        (
            "sheet.odt",
            opendocument("spreadsheet"),
            wrong("an OpenDocument spreadsheet", ".ods"),
        ),
        ("broken.xlsx", b"PK\x03\x04 not a zip", DAMAGED),
        ("torn.docx", office()[:-30], DAMAGED),
        ("locked.xlsx", compound("EncryptedPackage"), PROTECTED),
        ("old.docx", compound("WordDocument"), OLD),
        ("large.docx", compound("EncryptedPackage", filler=30_000), PROTECTED),
        ("torn-old.docx", OLE, DAMAGED),
        (
            "locked.odt",
            opendocument(manifest="<manifest:encryption-data/>"),
            PROTECTED,
        ),
        ("workbook.msg", compound("Workbook"), other("an Outlook mail")),
        ("note.msg", b"plain", other("an Outlook mail")),
        (
            "gone.docx",
            office(WORD, "word/x.xml").replace(b"word/x.xml", b"word/y.xml"),
            None,
        ),
        ("none.zip", zipped(), "“{name}” holds no file. Choose another one."),
        ("text.zip", b"plain", other("a ZIP archive")),
    ],
)
def test_a_refusal_names_the_real_reason(name, content, message):
    assert refusal(name, content) == message if message else refusal(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", office(WORD, "word/document.xml", "word/vbaProject.bin")),
        ("a.docx", office(WORD, "word/document.xml", "WORD/vbaproject.bin")),
        ("a.xlsx", office(EXCEL, "xl/workbook.xml", "xl/vbaProject.bin")),
        ("a.xlsx", office(EXCEL, "xl/workbook.xml", "xl/macrosheets/sheet1.xml")),
        ("a.pptx", office(SLIDES, "ppt/presentation.xml", "ppt/VBAPROJECT.BIN")),
        ("a.docx", office(WORD, "word/document.xml", "vbaProject.bin")),
        ("a.docx", office("application/vnd.ms-word.document.macroEnabled")),
        (
            "a.docx",
            office(
                types='<Default Extension="bin" '
                'ContentType="application/vnd.ms-office.vbaProject"/>'
            ),
        ),
        ("a.odt", opendocument("text", "Basic/Standard/Module1.xml")),
        ("a.ods", opendocument("spreadsheet", "Scripts/python/run.py")),
        ("a.odp", opendocument("presentation", "basic/Standard/Module1.xml")),
    ],
)
def test_macros_are_refused_wherever_they_hide(name, content):
    assert refusal(name, content) == MACROS


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("plan.doc", "Save it as PDF or in a present format, and add that."),
        ("plan.xlsm", "Files with macros are not taken. Save it without, or as PDF."),
        ("page.html", "Print it to PDF, and add that."),
        ("all.7z", "Pack it as ZIP, and add that."),
        ("scan.tiff", "Save the picture as PNG or JPEG, and add that."),
        ("run.exe", "Programs are not taken. Add a picture or a text of what it does."),
        ("noending", ""),
    ],
)
def test_other_endings_are_refused_with_advice(name, advice):
    said = f"“{{name}}” can’t be added. {advice} Allowed are: {TYPES_TEXT}."
    assert refusal(name, b"x") == said.replace("  ", " ")


def test_the_guide_names_every_kind():
    guide = (settings.BASE_DIR / "docs" / "user" / "guide.md").read_text()
    paragraph = guide[guide.index("**Evidence** is files") :].partition("\n\n")[0]
    missing = {str(kind.label) for kind in KINDS if str(kind.label) not in paragraph}
    assert missing == set()


def test_what_our_own_libraries_write_is_taken():
    buffer = io.BytesIO()
    Workbook().save(buffer)
    assert check("export.xlsx", buffer.getvalue()) == EXCEL


def test_a_chain_without_an_end_is_left():
    """The directory's sector is said to follow itself."""
    content = bytearray(compound("__x"))
    content[512:516] = b"\0\0\0\0"
    content[516:520] = (1).to_bytes(4, "little")
    assert refusal("loop.msg", bytes(content)) == other("an Outlook mail")


def test_page_message_and_check_share_one_list():
    form = EvidenceForm()
    assert form.fields["uploads"].widget.attrs["accept"] == ACCEPT
    assert ACCEPT.split(",") == list(BY_ENDING)
    assert str(form.fields["uploads"].help_text) == str(TYPES_TEXT)
    assert str(TYPES_TEXT) == (
        "PDF, PNG, JPEG, WebP, GIF, HEIC, Word, Excel, PowerPoint, OpenDocument, CSV, "
        "TXT, LOG, MD, JSON, EML, MSG, ZIP"
    )


def encrypted_zip() -> bytes:
    content = bytearray(zipped("a.txt"))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def overlapping_zip() -> bytes:
    """Many names for one packed content: it grows without limit when unpacked."""
    with zipfile.ZipFile(buffer := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", b"0" * 1_000_000)
    whole = buffer.getvalue()
    start = whole.index(b"PK\x01\x02")
    entry = whole[start : whole.index(b"PK\x05\x06")]
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, 99, 99, len(entry) * 99, start, 0
    )
    return whole[:start] + entry * 99 + end


def huge_zip() -> bytes:
    """Says that it unpacks to 3 GB."""
    content = bytearray(zipped("a.txt"))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (3 * 1024**3).to_bytes(4, "little")
    return bytes(content)


GROWS = (
    "“{name}” would grow beyond all measure when it is unpacked. "
    "Pack fewer files together, and add that."
)
ESCAPES = "“{name}” holds names that lead out of its own folder. Pack the files again."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (encrypted_zip(), PROTECTED),
        (overlapping_zip(), GROWS),
        (huge_zip(), GROWS),
        (zipped("../evil"), ESCAPES),
        (zipped("a/../../evil"), ESCAPES),
        (zipped("/etc/passwd"), ESCAPES),
        (zipped("C:\\evil"), ESCAPES),
        (zipped("a\\..\\..\\evil"), ESCAPES),
        (zipped(*map(str, range(10_000))), PARTS),
        (zipped("a.txt")[:-5], DAMAGED),
        (b"PK\x03\x04" + b"\0" * 100, DAMAGED),
    ],
)
def test_hostile_archives_are_refused(content, message):
    assert refusal("{name}.zip".format(name="big"), content) == message


def test_a_bomb_in_the_list_of_parts_costs_little():
    """The list of parts unpacks to 100 MB; another names itself ten million times."""
    parts = zip_of({"[Content_Types].xml": b" " * 100_000_000})
    laughs = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        "<Types>&b;</Types>"
    )
    tracemalloc.start()
    try:
        assert refusal("a.docx", parts) == PARTS
        assert refusal("a.docx", zip_of({"[Content_Types].xml": laughs})) == DAMAGED
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000


def test_a_list_of_parts_that_lies_about_its_size_is_not_read_whole():
    content = bytearray(zip_of({"[Content_Types].xml": b" " * 100_000_000}))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (10).to_bytes(4, "little")
    assert refusal("a.docx", bytes(content)) in {PARTS, DAMAGED}


def pdf_bomb() -> bytes:
    """A cross-reference stream that unpacks to 1 GB."""
    packer = zlib.compressobj(9)
    chunk = b"\0" * 64_000_000
    packed = b"".join([packer.compress(chunk) for _ in range(16)]) + packer.flush()
    head = b"%PDF-1.7\n"
    xref = (
        b"1 0 obj<</Type/XRef/Size 4000000000/W[1 8 8]/Root 1 0 R"
        b"/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    )
    tail = b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(head)
    return head + xref + packed + tail


def test_a_pdf_made_to_fill_the_memory_is_refused_in_time():
    content = pdf_bomb()
    start = time.monotonic()

    message = refusal("bomb.pdf", content)

    assert message in {
        DAMAGED,
        "“{name}” takes too long to open. Print it to a new PDF, and add that.",
    }
    assert time.monotonic() - start < 30


def test_a_large_text_is_read_piece_by_piece():
    upload = SimpleUploadedFile("big.log", b"line of a log\n" * 1_000_000)
    tracemalloc.start()
    try:
        check_file(upload)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000


def test_a_listing_names_files_and_sizes_without_tricks():
    content = zip_of({"b/": "", "b/two.txt": "12", "a\u202egpj.exe": "123"})

    listing = listing_of(io.BytesIO(content))

    assert [(f.name, f.size) for f in listing.files] == [
        ("agpj.exe", 3),
        ("b/two.txt", 2),
    ]
    assert listing.size == 5


def test_the_listing_of_what_is_no_archive_is_empty():
    assert listing_of(io.BytesIO(b"plain")).files == ()
