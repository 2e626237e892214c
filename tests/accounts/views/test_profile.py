from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.factories.accounts import MembershipFactory


def test_change_name_and_colours(admin, sign_in):
    client = sign_in(admin)
    assertNotContains(client.get("/account/"), "data-bs-theme")
    response = client.post(
        "/account/", {"name": "Ada A.", "theme": "dark", "language": "en"}, follow=True
    )
    assertRedirects(response, "/account/")
    assertContains(response, 'data-bs-theme="dark"')
    assertContains(response, "Ada A.")
    admin.user.refresh_from_db()
    assert (admin.user.theme, admin.user.language) == ("dark", "en")


def test_back_to_the_colours_of_the_device(admin, sign_in):
    admin.user.theme = "dark"
    admin.user.save()
    client = sign_in(admin)
    client.post("/account/", {"name": "Ada", "theme": "", "language": ""})
    assertNotContains(client.get("/account/"), "data-bs-theme")


def test_unknown_choices_are_refused(admin, sign_in):
    response = sign_in(admin).post(
        "/account/", {"name": "Ada", "theme": "pink", "language": "tlh"}
    )
    assertContains(response, "There is a problem")


def test_lists_organizations(admin, sign_in):
    MembershipFactory(user=admin.user, organization__name="Southwind")
    response = sign_in(admin).get("/account/")
    assertContains(response, "You are here")
    assertContains(response, "to Southwind")


def test_without_an_organization(nobody, sign_in):
    response = sign_in(nobody).get("/account/")
    assertContains(response, "You belong to no organization now.")
    assertContains(response, "/organization/new/")
