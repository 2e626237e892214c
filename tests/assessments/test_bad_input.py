"""What no page of ours sends: forged buttons, keys, versions and addresses."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Answer, AnswerRevision, Evidence
from assessments.services.evidence import attach_link
from tests.assessments.test_saving_view import post
from tests.factories.assessments import answer, tree_of


@pytest.fixture
def control(assessment):
    return tree_of(assessment).assessable()[0]


@pytest.fixture
def section_url(assessment, control):
    page = tree_of(assessment).section_of(control.ref)
    return reverse("assessments:section", args=[assessment.code, page.ref])


@pytest.fixture
def evidence(assessment, control, cast) -> Evidence:
    answer(assessment, control, "3")
    return attach_link(
        assessment=assessment,
        control=control,
        by=cast.manager.user,
        url="https://intranet.example/",
    )


@pytest.mark.parametrize("who", ["auditor", "colleague", "viewer"])
def test_the_button_remove_is_only_for_who_may_answer(
    evidence, control, section_url, cast, sign_in, who
):
    then = f"remove:{control.ref}:{evidence.code}"
    response = sign_in(getattr(cast, who)).post(section_url, {"then": then})

    assert response.status_code == 403
    assert Answer.objects.get().evidence


def test_the_button_remove_takes_evidence_off(
    evidence, control, section_url, cast, sign_in
):
    then = f"remove:{control.ref}:{evidence.code}"
    response = sign_in(cast.contributor).post(section_url, {"then": then})

    assert response.status_code == 302
    assert not Answer.objects.get().evidence


@pytest.mark.parametrize(
    "then",
    ["remove:{ref}:zz", "remove:{ref}:", "remove:", "evidence:", "evidence:a/b", "?"],
)
def test_a_forged_button_only_saves(
    evidence, control, section_url, cast, sign_in, then
):
    data = {
        f"version:{control.ref}": "2",
        f"option:{control.ref}": "4",
        "then": then.format(ref=control.ref),
    }
    response = sign_in(cast.manager).post(section_url, data)

    assert (response.status_code, response["Location"]) == (302, section_url)
    assert Answer.objects.get().option == "4"
    assert Answer.objects.get().evidence


@pytest.mark.parametrize("verb", ["evidence_remove", "evidence_restore"])
def test_nothing_is_taken_off_where_nothing_is_answered(
    assessment, control, cast, sign_in, verb
):
    url = reverse(f"assessments:{verb}", args=[assessment.code, control.ref, uuid4()])

    assert sign_in(cast.manager).post(url).status_code == 404


def test_a_version_that_never_was(assessment, control, cast, sign_in):
    response = post(
        sign_in(cast.manager), assessment, control.ref, version=5, option="3"
    )

    assert response.status_code == 422
    assert response.json() == {
        "errors": {"version": "Nothing is saved here yet. Load the page again."}
    }
    assert not Answer.objects.exists()


@pytest.mark.parametrize("key", ["a\x00b", "k" * 65, "ключ", " "])
def test_a_key_that_no_browser_makes_counts_as_none(
    assessment, control, cast, sign_in, key
):
    client = sign_in(cast.manager)
    first = post(client, assessment, control.ref, key=key, after=key, option="3")
    second = post(
        client, assessment, control.ref, key="k2", after=key, version=1, option="4"
    )

    assert (first.status_code, second.status_code) == (200, 200)
    keys = AnswerRevision.objects.order_by("version").values_list("key", flat=True)
    assert list(keys) == ["", "k2"]


@pytest.mark.parametrize("field", ["option", "why", "note", "tick", "ask", "version"])
def test_nul_in_any_field_is_no_fault_of_ours(
    assessment, control, cast, sign_in, field
):
    data = {"option": "3", "version": 0} | {field: "1\x002"}
    response = post(sign_in(cast.manager), assessment, control.ref, **data)

    expected = 422 if field in {"option", "tick"} else 200
    assert response.status_code == expected


FORGED = ["0", "-1", "1e400", "NaN", "²", "x", "9" * 30, "a\x00b"]


@pytest.mark.parametrize("field", ["manager", "target", "initial-manager"])
@pytest.mark.parametrize("value", FORGED)
def test_a_forged_choice_in_the_plan(assessment, cast, sign_in, field, value):
    response = sign_in(cast.manager).post(
        reverse("assessments:plan", args=[assessment.code]), {field: value}
    )

    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()


@pytest.mark.parametrize("name", ["target", "initial-target"])
@pytest.mark.parametrize("value", ["sNaN", "NaN", "-Infinity", "1e999999999"])
def test_a_target_that_is_no_number(assessment, cast, sign_in, name, value):
    """Decimal takes these words, and fails when it compares them."""
    page = reverse("assessments:plan", args=[assessment.code])
    data = {"scope": "All", "target": "3", "initial-target": "3", name: value}

    response = sign_in(cast.manager).post(page, data)

    assert response.status_code == 200
    assessment.refresh_from_db()
    assert assessment.target == 3


def test_a_manager_who_left_while_the_plan_was_open(assessment, cast, sign_in):
    """The page still says who it was, and so does the field that remembers it."""
    client = sign_in(cast.manager)
    url = reverse("assessments:plan", args=[assessment.code])
    shown = client.get(url).context["form"]
    data = {name: shown[name].value() for name in shown.fields}
    data |= {f"initial-{name}": value for name, value in data.items()}
    assessment.manager = cast.admin.user
    assessment.save()
    cast.manager.left_at = timezone.now()
    cast.manager.save()
    data |= {"scope": "Porto site", "manager": cast.admin.user_id}
    response = sign_in(cast.admin).post(url, data)

    assert response.status_code == 302
    assessment.refresh_from_db()
    assert (assessment.scope, assessment.manager) == ("Porto site", cast.admin.user)


@pytest.mark.parametrize("value", FORGED)
def test_a_forged_owner_of_a_section(assessment, cast, sign_in, value):
    task = assessment.tasks.first()
    name = f"owner-{task.section_id}"
    response = sign_in(cast.manager).post(
        reverse("assessments:people", args=[assessment.code]),
        {"action": "sections", name: value, f"initial-{name}": value},
    )

    assert response.status_code == 200
    task.refresh_from_db()
    assert task.owner is None


@pytest.mark.parametrize("action", ["resend", "withdraw"])
@pytest.mark.parametrize("pk", ["0", "x", "²", "9" * 18, "9" * 19, "9" * 5000])
def test_a_forged_invitation(assessment, cast, sign_in, action, pk):
    response = sign_in(cast.manager).post(
        reverse("assessments:people", args=[assessment.code]),
        {"action": action, "invitation": pk},
    )

    assert response.status_code == 404


@pytest.mark.parametrize("code", ["a\x00b", "x" * 300, "²", " "])
def test_a_forged_code_of_a_draft(cast, sign_in, code):
    response = sign_in(cast.manager).post(
        reverse("assessments:new_people"), {"code": code}
    )

    assert (response.status_code, response["Location"]) == (
        302,
        reverse("assessments:new"),
    )
