"""An id that no database can hold names nothing: 404 or an error of the form."""

import pytest

HUGE = "9" * 26


@pytest.mark.parametrize(
    "path",
    [
        *(f"people/{HUGE}/", f"people/{HUGE}/remove/", f"teams/{HUGE}/"),
        *(f"teams/{HUGE}/delete/", f"invitations/{HUGE}/"),
        *(f"invitations/{HUGE}/resend/", f"invitations/{HUGE}/revoke/"),
        f"{HUGE}/switch/",
    ],
)
def test_in_an_address(admin, sign_in, path):
    assert sign_in(admin).post(f"/organization/{path}").status_code in {404, 405}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("invitations/new/", {"email": "n@example.com", "role": "viewer"}),
        ("people/{member}/", {"role": "viewer"}),
    ],
)
def test_in_a_form(admin, viewer, team, sign_in, path, data):
    path = path.format(member=viewer.pk)
    response = sign_in(admin).post(f"/organization/{path}", data | {"teams": [HUGE]})
    assert response.status_code == 200
    assert "teams" in response.context["form"].errors
