"""The public pages of the library."""

import re

import pytest
from django.urls import reverse

from accounts.enums import Role
from standards.services import import_edition, load_standard
from tests.factories.accounts import MembershipFactory
from tests.factories.standards import (
    EditionFactory,
    built_in_edition,
    publish,
    store_built_in,
    synthetic_edition,
    synthetic_standard,
)

pytestmark = pytest.mark.django_db
STATEMENTS = 15


@pytest.fixture
def library():
    store_built_in()


@pytest.fixture
def three():
    """A library whose lists and counts do not change with every new standard."""
    for code in ("gmp/us-21-cfr-211", "iso-27001/2022", "iso-27032/2023"):
        built_in_edition(code)


def names(response) -> list[str]:
    return [one.standard.slug for one in response.context["page"].listed]


def counts(response, facet: str) -> dict[str, int]:
    found = {one.name: one for one in response.context["page"].facets}[facet]
    return {choice.value: choice.count for choice in found.choices}


def test_anybody_sees_the_library(client, library):
    response = client.get("/standards/")

    assert response.status_code == 200
    assert {"gmp", "iso-27001", "iso-27032"} <= set(names(response))
    assert "ISO/IEC 27001" in response.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            {"q": "27001"},
            ["iso-27001"],
        ),
        ({"q": "medicines"}, ["gmp"]),
        ({"q": "GOOD manufacturing"}, ["gmp"]),
        ({"q": "nothing-like-this"}, []),
        ({"nature": "regulation"}, ["gmp"]),
        ({"nature": ["regulation", "guidance"]}, ["gmp", "iso-27032"]),
        ({"domain": "cyber security"}, ["iso-27001", "iso-27032"]),
        ({"domain": "cyber security", "nature": "guidance"}, ["iso-27032"]),
        ({"industry": "pharmaceuticals"}, ["gmp"]),
        ({"region": "united states"}, ["gmp"]),
        ({"region": "united states", "industry": "any"}, []),
        ({"nature": "no such nature"}, []),
        ({"q": "   "}, ["gmp", "iso-27001", "iso-27032"]),
    ],
)
def test_search_and_filters_are_exact(client, three, query, expected):
    assert names(client.get("/standards/", query)) == expected


def test_search_finds_controls_by_title_and_shows_them(client, library):
    response = client.get("/standards/", {"q": "information backup"})

    assert "iso-27001" in names(response)
    assert 'href="/standards/iso-27001/2022/#c-A.8.13"' in response.text
    (iso,) = [
        o for o in response.context["page"].listed if o.standard.slug == "iso-27001"
    ]
    assert [(match.ref, match.title) for match in iso.matches] == [
        ("A.8.13", "Information backup")
    ]


def test_choices_count_what_they_would_show(client, three):
    response = client.get("/standards/", {"domain": "cyber security"})

    # The own group keeps its counts, the others follow the filter.
    assert counts(response, "domain") == {"cyber security": 2, "quality": 1}
    assert counts(response, "nature") == {
        "certifiable standard": 1,
        "guidance": 1,
        "regulation": 0,
    }


def test_the_state_of_the_filters_is_in_the_page(client, library):
    response = client.get("/standards/", {"q": 'a"b', "nature": "guidance"})

    assert 'value="a&quot;b"' in response.text
    assert re.search(r'value="guidance" checked', response.text)
    assert "No standard fits" in response.text
    assert "Show all standards" in response.text


def test_empty_library_says_what_to_do(client):
    assert "The library is empty" in client.get("/standards/").text


def test_a_standard_in_preparation_is_listed_without_an_edition(client):
    load_standard(synthetic_standard(), built_in=True)
    import_edition(synthetic_edition(controls=3))

    assert "In preparation" in client.get("/standards/").text
    page = client.get("/standards/synthetic/")
    assert "In preparation" in page.text
    assert client.get("/standards/synthetic/2025/").status_code == 404


def test_the_page_of_a_standard_holds_its_whole_profile(client, library):
    page = client.get("/standards/iso-27032/").text

    for text in (
        "Guidelines for Internet security in any organization",
        "Its annex links the guidelines to the controls of ISO/IEC 27002:2022.",
        "not established",
        "Can we be certified to ISO/IEC 27032?",
        "https://www.iso.org/standard/76070.html",
        'href="/standards/iso-27001/"',
        'href="/standards/iso-27032/2023/"',
        "is not reproduced here",
    ):
        assert text in page


def test_the_page_of_an_edition_holds_its_whole_tree(client, library):
    response = client.get("/standards/iso-27001/2022/")

    tree = response.context["tree"]
    ids = set(re.findall(r'id="([^"]+)"', response.text))
    assert {f"c-{control.ref}" for control in tree.controls()} <= ids
    assert {f"s-{section.ref}" for section in tree.all_sections()} <= ids
    assert len(re.findall(r'id="[^"]+"', response.text)) == len(ids)
    assert "Do you have an up-to-date list of information" in response.text


def test_listed_controls_say_that_they_are_not_asked(client, library):
    page = client.get("/standards/gmp/us-21-cfr-211/").text

    assert page.count("listed, not asked") == 2


def test_one_count_is_shown_everywhere(client, library):
    """The questions that are asked: 58 of GMP, whose part 211 has 60 sections."""
    shown = [
        client.get(path).text
        for path in ("/standards/", "/standards/gmp/", "/standards/gmp/us-21-cfr-211/")
    ]

    assert all(re.search(r">58<|\b58 questions", page) for page in shown)
    assert not any(re.search(r">60<|\b60 (questions|controls)", page) for page in shown)


def test_editions_of_one_day_are_all_current(client, library):
    listed = client.get("/standards/").context["page"].listed
    (cmmc,) = [row for row in listed if row.standard.slug == "cmmc"]

    assert [edition.slug for edition in cmmc.current] == [
        "2.0-level-1",
        "2.0-level-2",
        "2.0-level-3",
    ]
    assert "Newest edition" not in client.get("/standards/cmmc/").text


def test_a_visitor_takes_the_standard_along_to_sign_up(client, library):
    page = client.get("/standards/iso-27001/2022/").text

    start = "/assessments/new/%3Fedition%3Diso-27001/2022"
    assert f'href="/accounts/signup/?next={start}"' in page
    assert f'href="/accounts/login/?next={start}"' in page


def test_facts_say_when_their_source_appeared_and_was_checked(client, library):
    page = client.get("/standards/gmp/").text

    assert "10 Oct 1962" in page
    assert re.search(r"checked 2[12] Nov 2026", page)
    assert "As of" not in page


def test_search_in_an_edition(client, library):
    url = reverse("standards:edition", args=["iso-27001", "2022"])

    found = client.get(url, {"q": "threat INTELLIGENCE"})
    assert [entry.control.ref for entry in found.context["found"]] == ["A.5.7"]
    assert "1 control holds" in found.text

    nothing = client.get(url, {"q": "zzz"})
    assert "Nothing in this edition holds these words" in nothing.text


@pytest.mark.parametrize(
    "path",
    [
        "/standards/nothing/",
        "/standards/iso-27001/2013/",
        "/standards/nothing/2022/",
        "/standards/gmp/2022/",
    ],
)
def test_what_is_not_there_is_404(client, library, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["/standards/", "/standards/gmp/"])
def test_pages_are_only_for_reading(client, library, name):
    assert client.post(name).status_code == 405


@pytest.mark.parametrize("role", Role)
def test_managers_are_offered_an_assessment(client, library, role):
    member = MembershipFactory(role=role)
    client.force_login(member.user)

    for path in ("/standards/iso-27001/", "/standards/iso-27001/2022/"):
        page = client.get(path).text
        assert ("Start an assessment" in page) is (role in {Role.ADMIN, Role.MANAGER})
        assert "Sign in to assess" not in page


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("controls", [3, 1200])
def test_pages_take_few_statements_whatever_the_size(
    client, controls, signed_in, django_assert_max_num_queries
):
    for number in range(3):
        EditionFactory(controls=controls if number == 0 else 3)
    edition = EditionFactory(controls=controls, standard="synthetic")
    if signed_in:
        client.force_login(MembershipFactory(role=Role.MANAGER).user)

    for path in (
        "/standards/",
        "/standards/?q=topic+1",
        "/standards/synthetic/",
        edition.get_absolute_url(),
    ):
        with django_assert_max_num_queries(STATEMENTS):
            assert client.get(path).status_code == 200


def test_the_list_takes_as_many_statements_for_three_as_for_one(
    client, django_assert_num_queries
):
    EditionFactory()
    with django_assert_num_queries(2):
        client.get("/standards/")
    EditionFactory()
    EditionFactory()
    with django_assert_num_queries(2):
        client.get("/standards/")


def test_pages_are_light(client, library):
    for path, limit in (
        ("/standards/", 60_000),
        ("/standards/iso-27001/", 60_000),
        ("/standards/iso-27001/2022/", 400_000),
    ):
        assert len(client.get(path).content) < limit

    packed = client.get(
        "/standards/iso-27001/2022/", headers={"accept-encoding": "gzip"}
    )
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < 80_000


def test_texts_of_an_edition_are_escaped(client):
    load_standard(synthetic_standard(tagline="<b>bold</b>"), built_in=False)
    publish(synthetic_edition(controls=3))

    for path in ("/standards/", "/standards/synthetic/", "/standards/synthetic/2025/"):
        page = client.get(path).text
        assert "<b>bold" not in page
        assert "&lt;b&gt;bold" in page


@pytest.mark.parametrize("code", ["iso-27001/2022", "gmp/us-21-cfr-211"])
def test_the_contents_of_an_edition_count_what_is_asked(client, code):
    edition = built_in_edition(code)
    page = client.get(edition.get_absolute_url()).content.decode()

    contents = re.findall(
        r'href="#s-[^"]+"><span>([^<]+)</span><span[^>]*>(\d+)</span>', page
    )
    top = [int(count) for name, count in contents if re.match(r"[A-Z0-9.]+ ", name)]
    asked = int(re.search(r"(\d+) questions</title>|: (\d+) questions", page)[2])
    assert sum(top) == asked
