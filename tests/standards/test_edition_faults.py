"""Every kind of fault in an edition: exact file, line and key."""

import pytest

import assessments.urls
from standards.loader import EditionData, LoadError, Shared, load_edition, shared
from standards.loader.edition import RESERVED_REFS
from standards.loader.source import MAX_BYTES, MAX_DEPTH, read_bytes
from tests.factories.standards import built_in_shared

GOOD = """\
edition: "1"
title: Tea making
published: 2025-03-01
replaces: "0"
amendments: ["Amd 1:2025 Milk"]
scale: maturity-0-5
scoring: maturity-average
groups:
  - {code: basic, name: Basic tea}
sections:
  - ref: "1"
    title: Water
    label: Clause
    controls:
      - ref: "1.1"
        title: Boiling
        question: Does the water boil?
        guidance: Look at the bubbles.
        evidence:
          - Kettle log
          - Photograph
        criteria:
          1: [One log entry.]
          3: [A procedure., Logs of two kettles.]
          5: [A change after a cold cup.]
        weight: 1.5
        groups: [basic]
        attributes: {type: preventive}
        options: ["0", "3"]
      - ref: "1.2"
        title: Scope
        assessable: false
  - ref: "2"
    title: Leaves
    sections:
      - ref: 2-ours
        title: Storing
        ours: true
        controls:
          - ref: "2.1"
            title: Tins
            controls:
              - ref: "2.1.1"
                title: Lids
                question: Do all tins have lids?
                guidance: Count them.
                evidence: [Tin list, Photograph]
                criteria: {1: [One lid.], 3: [A list.], 5: [A new lid.]}
"""


def load(text: str | bytes) -> EditionData:
    content = text.encode() if isinstance(text, str) else text
    scale = built_in_shared().scales["maturity-0-5"]
    profile = read_bytes(b"title: Average", "scoring.yaml")
    shared = Shared({"maturity-0-5": scale}, {"maturity-average": profile})
    return load_edition(
        content, file="tea/1.yaml", standard="tea", slug="1", shared=shared
    )


@pytest.fixture(autouse=True)
def no_checks(monkeypatch):
    """What the scoring engine can compute is not the matter here."""
    monkeypatch.setattr(shared, "_profile_checks", [])


def faults(text: str | bytes) -> list[tuple]:
    with pytest.raises(LoadError) as caught:
        load(text)
    assert {fault.file for fault in caught.value.faults} == {"tea/1.yaml"}
    return [(fault.line, fault.key, fault.message) for fault in caught.value.faults]


def test_good_edition_is_read_completely():
    edition = load(GOOD)

    assert edition.code == "tea/1"
    assert [control.ref for control in edition.controls()] == [
        "1.1",
        "1.2",
        "2.1",
        "2.1.1",
    ]
    assert [control.ref for control in edition.assessable()] == ["1.1", "2.1.1"]
    assert [page.ref for page in edition.pages()] == ["1", "2-ours"]
    assert edition.section_of("2.1.1").ref == "2-ours"
    assert [section.ref for section in edition.parents("2-ours")] == ["2"]
    boiling = edition.control("1.1")
    assert str(boiling.weight) == "1.5"
    assert boiling.options == ("0", "3")
    assert [(c.code, c.level) for c in boiling.criteria] == [
        ("1.1", 1),
        ("3.1", 3),
        ("3.2", 3),
        ("5.1", 5),
    ]
    assert edition.scoring == {"title": "Average"}


def test_every_word_beside_a_ref_in_an_address_is_reserved():
    routes = [str(pattern.pattern) for pattern in assessments.urls.urlpatterns]
    fronts = {route.split("<str:ref>")[0] for route in routes if "<str:ref>" in route}
    words = {
        route.removeprefix(front).split("/")[0]
        for route in routes
        for front in fronts
        if route.startswith(front)
    }
    words -= {"", "<str:ref>"}

    assert words == {"send-back", "accept", "seal", "reopen"}
    assert words <= RESERVED_REFS


LONG = " ".join(["word"] * 61)
FIRST = "sections[0].controls[0]"

CASES = {
    "missing key": ("title: Tea making\n", "", 1, "title", "is missing"),
    "unknown key": (
        'replaces: "0"',
        'replaced: "0"',
        4,
        "replaced",
        "is not a known key; did you mean replaces?",
    ),
    "unknown key without a neighbour": (
        'replaces: "0"',
        'zzz: "0"',
        4,
        "zzz",
        "is not a known key",
    ),
    "a ref that is a word of the addresses": (
        'ref: "1.1"',
        "ref: seal",
        15,
        f"{FIRST}.ref",
        "seal is a word of Plumbline’s addresses",
    ),
    "a section's ref that is a word of the addresses": (
        '  - ref: "1"',
        "  - ref: Check",
        11,
        "sections[0].ref",
        "Check is a word of Plumbline’s addresses",
    ),
    "key twice": (
        "title: Tea making\n",
        "title: Tea making\ntitle: Tea\n",
        3,
        "title",
        "stands here twice",
    ),
    "key is a list": (
        "replaces:",
        "? [a]\n: 1\nreplaces:",
        4,
        "",
        "has a key that is not a plain word",
    ),
    "number where text must be": (
        'edition: "1"',
        "edition: 1",
        1,
        "edition",
        "must be text: put it in quotes",
    ),
    "list where text must be": (
        "title: Tea making",
        "title: [Tea]",
        2,
        "title",
        "must be text",
    ),
    "nothing where text must be": (
        "title: Tea making",
        "title:",
        2,
        "title",
        "is empty",
    ),
    "blank text": ("title: Tea making", 'title: " "', 2, "title", "is empty"),
    "too long": (
        "label: Clause",
        f"label: {'c' * 41}",
        13,
        "sections[0].label",
        "has 41 characters, at most 40 are allowed",
    ),
    "bad date": (
        "2025-03-01",
        "2025-13-01",
        3,
        "published",
        "must be a date such as 2022-10-25",
    ),
    "date that is none": (
        "2025-03-01",
        "spring",
        3,
        "published",
        "must be a date such as 2022-10-25",
    ),
    "text where a list must be": (
        'amendments: ["Amd 1:2025 Milk"]',
        "amendments: Milk",
        5,
        "amendments",
        "must be a list",
    ),
    "unknown scale": (
        "scale: maturity-0-5",
        "scale: maturity",
        6,
        "scale",
        "is not a scale of scales.yaml; known are: maturity-0-5",
    ),
    "unknown profile": (
        "maturity-average",
        "maturity",
        7,
        "scoring",
        "is not a profile of scoring.yaml; known are: maturity-average",
    ),
    "profile that is a list": (
        "scoring: maturity-average",
        "scoring: [1]",
        7,
        "scoring",
        "must be a name, or a mapping of keys to values",
    ),
    "group without a name": (
        "{code: basic, name: Basic tea}",
        "{code: basic}",
        9,
        "groups[0].name",
        "is missing",
    ),
    "group twice": (
        "  - {code: basic, name: Basic tea}\n",
        "  - {code: basic, name: Tea}\n  - {code: basic, name: Tea}\n",
        10,
        "groups[1].code",
        "stands here twice",
    ),
    "section ref twice": (
        '  - ref: "2"',
        '  - ref: "1"',
        33,
        "sections[1].ref",
        "1 stands already in line 11",
    ),
    "control ref twice": (
        '- ref: "2.1.1"',
        '- ref: "1.1"',
        43,
        "sections[1].sections[0].controls[0].controls[0].ref",
        "1.1 stands already in line 15",
    ),
    "ref with a slash": (
        '"1.1"',
        '"1/1"',
        15,
        f"{FIRST}.ref",
        "must be made of letters, digits, dot, hyphen, underscore and brackets, "
        "at most 60",
    ),
    "section with both": (
        "    label: Clause\n",
        "    label: Clause\n    sections:\n      - {ref: x, title: X, controls: "
        "[{ref: y, title: Y, assessable: false}]}\n",
        11,
        "sections[0]",
        "holds sections and controls; only one of them is allowed",
    ),
    "ours is no truth": (
        "ours: true",
        "ours: 1",
        38,
        "sections[1].sections[0].ours",
        "must be true or false",
    ),
    "no question": (
        "        question: Does the water boil?\n",
        "",
        15,
        f"{FIRST}.question",
        "is missing",
    ),
    "question without its mark": (
        "Does the water boil?",
        "The water boils.",
        17,
        f"{FIRST}.question",
        "must end with a question mark",
    ),
    "no guidance": (
        "        guidance: Look at the bubbles.\n",
        "",
        15,
        f"{FIRST}.guidance",
        "is missing",
    ),
    "guidance too long": (
        "Look at the bubbles.",
        LONG,
        18,
        f"{FIRST}.guidance",
        "has 61 words, at most 60 are allowed",
    ),
    "too little evidence": (
        "          - Photograph\n",
        "",
        19,
        f"{FIRST}.evidence",
        "must have 2 to 5 entries, has 1",
    ),
    "too much evidence": (
        "          - Photograph\n",
        "".join(f"          - Photograph {n}\n" for n in range(5)),
        19,
        f"{FIRST}.evidence",
        "must have 2 to 5 entries, has 6",
    ),
    "no criteria at a level": (
        "          3: [A procedure., Logs of two kettles.]\n",
        "",
        22,
        f"{FIRST}.criteria.3",
        "is missing",
    ),
    "no list of criteria": (
        "1: [One log entry.]",
        "1: One log entry.",
        23,
        f"{FIRST}.criteria.1",
        "must be a list",
    ),
    "empty list of criteria": (
        "1: [One log entry.]",
        "1: []",
        23,
        f"{FIRST}.criteria.1",
        "must have at least 1 entry, has 0",
    ),
    "criterion is a number": (
        "[A procedure., Logs of two kettles.]",
        "[A procedure., 7]",
        24,
        f"{FIRST}.criteria.3[1]",
        "must be text: put it in quotes",
    ),
    "level that the scale lacks": (
        "5: [A change after a cold cup.]",
        "5: [A change after a cold cup.]\n          6: [More.]",
        26,
        f"{FIRST}.criteria.6",
        "is not a level of the scale",
    ),
    "weight is text": (
        "weight: 1.5",
        "weight: heavy",
        26,
        f"{FIRST}.weight",
        "must be a number",
    ),
    "weight of nothing": (
        "weight: 1.5",
        "weight: 0",
        26,
        f"{FIRST}.weight",
        "must be greater than 0 and less than 100000",
    ),
    "unknown group": (
        "groups: [basic]",
        "groups: [fine]",
        27,
        f"{FIRST}.groups[0]",
        "is not a group of this edition",
    ),
    "attribute is a number": (
        "{type: preventive}",
        "{type: 1}",
        28,
        f"{FIRST}.attributes.type",
        "must be text: put it in quotes",
    ),
    "unknown option": (
        '["0", "3"]',
        '["0", "9"]',
        29,
        f"{FIRST}.options[1]",
        "is not an option of the scale",
    ),
    "option twice": (
        '["0", "3"]',
        '["0", "0"]',
        29,
        f"{FIRST}.options[1]",
        "stands here twice",
    ),
    "sections are a mapping": (
        GOOD[GOOD.index("sections:\n") :],
        "sections: {a: b}\n",
        10,
        "sections",
        "must be a list",
    ),
    "no section at all": (
        GOOD[GOOD.index("sections:\n") :],
        "sections: []\n",
        10,
        "sections",
        "must have at least 1 entry, has 0",
    ),
    "section of nothing": (
        GOOD[GOOD.index("    sections:\n") :],
        "",
        33,
        "sections[1]",
        "holds neither sections nor controls",
    ),
    "control is text": (
        GOOD[GOOD.index('      - ref: "1.2"') : GOOD.index('  - ref: "2"')],
        "      - Pouring\n",
        30,
        "sections[0].controls[1]",
        "must be a mapping of keys to values",
    ),
    "unsafe tag": (
        "title: Tea making",
        "title: !!python/object/apply:os.system [ls]",
        2,
        "title",
        "the tag !!python/object/apply:os.system is not allowed",
    ),
    "merge key": (
        "attributes: {type: preventive}",
        "attributes: {<<: {type: x}}",
        28,
        f"{FIRST}.attributes.<<",
        "the tag !!merge is not allowed",
    ),
    "alias": (
        'replaces: "0"',
        'replaces: &zero "0"\namendments: [*zero]',
        5,
        "",
        "aliases are not allowed: write the value out",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_fault_is_reported_with_its_line_and_key(case):
    old, new, line, key, message = case
    assert old in GOOD

    assert faults(GOOD.replace(old, new, 1)) == [(line, key, message)]


def test_thirteen_controls_are_too_many_for_a_page():
    more = "".join(
        f"      - {{ref: m{n}, title: More, assessable: false}}\n" for n in range(11)
    )

    assert faults(GOOD.replace('  - ref: "2"', f'{more}  - ref: "2"', 1)) == [
        (
            14,
            "sections[0].controls",
            "holds 13 controls, at most 12 fit a page: divide it into sections of ours",
        )
    ]


def test_all_faults_of_a_file_are_reported_at_once():
    text = (
        GOOD.replace("2025-03-01", "soon")
        .replace("Does the water boil?", "It boils.")
        .replace("scale: maturity-0-5", "scale: none")
    )

    assert faults(text) == [
        (3, "published", "must be a date such as 2022-10-25"),
        (6, "scale", "is not a scale of scales.yaml; known are: maturity-0-5"),
        (17, f"{FIRST}.question", "must end with a question mark"),
    ]


def test_broken_syntax_is_reported_with_its_line():
    (fault,) = faults('edition: "1"\ntitle: [Tea\npublished: 2025-03-01\n')

    assert fault == (
        3,
        "",
        "is not valid YAML: did not find expected ',' or ']'",
    )


def test_two_documents_are_refused():
    assert faults(f"{GOOD}---\na: b\n") == [
        (49, "", "is not valid YAML: but found another document")
    ]


@pytest.mark.parametrize("text", ["", "# nothing\n", "\n\n"])
def test_empty_file_is_reported(text):
    assert faults(text) == [(1, "", "is empty")]


def test_text_instead_of_a_mapping_is_reported():
    assert faults("Tea\n") == [(1, "", "must be a mapping of keys to values")]


def test_other_encodings_are_refused_with_the_line():
    content = GOOD.replace("Boiling", "Kochen über").encode("latin-1")

    assert faults(content) == [
        (16, "", "is not UTF-8: save the file with that encoding")
    ]


def test_byte_order_mark_is_accepted():
    assert load(f"\ufeff{GOOD}").title == "Tea making"


def test_control_character_is_refused_with_the_line():
    assert faults(GOOD.replace("Boiling", "Boil\x07ing")) == [
        (16, "", "holds a character that YAML does not allow")
    ]


def test_huge_file_is_refused_before_it_is_read():
    assert faults(b"a" * (MAX_BYTES + 1)) == [(1, "", "is larger than 8 MB")]


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
def test_deep_nesting_is_refused_and_does_no_harm(depth):
    # libyaml's composer would crash the whole process at 100,000.
    assert faults("a: " + "[" * depth) == [
        (1, "", f"is nested more than {MAX_DEPTH} levels deep")
    ]


def test_scale_and_profile_may_stand_in_the_edition():
    scale = (
        "scale: {title: Yes or no, min: 0, max: 1, options: [{code: y, label: Aye, "
        "value: 1, met: true}, {code: n, label: Nay, value: 0}]}"
    )
    text = (
        GOOD.replace("scale: maturity-0-5", scale)
        .replace('["0", "3"]', '["y", "n"]')
        .replace("          3: [A procedure., Logs of two kettles.]\n", "")
        .replace("          5: [A change after a cold cup.]\n", "")
        .replace(", 3: [A list.], 5: [A new lid.]", "")
    )

    edition = load(text)

    assert [option.code for option in edition.scale.options] == ["y", "n"]
    assert edition.scale.option("y").met


def test_very_many_unknown_keys_are_counted_not_listed():
    unknown = "".join(f"key{number}: 1\n" for number in range(20_000))

    with pytest.raises(LoadError) as refused:
        load_edition(
            (GOOD + unknown).encode(),
            file="1.yaml",
            standard="tea",
            slug="1",
            shared=built_in_shared(),
        )

    assert len(refused.value.faults) == 51
    assert "has 19950 more keys that are not known" in str(refused.value)
