"""Every larger script prints, at no cost to reports without it; what can't is named."""

import subprocess
import unicodedata
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from reports.documents import Finding, Grade
from reports.renderers.fonts import BASE, FAMILIES, SCRIPTS, family_name, font_files
from reports.renderers.text import LOST, Printer
from reports.renderers.woff import to_truetype
from tests.reports.renderers.conftest import Render
from tests.reports.renderers.factory import make_bare_report, make_report
from tests.reports.renderers.measuring import FONT_PACKAGES

# One sentence about information security in each, with conjuncts and marks.
TEXTS = {
    "noto-sans-hebrew": "בדיקת ההרשאות נעשית פעם בשנה",
    "noto-sans-thai": "การตรวจสอบสิทธิ์ทุกปีโดยเจ้าของระบบ",
    "noto-sans-devanagari": "सूचना सुरक्षा नीति की वार्षिक समीक्षा क्षेत्र श्री ज्ञान",
    "noto-sans-bengali": "তথ্য নিরাপত্তা নীতি পর্যালোচনা ক্ষমতা",
    "noto-sans-gurmukhi": "ਸੂਚਨਾ ਸੁਰੱਖਿਆ ਨੀਤੀ ਦੀ ਸਾਲਾਨਾ ਸਮੀਖਿਆ",
    "hind-vadodara": "માહિતી સુરક્ષા નીતિની વાર્ષિક સમીક્ષા",
    "noto-sans-oriya": "ସୂଚନା ସୁରକ୍ଷା ନୀତି ପ୍ରତିବର୍ଷ ସମୀକ୍ଷା",
    "noto-sans-tamil": "தகவல் பாதுகாப்புக் கொள்கை",
    "mandali": "సమాచార భద్రతా విధానం సమీక్షించబడుతుంది",
    "benne": "ಮಾಹಿತಿ ಭದ್ರತಾ ನೀತಿಯನ್ನು ಪರಿಶೀಲಿಸಲಾಗುತ್ತದೆ",
    "manjari": "വിവര സുരക്ഷാ നയം അവലോകനം ചെയ്യുന്നു",
    "abhaya-libre": "තොරතුරු ආරක්ෂණ ප්‍රතිපත්තිය සමාලෝචනය",
    "padauk": "သတင်းအချက်အလက် လုံခြုံရေး မူဝါဒ",
    "battambang": "គោលការណ៍សន្តិសុខព័ត៌មានត្រូវបានពិនិត្យ",
    "phetsarath": "ນະໂຍບາຍຄວາມປອດໄພຂໍ້ມູນ",
    "noto-sans-armenian": "Տեղեկատվական անվտանգության քաղաքականություն",
    "noto-sans-georgian": "ინფორმაციული უსაფრთხოების პოლიტიკა",
    "abyssinica-sil": "የመረጃ ደህንነት ፖሊሲ በየዓመቱ ይገመገማል።",
    "noto-sans-symbols-2": "☒ 🖉",
}
BEFORE = {
    "Arabic": "مراجعة سياسة أمن المعلومات",
    "Greek": "Η πολιτική ασφάλειας",
    "Cyrillic": "Политика безопасности",
    "Vietnamese": "Chính sách bảo mật thông tin",
    "Chinese": "信息安全政策",
    "Japanese": "検査は毎年",
    "Korean": "보안 정책",
}
# Where the text of the PDF reads otherwise to pdftotext: right to left, and marks that
# it sorts by their place on the page.
READ_OTHERWISE = {"noto-sans-hebrew", "noto-sans-thai", "noto-sans-bengali"}


def report(*texts: str):
    findings = (
        Finding(f"F{i}", Grade.MINOR, "Minor", f"A.{i}", "Title", text)
        for i, text in enumerate(texts, 1)
    )
    return replace(make_bare_report(), findings=tuple(findings))


def words_of(content: bytes) -> str:
    text = subprocess.run(
        ["pdftotext", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()
    return "".join(unicodedata.normalize("NFC", text).split())


def fonts_of(content: bytes) -> set[str]:
    with pikepdf.open(BytesIO(content)) as pdf:
        names = {
            str(thing["/BaseFont"])
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and "/BaseFont" in thing
        }
    return {name.partition("+")[2].partition("-")[0] for name in names}


def test_every_family_has_a_text_here():
    assert TEXTS.keys() == SCRIPTS.keys()


@pytest.mark.parametrize("family", SCRIPTS)
def test_a_script_prints_in_its_own_font(family: str, render: Render, fonts: Path):
    text = TEXTS[family]
    printer = Printer(fonts)
    assert printer.clean(text) == unicodedata.normalize("NFC", text)
    assert (printer.scripts, printer.lost) == ({family}, set())

    rendered = render(report(text))

    assert (rendered.conforms, rendered.remark) == (True, "")
    assert family_name(family).replace(" ", "") in fonts_of(rendered.content)
    if family not in READ_OTHERWISE:
        wanted = "".join(unicodedata.normalize("NFC", text).split())
        assert wanted in words_of(rendered.content)


@pytest.mark.parametrize("text", BEFORE.values(), ids=BEFORE)
def test_scripts_of_the_base_need_no_other_font(text: str, fonts: Path):
    printer = Printer(fonts)
    assert printer.clean(text) == text
    assert (printer.scripts, printer.lost) == (set(), set())


def test_a_report_without_other_scripts_loads_no_other_font(fonts: Path):
    printer = Printer(fonts)
    printer.clean("Ünïcödé – “quotes” … ☐ ☑ ✓ ✗ → ≥")

    names = [path.name for path in font_files(fonts, printer.scripts)]

    assert len(names) == sum(map(len, BASE.values()))
    assert not [name for name in names if name.endswith("-normal.ttf")]


def test_the_fonts_have_the_names_that_the_templates_ask_for(fonts: Path):
    for family in FAMILIES:
        for path in font_files(fonts, {family}):
            if family in SCRIPTS and path.name.startswith(f"{family}-"):
                with TTFont(path, lazy=True) as font:
                    assert font["name"].getBestFamilyName() == family_name(family)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("☒ ☑ ☐", "☒ ☑ ☐"),
        ("𝗯𝗼𝗹𝗱 𝟯𝟱 𝔘𝔫𝔦", "bold 35 Uni"),
        ("ⓟⓛⓐⓘⓝ", "ⓟⓛⓐⓘⓝ"),
        ("\U00010330\U00010331", LOST * 2),
        ("x\u0f71", "x"),
    ],
)
def test_letters_without_a_font(typed: str, printed: str, printer: Printer):
    assert printer.clean(typed) == printed


def test_a_ticked_box_is_never_an_empty_one(render: Render):
    words = words_of(render(report("☒ ticked, ☐ empty")).content)
    assert "☒ticked,☐empty" in words
    assert "□" not in words


GOTHIC = "\U00010330\U00010332"


def test_lost_letters_are_named_in_the_pdf(render: Render):
    rendered = render(report("plain", f"a {GOTHIC}", "x\u0f71"))

    assert rendered.remark == (
        "Some letters have no font here and print as \ufffd or without their marks: "
        "A.2, A.3. The spreadsheet and the JSON file hold them as they were written."
    )
    assert "".join(rendered.remark.split()) in words_of(rendered.content)
    assert rendered.conforms


def test_many_refs_are_counted(render: Render):
    rendered = render(report(*[GOTHIC] * 20))
    assert "A.11, A.12, 8 more. The spreadsheet" in rendered.remark


@pytest.mark.parametrize("kind", ["full", "executive"])
def test_names_without_a_font_are_told_as_such(kind: str, render: Render):
    rendered = render(replace(make_report(3), scope=GOTHIC), kind)
    assert "without their marks: titles and names. The" in rendered.remark


def test_a_converted_font_is_the_one_in_the_package(fonts: Path):
    folder = FONT_PACKAGES.parent / "@fontsource" / "noto-sans-hebrew" / "files"
    woff = folder / "noto-sans-hebrew-hebrew-400-normal.woff"
    with (
        TTFont(woff) as packed,
        TTFont(BytesIO(to_truetype(woff.read_bytes()))) as plain,
    ):
        assert packed.reader.keys() == plain.reader.keys()
        for tag in list(packed.reader.tables):
            assert packed.reader[tag] == plain.reader[tag]


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"wOFF" + b"\0" * 20, b"wOF2" + b"\0" * 60]
)
def test_what_is_no_woff_is_refused(content: bytes):
    with pytest.raises(ValueError, match=r"WOFF"):
        to_truetype(content)


def test_a_torn_woff_is_refused():
    folder = FONT_PACKAGES.parent / "@fontsource" / "benne" / "files"
    content = (folder / "benne-kannada-400-normal.woff").read_bytes()
    with pytest.raises(ValueError, match="damaged"):
        to_truetype(content[: len(content) // 2])
