"""The built-in standards against counted facts, and the quality of our own words."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from standards.loader import EditionData, load_edition
from standards.loader.shared import read_scales
from standards.loader.source import read_bytes
from tests.factories.standards import built_in_library, built_in_shared

LIBRARY = Path(settings.LIBRARY_DIR)
FACTS = Path(settings.BASE_DIR).parent / "shared" / "facts" / "assertions.yaml"
EDITIONS = {edition.code: edition for edition in built_in_library().editions}
EVERY_EDITION = pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)

ISO_CLAUSES = {"4": 4, "5": 3, "6": 3, "7": 5, "8": 3, "9": 3, "10": 2}
ISO_THEMES = {"A.5": 37, "A.6": 8, "A.7": 14, "A.8": 34}
GMP_SUBPARTS = {
    **{"A": 2, "B": 4, "C": 8, "D": 5, "E": 7, "F": 8},
    **{"G": 6, "H": 2, "I": 7, "J": 9, "K": 2},
}


# How a criterion begins that a document alone can meet.
DOCUMENT = re.compile(
    r"(An? (written|approved) |Written |Approved |Drawings |Procedures? )"
    r"|Rules? (?!sets )"
    r"|(A|The) (rule|procedure|policy|plan|scheme|template|checklist|program|method)\b"
)
# Words that point at a text which does not stand there: the first criterion of a level
# stands alone, beside the level and as the next step of a gap.
POINTING = re.compile(
    r"\b(these|those)\b(?! (of|that|who|requirements)\b)|that (person|agreement)\b"
    r"|the people named|from the list,"
    r"|\b(with|show|follow|meet) the (table|rule|limits)\b(?! of)",
    re.IGNORECASE,
)
# A site may lack consultants, injectables, retail products, such tests or animals.
GMP_NOT_APPLICABLE = {"211.34", "211.72", "211.132", "211.167", "211.173"}


def counts(edition: EditionData) -> dict[str, int]:
    """Controls by outermost section; one with children counts once."""
    return {
        section.ref: sum(len(part.controls) for part in section.walk())
        for section in edition.sections
    }


def offers_na(edition: EditionData, ref: str) -> bool:
    control = edition.control(ref)
    na = {option.code for option in edition.scale.options if option.na}
    return bool(na & set(control.options or [o.code for o in edition.scale.options]))


def test_iso_27001_has_its_subclauses_and_annex():
    edition = EDITIONS["iso-27001/2022"]

    assert counts(edition) == ISO_CLAUSES | ISO_THEMES
    assert sum(ISO_CLAUSES.values()) == 23
    assert sum(ISO_THEMES.values()) == 93
    for theme, count in ISO_THEMES.items():
        refs = [control.ref for control in edition.section(theme).all_controls()]
        assert refs == [f"{theme}.{number}" for number in range(1, count + 1)]
    # Clause 6.1 is asked in its three parts, which count once.
    children = [child.ref for child in edition.control("6.1").controls]
    assert children == ["6.1.1", "6.1.2", "6.1.3"]
    assert len(edition.assessable()) == 118


def test_gmp_has_its_subparts_and_sections():
    edition = EDITIONS["gmp/us-21-cfr-211"]

    assert counts(edition) == GMP_SUBPARTS
    assert len(edition.sections) == 11
    assert len(edition.controls()) == 60
    numbers = [int(control.ref.removeprefix("211.")) for control in edition.controls()]
    assert numbers == sorted(numbers)
    assert (numbers[0], numbers[-1]) == (1, 208)


def test_not_applicable_is_offered_only_where_a_standard_knows_it():
    iso, gmp = EDITIONS["iso-27001/2022"], EDITIONS["gmp/us-21-cfr-211"]

    assert [c.ref for c in iso.assessable() if offers_na(iso, c.ref)] == [
        control.ref for control in iso.assessable() if control.ref.startswith("A.")
    ]
    assert {
        c.ref for c in gmp.assessable() if offers_na(gmp, c.ref)
    } == GMP_NOT_APPLICABLE
    assert not offers_na(EDITIONS["nist-800-171/r2"], "3.12.4")
    assert not offers_na(EDITIONS["cmmc/2.0-level-2"], "CA.L2-3.12.4")
    for ref in GMP_NOT_APPLICABLE:
        assert "may mark this as not applicable" in gmp.control(ref).guidance, ref


@EVERY_EDITION
def test_a_document_alone_is_not_what_stands_beside_level_3(edition):
    paper = [
        control.ref
        for control in edition.assessable()
        for criterion in control.criteria
        if criterion.code == "3.1" and DOCUMENT.match(criterion.text)
    ]

    assert paper == []


@EVERY_EDITION
def test_a_criterion_that_stands_alone_is_complete(edition):
    first = [
        (control.ref, criterion.code, criterion.text)
        for control in edition.assessable()
        for criterion in control.criteria
        if criterion.code.endswith(".1")
    ]

    assert [one for one in first if POINTING.search(one[2])] == []


def test_a_profile_is_official_only_with_the_publishers_own_answers():
    samm = EDITIONS["samm/2"].scoring
    cis = EDITIONS["cis-controls/8.1"].scoring

    assert samm["official"] is False
    assert all(ref in samm["source"] for ref in ("G-SM-1-A", "V-ST-3-B"))
    assert [
        outcome.get("official", False)
        for outcome in cis["outcomes"]
        if outcome["name"] == "implementation-average"
    ] == [False]


def test_the_lowest_level_of_c2m2_is_asked_for_informal_practice_too():
    informal = re.compile(r"inform|even |irregular|roughly")
    edition = EDITIONS["c2m2/2.1"]

    strict = [
        control.ref
        for control in edition.assessable()
        if control.attributes["mil"] == "1" and not informal.search(control.question)
    ]

    assert strict == []
    # "Informally" belongs to the practice, not to the last of its examples.
    assert [
        control.ref
        for control in edition.assessable()
        if re.search(r"(such as|for example) .*, even informally\?$", control.question)
        or len(re.findall(r"\beven\b", control.question)) > 1
    ] == []


def test_practices_of_c2m2_stand_in_the_order_of_their_letters():
    objectives = {}
    for control in EDITIONS["c2m2/2.1"].assessable():
        objectives.setdefault(control.ref[:-1], []).append(control.ref[-1])

    assert all(letters == sorted(letters) for letters in objectives.values())


def test_facts_agree_with_the_numbers_asserted_here():
    if not FACTS.exists():
        pytest.skip(f"{FACTS} is not on this machine")
    facts = yaml.safe_load(FACTS.read_text())

    assert facts["iso27001_2022"] == {
        "clauses_l2": sum(ISO_CLAUSES.values()),
        "annex_a": sum(ISO_THEMES.values()),
        "themes": list(ISO_THEMES.values()),
    }
    assert facts["gmp_21cfr211"] == {
        "subparts": len(GMP_SUBPARTS),
        "sections": sum(GMP_SUBPARTS.values()),
    }


def test_every_file_of_the_library_is_an_edition_that_loads():
    files = {
        f"{path.parent.name}/{path.stem}"
        for path in LIBRARY.glob("*/*.yaml")
        if path.name != "standard.yaml" and path.parent.name != "mappings"
    }

    assert files == EDITIONS.keys()
    assert {"iso-27001/2022", "iso-27032/2023", "gmp/us-21-cfr-211"} <= files


@EVERY_EDITION
def test_every_asked_control_can_be_answered_and_checked(edition):
    for control in edition.assessable():
        assert control.question.endswith("?"), control.ref
        assert 1 <= len(control.guidance.split()) <= 60, control.ref
        assert 2 <= len(control.evidence) <= 5, control.ref
        if edition.scale.maximum == 5:
            levels = {criterion.level for criterion in control.criteria}
            assert levels >= {1, 3, 5}, control.ref


@EVERY_EDITION
def test_nothing_is_said_twice(edition):
    for texts in (
        [control.question for control in edition.assessable()],
        [control.guidance for control in edition.assessable()],
        [criterion.text for c in edition.assessable() for criterion in c.criteria],
    ):
        twice = [text for text, count in Counter(texts).items() if count > 1]
        assert twice == []


@EVERY_EDITION
def test_a_question_asks_one_thing_in_few_words(edition):
    for control in edition.assessable():
        assert control.question.count("?") == 1, control.ref
        assert len(control.question.split()) <= 30, control.ref


@EVERY_EDITION
def test_a_page_is_no_longer_than_one_sitting(edition):
    for page in edition.pages():
        assert len(page.all_controls()) <= 12, page.ref


@EVERY_EDITION
def test_a_division_of_ours_stands_inside_a_heading_of_the_standard(edition):
    for section in edition.all_sections():
        if section.ours:
            assert edition.parents(section.ref), section.ref


def test_related_standards_that_are_linked_exist():
    slugs = {standard.slug for standard in built_in_library().standards}

    linked = {
        related.slug
        for standard in built_in_library().standards
        for related in standard.related
        if related.slug
    }

    assert linked <= slugs


def test_related_standards_that_exist_are_linked():
    names = {standard.name: standard.slug for standard in built_in_library().standards}

    unlinked = [
        (standard.slug, related.name)
        for standard in built_in_library().standards
        for related in standard.related
        for name in names
        if not related.slug and f"{related.name} ".startswith(f"{name} ")
    ]

    assert unlinked == []


def test_every_established_fact_has_a_source():
    for standard in built_in_library().standards:
        for name, aspect in standard.aspects.items():
            assert bool(aspect.text) == bool(aspect.source and aspect.checked), name


def test_the_examples_in_the_documentation_load():
    page = Path(settings.BASE_DIR) / "docs" / "developer" / "standard-format.md"
    edition, scales = re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)

    loaded = load_edition(
        edition.encode(),
        file=page.name,
        standard="iso-27001",
        slug="2022",
        shared=built_in_shared(),
    )

    assert [control.ref for control in loaded.controls()] == ["A.5.19", "A.5.20"]
    assert read_scales(read_bytes(scales.encode(), page.name))["met-or-not"] is not None
