"""An id that no database can hold names nothing, wherever it is sent."""

import pytest

from tests.factories.assessments import answer

pytestmark = pytest.mark.django_db

HUGE = "9" * 26


@pytest.fixture
def client(assessment, cast, sign_in):
    answer(assessment, "C.1", "3")
    return sign_in(cast.manager)


@pytest.mark.parametrize(
    "path",
    [
        f"?show={HUGE}",
        f"history/?page={HUGE}",
        f"history/?person={HUGE}",
        f"review/?show=all&page={HUGE}",
        f"results/?gaps=all&page={HUGE}",
        f"controls/?page={HUGE}",
        f"controls/C.1/history/?page={HUGE}",
    ],
)
def test_in_an_address(client, assessment, path):
    response = client.get(f"/assessments/{assessment.code}/{path}")
    assert response.status_code in {200, 404}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (f"controls/C.1/restore/{HUGE}/", {}),
        ("people/", {"action": "resend", "invitation": HUGE}),
        ("people/", {"action": "assign", "person": HUGE}),
        ("people/", {"action": "auditor", "auditor": HUGE}),
        ("plan/", {"manager": HUGE}),
        ("controls/C.1/answer/", {"option:C.1": "3", "version:C.1": HUGE}),
        (
            "controls/C.1/answer/",
            {"option:C.1": "unknown", "version:C.1": "1", "ask:C.1": HUGE},
        ),
    ],
)
def test_in_a_form(client, assessment, path, data):
    response = client.post(f"/assessments/{assessment.code}/{path}", data)
    assert response.status_code < 500
