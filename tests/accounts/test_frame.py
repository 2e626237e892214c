"""The page frame, and what the middleware knows of the reader."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories.accounts import MembershipFactory


def nav_of(response):
    return [str(item.label) for item in response.context["nav_items"]]


def test_navigation_of_an_anonymous_visitor(client, db):
    assert nav_of(client.get("/help/")) == ["Standards", "Sign in", "Sign up"]


def test_navigation_of_a_member(viewer, sign_in):
    response = sign_in(viewer).get("/help/")
    assert nav_of(response) == [
        "Dashboard",
        "Assessments",
        "Standards",
        "Reports",
        "Organization",
    ]
    for item in response.context["nav_items"]:
        assertContains(response, f'href="{item.url}"')


def test_navigation_of_a_guest_leaves_out_the_organization(guest, sign_in):
    assert "Organization" not in nav_of(sign_in(guest).get("/help/"))


def test_navigation_without_an_organization(nobody, sign_in):
    assert nav_of(sign_in(nobody).get("/help/")) == ["Standards"]


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("/organization/", 'href="/organization/" aria-current="page"'),
        ("/organization/people/", 'href="/organization/" aria-current="true"'),
    ],
)
def test_the_present_place_is_marked(viewer, sign_in, path, mark):
    assertContains(sign_in(viewer).get(path), mark)


def test_help_pages_are_outside_the_navigation(viewer, sign_in):
    assertNotContains(sign_in(viewer).get("/help/"), "aria-current")


def test_frame_has_a_language_and_a_token_for_scripts(viewer, sign_in):
    client = sign_in(viewer)
    response = client.get("/help/")
    assertContains(response, '<html lang="en">')
    assertContains(response, '"includeIndicatorStyles":false,"allowEval":false')
    assert client.cookies["csrftoken"].value


def test_frame_has_nothing_inline(viewer, sign_in):
    response = sign_in(viewer).get("/account/")
    assertNotContains(response, "style=")
    assertNotContains(response, "onclick")
    assert response.headers["Content-Security-Policy"]


def test_whoami(viewer, sign_in):
    response = sign_in(viewer).get("/help/")
    assertContains(response, "Vic Viewer")
    assertContains(response, "Northwind Pharma")
    assertContains(response, "Times in Europe/Lisbon")


def test_reader_costs_one_query(viewer, sign_in, django_assert_num_queries):
    MembershipFactory(user=viewer.user)
    client = sign_in(viewer)
    with django_assert_num_queries(3):  # session, person, memberships
        client.get("/help/")


def test_anonymous_reader_costs_nothing(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        client.get("/help/")


def test_zone_lasts_as_long_as_the_request(viewer, sign_in):
    sign_in(viewer).get(reverse("accounts:organization"))
    assert timezone.get_current_timezone_name() == "UTC"


def test_an_organization_chosen_long_ago_and_left_is_forgotten(viewer, sign_in):
    client = sign_in(viewer)
    other = MembershipFactory(user=viewer.user)
    client.post(f"/organization/{other.organization_id}/switch/")
    other.delete()
    assert client.get("/help/").wsgi_request.membership == viewer


def test_language_of_the_person(viewer, sign_in, settings):
    viewer.user.language = "en"
    viewer.user.save()
    response = sign_in(viewer).get("/help/", headers={"Accept-Language": "xx"})
    assertContains(response, '<html lang="en">')
