"""Scales, scoring profiles, profiles of standards, and the folder around them."""

from pathlib import Path

import pytest
from django.conf import settings

from standards.loader import (
    LoadError,
    load_library,
    load_profile,
    register_profile_check,
    shared,
)

LIBRARY = Path(settings.LIBRARY_DIR)
PROFILE = (LIBRARY / "iso-27032" / "standard.yaml").read_text()
SCALE = """\
met:
  title: Met or not
  min: 0
  max: 1
  options:
    - code: y
      label: "Yes"
      value: 1
      met: true
    - code: n
      label: "No"
      value: 0
"""


@pytest.fixture
def folder(tmp_path):
    """A library of one standard without an edition."""
    standard = tmp_path / "tea"
    standard.mkdir()
    (standard / "standard.yaml").write_text(PROFILE)
    return tmp_path


def faults(folder: Path) -> list[tuple]:
    with pytest.raises(LoadError) as caught:
        load_library(folder)
    return [
        (str(Path(f.file).relative_to(folder)), f.line, f.key, f.message)
        for f in caught.value.faults
    ]


SCALE_CASES = {
    "no options": (
        SCALE[SCALE.index("  options") :],
        "",
        1,
        "met.options",
        "is missing",
    ),
    "max below min": ("max: 1", "max: 0", 4, "met.max", "must be greater than min"),
    "value outside": (
        "value: 0",
        "value: 2",
        12,
        "met.options[1].value",
        "lies outside min and max",
    ),
    "value missing": (
        "      value: 0\n",
        "",
        10,
        "met.options[1].value",
        "is missing",
    ),
    "code twice": (
        "code: n",
        "code: y",
        10,
        "met.options[1].code",
        "the code y stands here twice",
    ),
    "not applicable with a value": (
        "      value: 0\n",
        "      value: 0\n      na: true\n",
        12,
        "met.options[1].value",
        "not applicable has no value",
    ),
    "short word that is long": (
        "      value: 0\n",
        "      value: 0\n      short: Not at all\n",
        13,
        "met.options[1].short",
        "has 10 characters, at most 8 are allowed",
    ),
    "label without quotes": (
        'label: "Yes"',
        "label: Yes",
        7,
        "met.options[0].label",
        "must be text: put it in quotes",
    ),
}


@pytest.mark.parametrize("case", SCALE_CASES.values(), ids=SCALE_CASES.keys())
def test_fault_in_a_scale(folder, case):
    old, new, line, key, message = case
    assert old in SCALE
    (folder / "scales.yaml").write_text(SCALE.replace(old, new, 1))

    found = faults(folder)

    assert ("scales.yaml", line, key, message) in found
    assert len(found) <= 2


def test_scale_of_mere_statuses_needs_no_values(folder):
    text = SCALE.replace("      value: 1\n", "").replace("      value: 0\n", "")
    (folder / "scales.yaml").write_text(text)

    assert len(load_library(folder).standards) == 1


def test_faulty_scale_is_reported_once_and_not_as_unknown(folder):
    (folder / "scales.yaml").write_text(SCALE.replace("max: 1", "max: 0"))
    (folder / "tea" / "1.yaml").write_text("edition: x\nscale: met\n")

    keys = [(file, key) for file, _line, key, _message in faults(folder)]

    assert ("tea/1.yaml", "scale") not in keys
    assert ("scales.yaml", "met.max") in keys


def test_fault_in_a_scoring_profile(folder):
    (folder / "scoring.yaml").write_text("a: [1]\nb:\n  x: 1\n  x: 2\n")

    assert faults(folder) == [
        ("scoring.yaml", 1, "a", "must be a mapping of keys to values"),
        ("scoring.yaml", 4, "b.x", "stands here twice"),
    ]


@pytest.fixture
def checks(monkeypatch):
    monkeypatch.setattr(shared, "_profile_checks", [])
    return register_profile_check


def test_registered_check_says_what_is_wrong_and_where(folder, checks):
    checks(lambda profile, scale: [("steps[1].op", f"{scale.title} has no x")])
    checks(lambda profile, scale: [("nowhere", "is missing")])
    (folder / "scales.yaml").write_text(SCALE)
    (folder / "scoring.yaml").write_text(
        "p:\n  title: P\n  steps:\n    - op: y\n    - op: x\n"
    )
    (folder / "tea" / "1.yaml").write_text("scale: met\nscoring: p\n")

    found = faults(folder)

    assert ("scoring.yaml", 5, "p.steps[1].op", "Met or not has no x") in found
    assert ("scoring.yaml", 1, "p.nowhere", "is missing") in found


def test_fractions_in_a_profile_never_become_floats(folder, checks):
    seen = []
    checks(lambda profile, scale: seen.append(profile) or [])
    (folder / "scales.yaml").write_text(SCALE)
    (folder / "scoring.yaml").write_text(
        "p: {cuts: [0.5, 1], flag: yes, none: null, text: 'a'}\n"
    )
    (folder / "tea" / "1.yaml").write_text("scale: met\nscoring: p\n")

    faults(folder)

    assert seen == [{"cuts": ["0.5", 1], "flag": True, "none": None, "text": "a"}]


PROFILE_CASES = {
    "tagline too long": (
        "tagline: Guidelines for Internet security in any organization",
        f"tagline: {'word ' * 13}",
        "tagline:",
        "tagline",
        "has 13 words, at most 12 are allowed",
    ),
    "unknown nature": (
        "nature: guidance",
        "nature: advice",
        "nature: advice",
        "nature",
        "must be one of: certifiable standard, law, regulation, guidance, contractual, "
        "rating scheme, attestation",
    ),
    "upper case in a filter": (
        "industry: [any]",
        "industry: [Any]",
        "industry: [",
        "industry[0]",
        "must be lower case",
    ),
    "filter twice": (
        "industry: [any]",
        "industry: [any, any]",
        "industry: [",
        "industry[1]",
        "stands here twice",
    ),
    "four features": (
        "  - Its annex links the guidelines to the controls of ISO/IEC 27002:2022.\n",
        "",
        "features:",
        "features",
        "must have exactly 5 entries, has 4",
    ),
    "aspect without a source": (
        "    source: ISO/IEC 27032:2023\n",
        "",
        "  scope:",
        "aspects.scope.source",
        "is missing",
    ),
    "source of nothing": (
        "    text: not established\n",
        "    text: not established\n    source: somebody\n",
        "    source: somebody",
        "aspects.cost.source",
        "has no place where nothing is established",
    ),
    "link that is none": (
        "https://www.iso.org/standard/76070.html",
        "www.tea.example",
        "www.tea.example",
        "sources[0].url",
        "must be made of an address that begins with http:// or https://",
    ),
    "bad slug": (
        "slug: iso-27001",
        "slug: ISO 27001",
        "slug: ISO 27001",
        "related[0].slug",
        "must be made of small letters, digits and hyphens",
    ),
    "grade that there is not": (
        "geography:",
        "grades: {conforms: Fine, minor: Small, awful: Awful}\ngeography:",
        "grades:",
        "grades.awful",
        "is not a known key",
    ),
    "grades without a nonconformity": (
        "geography:",
        "grades: {conforms: Fine, observation: Note}\ngeography:",
        "grades:",
        "grades",
        "needs at least one of: critical, major, minor",
    ),
    "answer without a question mark": (
        "question: Can we be certified to ISO/IEC 27032?",
        "question: Certificates",
        "question: Certificates",
        "faq[0].question",
        "must end with a question mark",
    ),
}


@pytest.mark.parametrize("case", PROFILE_CASES.values(), ids=PROFILE_CASES.keys())
def test_fault_in_a_profile(case):
    old, new, mark, key, message = case
    assert old in PROFILE
    text = PROFILE.replace(old, new, 1)
    line = text[: text.index(mark)].count("\n") + 1

    with pytest.raises(LoadError) as caught:
        load_profile(text.encode(), file="p", slug="tea")

    assert [str(fault) for fault in caught.value.faults] == [
        f"p:{line}: {key}: {message}"
    ]


def test_summary_has_a_limit():
    start = PROFILE.index("summary:")
    end = PROFILE.index("publisher:")
    text = f"{PROFILE[:start]}summary: {'word ' * 61}\n{PROFILE[end:]}"

    with pytest.raises(LoadError) as caught:
        load_profile(text.encode(), file="p", slug="tea")

    assert str(caught.value) == "p:4: summary: has 61 words, at most 60 are allowed"


def test_folder_that_is_none_is_reported(tmp_path):
    assert faults_of_text(tmp_path / "nowhere") == "is not a folder"


def test_folder_without_a_standard_is_reported(tmp_path):
    assert faults_of_text(tmp_path) == "holds no standard"


def faults_of_text(folder: Path) -> str:
    with pytest.raises(LoadError) as caught:
        load_library(folder)
    (fault,) = caught.value.faults
    assert fault.file == str(folder)
    return fault.message


def test_stray_and_misnamed_files_are_reported(folder):
    (folder / "2023.yaml").write_text("a: b")
    (folder / "Big Tea").mkdir()
    (folder / "tea" / "2023.yml").write_text("a: b")
    (folder / "tea" / "Second.yaml").write_text("a: b")
    (folder / "tea" / "notes.txt").write_text("hello")
    (folder / "mappings").mkdir()
    (folder / ".git").mkdir()

    assert [(file, message) for file, _line, _key, message in faults(folder)] == [
        (
            "2023.yaml",
            "does not belong here: an edition lies in its standard's folder",
        ),
        (
            "Big Tea",
            "the name of a folder must be made of small letters, digits and hyphens, "
            "at most 60",
        ),
        (
            "tea/2023.yml",
            "must end in .yaml",
        ),
        (
            "tea/Second.yaml",
            "the name of an edition must be made of small letters, digits, dots and "
            "hyphens, at most 60",
        ),
    ]


def test_standard_without_a_profile_is_reported(folder):
    (folder / "tea" / "standard.yaml").unlink()

    assert faults(folder) == [
        ("tea/standard.yaml", 1, "", "cannot be read: No such file or directory")
    ]


def test_one_fault_hides_no_fault_of_another_file(folder):
    (folder / "tea" / "standard.yaml").write_text("[")
    (folder / "scales.yaml").write_bytes(b"\xff")
    (folder / "tea" / "1.yaml").write_text("edition: 1\n")

    files = {file for file, *_rest in faults(folder)}

    assert files == {"scales.yaml", "tea/1.yaml", "tea/standard.yaml"}
