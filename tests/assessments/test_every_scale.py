"""Pages of an assessment by every edition of the library, in the words of its scale."""

import re
from html import unescape

import pytest
from django.urls import reverse

from assessments.forms.fields import target_choices, usual_target
from assessments.models import Assessment
from assessments.queries.claims import evidence_hint, without_evidence
from assessments.services.review import submit
from tests.factories.assessments import AssessmentFactory, answer, conclude, tree_of
from tests.factories.standards import built_in_edition, built_in_library

EDITIONS = [edition.code for edition in built_in_library().editions]
CHIP = re.compile(r'<span class="level [^>]*>(.*?)</span>(?!</span>)', re.DOTALL)

MET = ["Not met", "Met"]
TIERS = ["2 – Risk Informed", "3 – Repeatable", "4 – Adaptive"]
SHARES = ["Parts", "Some", "Most", "All"]
MATURITY = ["Ad hoc", "Repeated", "Defined", "Measured", "Improving"]
# By title of the scale: chips from lowest to highest, what auditors ask evidence for,
# the heading over answers without any, and what the whole can aim at.
WORDS = {
    "Maturity, 0 to 5": (
        ["0", "1", "2", "3", "4", "5"],
        "Auditors ask for some from level 3 on.",
        "Level 3 and above, no evidence",
        [f"{level} – {name}" for level, name in enumerate(MATURITY, start=1)],
    ),
    "Implementation status": (
        ["Not met", "Partly", "Met"],
        "Auditors ask for some where the answer is “Met”.",
        "“Met”, no evidence",
        ["Met"],
    ),
    "Met or not met": (
        MET,
        "Auditors ask for some where the answer is “Met”.",
        "“Met”, no evidence",
        ["Met"],
    ),
    "Implementation, C2M2": (
        ["NI", "PI", "LI", "FI"],
        "Auditors ask for some from “Largely implemented” on.",
        "“Largely implemented” or better, no evidence",
        ["MIL1", "MIL2", "MIL3"],
    ),
    "Share of the activity, SAMM (labels ours)": (
        ["0", "0.25", "0.5", "1"],
        "Auditors ask for some where the answer is “Yes, for most or all”.",
        "“Yes, for most or all”, no evidence",
        [
            "0.25 – Yes, for some",
            "0.5 – Yes, for at least half",
            "1 – Yes, for most or all",
        ],
    ),
    "Share implemented": (
        ["None", *SHARES],
        "Auditors ask for some where the answer is “On all”.",
        "“On all”, no evidence",
        [
            "0.25 – In small parts",
            "0.5 – On some",
            "0.75 – On most",
            "1 – On all",
        ],
    ),
    "CSF tier per outcome (ours)": (
        ["1", "2", "3", "4"],
        "Auditors ask for some from level 3 on.",
        "Level 3 and above, no evidence",
        TIERS,
    ),
}


@pytest.fixture(params=EDITIONS)
def begun(request, northwind, team, cast) -> Assessment:
    """On its first page: the best answer, the worst, don't know, and one open."""
    assessment = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=built_in_edition(request.param),
        manager=cast.manager.user,
        auditor=cast.auditor.user,
        target=1,
    )
    tree = tree_of(assessment)
    best, worst = ends_of(tree.scale)
    options = [best, worst, "unknown"]
    page = page_of(assessment)
    for control, option in zip(page.assessable(), options, strict=False):
        answer(assessment, control, option)
    return assessment


def page_of(assessment):
    """The first page with a control for each kind of answer."""
    pages = tree_of(assessment).pages()
    return next(page for page in pages if len(page.assessable()) > 3)


def ends_of(scale):
    options = [option for option in scale.options if not option.na]
    by_worth = sorted(options, key=lambda o: (o.value or 0, o.met, o.code == "FI"))
    return by_worth[-1].code, next(o.code for o in by_worth if not o.partial)


def words_of(assessment):
    return WORDS[tree_of(assessment).scale.title]


def chips_in(html: str) -> list[str]:
    """The text of each coloured box, as it is seen."""
    texts = []
    for inner in CHIP.findall(html):
        seen = re.sub(r'<span class="visually-hidden">.*?</span>', "", inner)
        texts.append(unescape(re.sub("<[^>]+>", "", seen)).strip())
    return texts


def read(client, name, assessment, *refs) -> str:
    url = reverse(f"assessments:{name}", args=[assessment.code, *refs])
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_every_scale_has_its_words():
    assert {edition.scale.title for edition in built_in_library().editions} == set(
        WORDS
    )
    for edition in built_in_library().editions:
        _chips, hint, heading, targets = WORDS[edition.scale.title]
        assert evidence_hint(edition.scale) == hint
        assert without_evidence(edition.scale) == heading
        assert [name for _value, name in target_choices(edition)] == targets
        assert usual_target(edition) in dict(target_choices(edition))


def test_the_questions_speak_the_words_of_the_scale(begun, cast, sign_in):
    tree = tree_of(begun)
    page = page_of(begun)
    client = sign_in(cast.manager)
    chips, hint, _heading, _targets = words_of(begun)
    for name, ref in (("section", page.ref), ("control", page.assessable()[0].ref)):
        html = unescape(read(client, name, begun, ref))
        assert "" not in chips_in(html)
        assert set(chips) - {"Partly"} <= set(chips_in(html))
        assert hint in html
        assert ("from level 3 on" in html) == ("from level 3 on" in hint)
        for option in tree.scale.options:
            assert not option.example or option.example not in html


def test_keys_are_named_where_levels_are_digits(begun, cast, sign_in):
    ref = page_of(begun).assessable()[0].ref
    html = read(sign_in(cast.manager), "control", begun, ref)

    chips = words_of(begun)[0]
    if all(len(chip) == 1 for chip in chips):
        assert f"the keys {chips[0]} to {chips[-1]} choose one" in html
    else:
        assert "choose one" not in html
    assert "Ctrl and Enter together save and go on." in html


def test_two_versions_are_shown_in_words(begun, cast, sign_in):
    control = page_of(begun).assessable()[0]
    best, worst = ends_of(tree_of(begun).scale)
    data = {f"version:{control.ref}": 0, f"option:{control.ref}": worst}
    url = reverse("assessments:section", args=[begun.code, page_of(begun).ref])
    html = sign_in(cast.manager).post(url, data).content.decode()

    label = tree_of(begun).scale.option(best).label
    versions = html[html.index('<div class="versions">') :].split("</div>\n  </div>")[0]
    assert label in versions
    if not tree_of(begun).scale.option(best).is_number:
        assert f"<b>{best}</b>" not in versions


def test_the_contents_list_tells_every_state_apart(begun, cast, sign_in):
    page = page_of(begun)
    html = read(sign_in(cast.manager), "section", begun, page.ref)
    contents = html[html.index('<nav class="toc') : html.index("<hr>")]

    chips = words_of(begun)[0]
    states = [chips[-1], chips[0], "?", "–"]
    count = len(page.assessable())
    assert chips_in(contents) == [*states, *["–"] * (count - 4)]
    assert '<span class="visually-hidden">Don’t know</span>' in contents
    assert '<span class="visually-hidden">No answer</span>' in contents


def test_check_results_targets_and_plan(begun, cast, sign_in):
    client = sign_in(cast.manager)
    ref = page_of(begun).ref
    pages = {
        "check": read(client, "check", begun, ref),
        "controls": read(client, "controls", begun),
        "results": read(client, "results", begun),
        "weights": read(client, "weights", begun),
        "plan": read(client, "plan", begun),
    }

    for html in pages.values():
        assert "" not in chips_in(html)
    chips = words_of(begun)[0]
    assert {chips[0], chips[-1]} <= set(chips_in(pages["check"]))
    lowest = tree_of(begun).scale.option(ends_of(tree_of(begun).scale)[1])
    assert f"{lowest.label}</option>" not in pages["plan"]
    if lowest.value is None:  # no number that a single control could aim at
        assert f">{lowest.label}</option>" not in pages["weights"]
    assert ">Largely implemented</option>" not in pages["weights"]


def test_the_review_speaks_the_words_of_the_scale(begun, cast, sign_in):
    tree = tree_of(begun)
    first, second = page_of(begun).assessable()[:2]
    _best, worst = ends_of(tree.scale)
    submit(assessment=begun, edition=tree, by=begun.manager, declaration="True.")
    begun.refresh_from_db()
    conclude(begun, second, by=cast.auditor.user, option=worst)
    client = sign_in(cast.auditor)

    queue = unescape(read(client, "review", begun))
    assert words_of(begun)[2] in queue
    for html in (queue, read(client, "review_control", begun, first.ref)):
        assert "" not in chips_in(html)
        assert words_of(begun)[0][-1] in chips_in(html)


def test_inspectors_of_medicines_grade_in_their_own_words(
    northwind, team, cast, sign_in
):
    plant = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=built_in_edition("gmp/us-21-cfr-211"),
        manager=cast.manager.user,
        auditor=cast.auditor.user,
    )
    control = tree_of(plant).assessable()[0]
    answer(plant, control, "3")
    submit(
        assessment=plant, edition=tree_of(plant), by=plant.manager, declaration="True."
    )
    plant.refresh_from_db()
    client = sign_in(cast.auditor)

    html = read(client, "review_control", plant, control.ref)
    grades = re.findall(r'name="grade" value="(\w+)"', html)
    assert grades == ["conforms", "opportunity", "minor", "major", "critical"]
    assert "Critical deficiency" in html
    assert "nonconformity" not in html
    conclude(
        plant,
        control,
        by=cast.auditor.user,
        grade="critical",
        option="0",
        reason="No record was made.",
    )
    for name, refs in (
        ("review", ()),
        ("review_control", (control.ref,)),
        ("history", ()),
        ("control_history", (control.ref,)),
    ):
        assert "Critical deficiency" in read(client, name, plant, *refs)


def test_other_auditors_have_no_critical_grade(assessment, cast, sign_in):
    control = tree_of(assessment).assessable()[0]
    answer(assessment, control, "3")
    submit(
        assessment=assessment,
        edition=tree_of(assessment),
        by=assessment.manager,
        declaration="True.",
    )
    assessment.refresh_from_db()

    html = read(sign_in(cast.auditor), "review_control", assessment, control.ref)

    grades = re.findall(r'name="grade" value="(\w+)"', html)
    assert grades == ["conforms", "observation", "opportunity", "minor", "major"]
