"""A form that was sent without a session comes back filled in, after signing in."""

import time
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation
from assessments.models import Verdict
from common import kept_forms
from common.html_forms import PageForm, PageParser
from tests.factories.accounts import PASSWORD
from tests.factories.assessments import answer_all, submit

pytestmark = pytest.mark.django_db
NOTICE = "Not saved yet: a form that you sent"
TEXT = 'An hour of "careful" <work> & thought'
# Who, the page with the form, and the names of its fields that take text.
FORMS = [
    ("admin", "accounts:settings", "name"),
    ("admin", "accounts:create_organization", "name team"),
    ("admin", "accounts:add_team", "name"),
    ("admin", "accounts:rename_team", "name"),
    ("admin", "accounts:invite", "email"),
    ("admin", "accounts:profile", "name"),
    ("admin", "account_email", "email"),
    ("manager", "assessments:plan", "scope"),
    ("manager", "assessments:weights", "t:C.1 w:C.2"),
    ("manager", "assessments:section", "note:C.1"),
    ("manager", "assessments:control", "note:C.1"),
    ("manager", "assessments:evidence_add", "url title"),
    ("auditor", "assessments:review_control", "reason request"),
    ("auditor", "assessments:reopen", "reason"),
]


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()


def address(name, assessment, team):
    arguments = {
        "rename_team": [team.pk],
        "plan": [assessment.code],
        "weights": [assessment.code],
        "reopen": [assessment.code],
        "section": [assessment.code, "P1"],
        "control": [assessment.code, "C.1"],
        "evidence_add": [assessment.code, "C.1"],
        "review_control": [assessment.code, "C.1"],
    }
    return reverse(name, args=arguments.get(name.partition(":")[2], []))


def form_of(response, *names: str) -> PageForm:
    """The form of the page that has all these fields."""
    for form in PageParser(response.content.decode()).forms:
        if form.method == "post" and set(names) <= {c.name for c in form.controls}:
            return form
    raise AssertionError(names)


def values_of(html: str, form: PageForm) -> dict[str, list[str]]:
    """What a browser would send."""
    values: dict[str, list[str]] = {}
    for control in form.controls:
        if control.type in ("submit", "file", "password") or not control.name:
            continue
        if (
            control.type in ("radio", "checkbox")
            and "checked" not in control.attributes
        ):
            continue
        chosen = [o for o in control.options if "selected" in o.attributes]
        if control.tag == "select":
            value = (chosen or control.options)[0].value
        elif control.tag == "textarea":
            value = unescape(html[control.end : control.content_end]).removeprefix("\n")
        else:
            value = control.value
        values.setdefault(control.name, []).append(value)
    return values


def enter(client, location: str, member):
    data = {"login": member.user.email, "password": PASSWORD}
    where = dict(parse_qsl(urlsplit(location).query))
    return client.post(reverse("account_login"), data | where, follow=True)


def typed(form: PageForm, names: str) -> dict[str, str]:
    """Something to type or choose for each of the names, other than what is there."""
    result = {}
    for name in names.split():
        control = next(c for c in form.controls if c.name == name)
        if control.tag == "select":
            result[name] = control.options[-1].value
        else:
            result[name] = "on" if control.type == "checkbox" else f"{TEXT} {name}"
    return result


@pytest.mark.parametrize(
    ("who", "name", "fields"), FORMS, ids=[name for _who, name, _fields in FORMS]
)
def test_every_form_comes_back_filled_in(
    cast, assessment, team, sign_in, who, name, fields
):
    if who == "auditor":
        answer_all(assessment, "3")
        submit(assessment)
    member = getattr(cast, who)
    client = sign_in(member)
    url = address(name, assessment, team)
    page = client.get(url)
    form = form_of(page, *fields.split())
    data = values_of(page.content.decode(), form) | typed(form, fields)
    sent = {n: v if isinstance(v, list) else [v] for n, v in data.items()}
    Session.objects.all().delete()

    refused = client.post(
        form.action or url, data, headers={"referer": f"http://testserver{url}"}
    )
    shown = enter(client, refused["Location"], member)

    assert shown.request["PATH_INFO"] == url
    html = shown.content.decode()
    assert NOTICE in html
    assert "It is filled in below as you left it" in html
    back = values_of(html, form_of(shown, *fields.split()))
    del sent["csrfmiddlewaretoken"], back["csrfmiddlewaretoken"]
    assert back == sent


@pytest.fixture
def finding(cast, assessment, sign_in):
    """Sends a finding without a session; returns the client and the answer to it."""
    answer_all(assessment, "3")
    submit(assessment)
    url = reverse("assessments:review_control", args=[assessment.code, "C.1"])

    def send(member=cast.auditor, **extra):
        client = sign_in(member)
        page = client.get(url)
        form = form_of(page, "reason")
        data = values_of(page.content.decode(), form)
        Session.objects.all().delete()
        data |= {"grade": "conforms", "option": "3", "reason": TEXT, "do": "save"}
        return client, client.post(url, data | extra)

    send.url = url
    return send


def test_nothing_is_written_until_it_is_sent_again(finding, cast):
    client, refused = finding()
    shown = enter(client, refused["Location"], cast.auditor)
    assert not Verdict.objects.exists()

    data = values_of(shown.content.decode(), form_of(shown, "reason"))
    client.post(finding.url, data | {"do": "save"})
    assert Verdict.objects.get().reason == TEXT
    assert NOTICE not in client.get(finding.url).content.decode()
    client.get("/")
    assert Verdict.objects.count() == 1


def test_other_pages_lead_to_the_form(finding, cast):
    client, refused = finding()
    enter(client, refused["Location"], cast.auditor)
    home = client.get("/").content.decode()

    assert NOTICE in home
    assert f'<a href="{finding.url}">Open the form again</a>' in home
    assert "An hour of &quot;careful&quot; &lt;work&gt;" in home


def test_another_person_sees_nothing_of_it(finding, cast):
    client, refused = finding()
    shown = enter(client, refused["Location"], cast.manager)

    assert "careful" not in shown.content.decode()
    assert NOTICE not in client.get("/").content.decode()
    assert kept_forms.SESSION_KEY not in client.session


def test_it_survives_a_wrong_password(finding, cast):
    client, refused = finding()
    client.post(
        refused["Location"], {"login": cast.auditor.user.email, "password": "x"}
    )
    shown = enter(client, refused["Location"], cast.auditor)

    assert NOTICE in shown.content.decode()


def test_it_can_be_discarded(finding, cast):
    client, refused = finding()
    enter(client, refused["Location"], cast.auditor)
    client.post(reverse("discard_form"))

    assert NOTICE not in client.get(finding.url).content.decode()


def test_it_is_forgotten_after_an_hour(finding, cast, monkeypatch):
    client, refused = finding()
    enter(client, refused["Location"], cast.auditor)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3601)

    assert NOTICE not in client.get("/").content.decode()


def test_a_text_that_is_too_large_is_not_kept_and_the_page_says_so(finding, cast):
    client, refused = finding(reason="x" * (kept_forms.LARGEST + 1))
    shown = enter(client, refused["Location"], cast.auditor)

    assert "It was too large to be kept." in shown.content.decode()
    assert len(str(client.session[kept_forms.SESSION_KEY])) < 1000


def test_passwords_and_tokens_are_never_kept(db):
    client = Client()
    secrets = {
        **{"oldpassword": "s3cr3t", "password1": "s3cr3t", "code": "s3cr3t"},
        **{"access_token": "s3cr3t", "client_secret": "s3cr3t", "credential": "s3cr3t"},
    }
    client.post(reverse("account_change_password"), secrets | {"name": "kept"})

    kept = client.session[kept_forms.SESSION_KEY]
    assert [tuple(field) for field in kept["fields"]] == [("name", "kept")]


def test_files_are_not_kept_and_the_page_says_so(cast, assessment, sign_in):
    url = reverse("assessments:evidence_add", args=[assessment.code, "C.1"])
    client = sign_in(cast.manager)
    form = form_of(client.get(url), "title")
    data = {c.name: c.value for c in form.controls if c.type == "hidden"}
    Session.objects.all().delete()
    upload = SimpleUploadedFile("list.txt", b"plain")
    refused = client.post(url, data | {"title": TEXT, "file": upload})
    shown = enter(client, refused["Location"], cast.manager)

    assert "Files are not kept. Choose them again." in shown.content.decode()
    assert TEXT.split('"')[0] in shown.content.decode()


def test_strangers_fill_no_sessions_without_end(db):
    for _n in range(25):
        Client().post(reverse("accounts:profile"), {"name": "x"})

    assert Session.objects.count() == 20


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_what_another_site_sends_is_not_kept(db, headers):
    client = Client()
    client.post(reverse("accounts:profile"), {"name": "evil"}, headers=headers)

    assert kept_forms.SESSION_KEY not in client.session


def test_a_form_that_expired_comes_back_filled_in(cast, team):
    """Signed in again in another tab: the token of this page is an old one."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.admin.user)
    url = reverse("accounts:invite")
    page = client.get(url)
    data = values_of(page.content.decode(), form_of(page, "email"))
    data |= {"email": TEXT, "csrfmiddlewaretoken": "x" * 64}
    refused = client.post(url, data, headers={"origin": "http://testserver"})

    assert refused.status_code == 403
    assert f'href="{url}">Open the form again</a>' in refused.content.decode()
    back = client.get(url)
    assert values_of(back.content.decode(), form_of(back, "email"))["email"] == [TEXT]
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("token", ["right", "wrong"])
def test_a_page_of_another_person_writes_nothing(cast, token):
    """Two people at one browser: the first one's page is still open."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.admin.user)
    page = client.get(reverse("accounts:profile"))
    data = values_of(page.content.decode(), form_of(page, "name"))
    client.force_login(cast.manager.user)
    fresh = client.get(reverse("accounts:profile"))
    if token == "right":
        own = values_of(fresh.content.decode(), form_of(fresh, "name"))
        data["csrfmiddlewaretoken"] = own["csrfmiddlewaretoken"]
    response = client.post(reverse("accounts:profile"), data | {"name": "Evil"})

    assert response.status_code == 403
    cast.manager.user.refresh_from_db()
    assert cast.manager.user.name == "Ines Duarte"
    assert kept_forms.SESSION_KEY not in client.session


def test_a_script_keeps_what_it_sent_itself(cast, assessment):
    client = Client()
    url = reverse("assessments:answer", args=[assessment.code, "C.1"])
    client.post(url, {"note": "x"}, headers={"accept": "application/json"})

    assert kept_forms.SESSION_KEY not in client.session


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("account_login", {"login": "a@example.com", "password": "x"}),
        ("account_signup", {"email": "a@example.com", "name": "Ada"}),
        ("account_logout", {"next": "/accounts/login/"}),
        ("accounts:leave", {}),
    ],
)
@pytest.mark.parametrize("checks", [True, False])
def test_signing_in_or_out_and_bare_buttons_leave_nothing(db, name, data, checks):
    client = Client(enforce_csrf_checks=checks)
    client.post(reverse(name), data)

    assert kept_forms.SESSION_KEY not in client.session
