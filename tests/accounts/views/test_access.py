"""Every page of people and organizations, for everybody who might come."""

import pytest
from django.urls import reverse

from tests.factories.accounts import InvitationFactory, MembershipFactory, TeamFactory

CAST = (
    "anonymous",
    "nobody",
    "stranger",
    "guest",
    "viewer",
    "contributor",
    "auditor",
    "manager",
    "admin",
)
TO_SIGN_IN, TO_CREATE = "sign in", "create"
PUBLIC = dict.fromkeys(CAST, 200)
OWN = PUBLIC | {"anonymous": TO_SIGN_IN}
EVERY_MEMBER = OWN | {"nobody": TO_CREATE}
NO_GUESTS = EVERY_MEMBER | {"guest": 403}
ADMINS = dict.fromkeys(CAST, 403) | {
    "anonymous": TO_SIGN_IN,
    "nobody": TO_CREATE,
    "admin": 200,
}
# A stranger administers another organization, where these pages are theirs too …
OWN_ORGANIZATION = ADMINS | {"stranger": 200}
# … but what belongs to Northwind doesn't exist for them.
NORTHWIND = ADMINS | {"stranger": 404}

PAGES = {
    "help": PUBLIC,
    "accessibility": PUBLIC,
    "privacy": PUBLIC,
    "profile": OWN,
    "create_organization": OWN,
    "leave": EVERY_MEMBER,
    "organization": NO_GUESTS,
    "people": NO_GUESTS,
    "settings": OWN_ORGANIZATION,
    "add_team": OWN_ORGANIZATION,
    "invite": OWN_ORGANIZATION | {"manager": 200},
    "rename_team": NORTHWIND,
    "delete_team": NORTHWIND,
    "change_member": NORTHWIND,
    "remove_member": NORTHWIND,
    "open_invitation": NORTHWIND | {"manager": 200},
}
POSTS = {
    "resend_invitation": NORTHWIND | {"manager": "/organization/invitations/{pk}/"},
    "revoke_invitation": NORTHWIND | {"manager": "/organization/people/"},
}


@pytest.fixture
def address(northwind):
    """Returns the address of a page, of something of Northwind's if need be."""
    team = TeamFactory(organization=northwind)
    member = MembershipFactory(organization=northwind)
    invitation = InvitationFactory(organization=northwind)
    keys = {
        "rename_team": team,
        "delete_team": team,
        "change_member": member,
        "remove_member": member,
        "open_invitation": invitation,
        "resend_invitation": invitation,
        "revoke_invitation": invitation,
    }

    def of(name):
        return reverse(f"accounts:{name}", args=[keys[name].pk] if name in keys else [])

    return of


@pytest.fixture
def visitor(request, client, sign_in):
    def of(who):
        return client if who == "anonymous" else sign_in(request.getfixturevalue(who))

    return of


def outcome(response):
    if response.status_code != 302:
        return response.status_code
    if response.url.startswith(reverse("account_login")):
        return TO_SIGN_IN
    if response.url == reverse("accounts:create_organization"):
        return TO_CREATE
    return response.url


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("page", PAGES)
def test_page(visitor, address, page, who):
    response = visitor(who).get(address(page))
    assert outcome(response) == PAGES[page][who]


@pytest.mark.parametrize("who", [who for who in CAST if who != "admin"])
@pytest.mark.parametrize("page", POSTS)
def test_post(visitor, address, page, who):
    response = visitor(who).post(address(page))
    expected = 404 if who == "nobody" else POSTS[page][who]
    here = address("open_invitation")
    expected = here if expected == "/organization/invitations/{pk}/" else expected
    assert outcome(response) == expected


@pytest.mark.parametrize("page", POSTS)
def test_changes_are_not_made_by_following_a_link(visitor, address, page, admin):
    assert visitor("admin").get(address(page)).status_code == 405


@pytest.mark.parametrize("page", ["rename_team", "change_member", "remove_member"])
@pytest.mark.parametrize("who", ["viewer", "contributor", "auditor", "manager"])
def test_refusals_name_the_role(visitor, address, page, who):
    response = visitor(who).post(address(page), {"name": "x", "role": "admin"})
    assert response.status_code == 403
