"""Every address, tried by everybody. An address that this table doesn't know fails.

Columns: anonymous, stranger, viewer, contributor, manager, auditor, admin. `in` means
that the visitor is sent to the sign-in page.
"""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from accounts.queries import invitation_token
from assessments.models import AnswerUpload, Evidence
from assessments.services.evidence import attach_file
from reports.enums import Format, Kind, ReportState
from reports.models import Report
from tests.factories.accounts import (
    PASSWORD,
    InvitationFactory,
    MembershipFactory,
    OrganizationFactory,
    TeamFactory,
)
from tests.factories.assessments import AssessmentFactory, answer_all, tree_of
from tests.factories.files import zipped
from tests.factories.standards import EditionFactory

COLUMNS = (
    "anonymous",
    "stranger",
    "viewer",
    "contributor",
    "manager",
    "auditor",
    "admin",
)

# Name of the address, method, and the status that each visitor gets.
MATRIX = """
dashboard                            GET  in  200 200 200 200 200 200
healthz                              GET  any any any any any any any
robots                               GET  200 200 200 200 200 200 200
sitemap                              GET  200 200 200 200 200 200 200
favicon                              GET  302 302 302 302 302 302 302
touch_icon                           GET  302 302 302 302 302 302 302
discard_form                         POST in  302 302 302 302 302 302
account_login                        GET  200 302 302 302 302 302 302
account_login                        POST 200 302 302 302 302 302 302
account_logout                       GET  in  200 200 200 200 200 200
account_logout                       POST in  in  in  in  in  in  in
account_inactive                     GET  200 200 200 200 200 200 200
account_signup                       GET  200 302 302 302 302 302 302
account_signup                       POST 200 302 302 302 302 302 302
account_reauthenticate               GET  in  200 200 200 200 200 200
account_reauthenticate               POST in  200 200 200 200 200 200
account_email                        GET  in  200 200 200 200 200 200
account_email                        POST in  302 302 302 302 302 302
account_email_verification_sent      GET  200 200 200 200 200 200 200
account_change_password              GET  in  200 200 200 200 200 200
account_change_password              POST in  200 200 200 200 200 200
account_set_password                 GET  in  302 302 302 302 302 302
account_set_password                 POST in  302 302 302 302 302 302
account_reset_password               GET  200 200 200 200 200 200 200
account_reset_password               POST 200 200 200 200 200 200 200
account_confirm_login_code           GET  in  302 302 302 302 302 302
account_confirm_login_code           POST in  302 302 302 302 302 302
account_confirm_email                GET  200 200 200 200 200 200 200
account_confirm_email                POST 404 404 404 404 404 404 404
account_reset_password_from_key_done GET  200 200 200 200 200 200 200
account_reset_password_from_key      GET  200 200 200 200 200 200 200
account_reset_password_from_key      POST 200 200 200 200 200 200 200
account_reset_password_done          GET  200 200 200 200 200 200 200
mfa_index                            GET  in  200 200 200 200 200 200
mfa_list_webauthn                    GET  in  302 302 302 302 302 302
mfa_authenticate                     GET  in  302 302 302 302 302 302
mfa_authenticate                     POST in  302 302 302 302 302 302
mfa_reauthenticate                   GET  in  302 302 302 302 302 302
mfa_reauthenticate                   POST in  302 302 302 302 302 302
mfa_activate_totp                    GET  in  302 302 302 302 302 302
mfa_activate_totp                    POST in  302 302 302 302 302 302
mfa_deactivate_totp                  GET  in  404 404 404 404 404 404
mfa_deactivate_totp                  POST in  404 404 404 404 404 404
mfa_view_recovery_codes              GET  in  404 404 404 404 404 404
mfa_generate_recovery_codes          GET  in  302 302 302 302 302 302
mfa_generate_recovery_codes          POST in  302 302 302 302 302 302
mfa_download_recovery_codes          GET  in  404 404 404 404 404 404
mfa_add_webauthn                     GET  in  302 302 302 302 302 302
mfa_add_webauthn                     POST in  302 302 302 302 302 302
mfa_reauthenticate_webauthn          GET  in  302 302 302 302 302 302
mfa_reauthenticate_webauthn          POST in  302 302 302 302 302 302
mfa_remove_webauthn                  GET  in  302 302 302 302 302 302
mfa_remove_webauthn                  POST in  302 302 302 302 302 302
mfa_edit_webauthn                    GET  in  302 302 302 302 302 302
mfa_edit_webauthn                    POST in  302 302 302 302 302 302
mfa_login_webauthn                   GET  in  302 302 302 302 302 302
mfa_login_webauthn                   POST in  302 302 302 302 302 302
standards:list                       GET  200 200 200 200 200 200 200
standards:standard                   GET  200 200 200 200 200 200 200
standards:edition                    GET  200 200 200 200 200 200 200
assessments:list                     GET  in  200 200 200 200 200 200
assessments:new                      GET  in  200 403 403 200 403 200
assessments:new_scope                GET  in  302 403 403 302 403 302
assessments:new_scope                POST in  302 403 403 302 403 302
assessments:new_period               GET  in  302 403 403 302 403 302
assessments:new_period               POST in  302 403 403 302 403 302
assessments:new_people               GET  in  302 403 403 302 403 302
assessments:new_people               POST in  302 403 403 302 403 302
assessments:tasks                    GET  in  404 200 200 200 200 200
assessments:plan                     GET  in  404 403 403 200 403 200
assessments:plan                     POST in  404 403 403 200 403 200
assessments:remove                   GET  in  404 403 403 200 403 200
assessments:remove                   POST in  404 403 403 200 403 200
assessments:weights                  GET  in  404 403 403 200 403 200
assessments:weights                  POST in  404 403 403 302 403 302
assessments:people                   GET  in  404 403 403 200 403 200
assessments:people                   POST in  404 403 403 200 403 200
assessments:history                  GET  in  404 403 200 200 200 200
assessments:controls                 GET  in  404 403 200 200 200 200
assessments:check_all                GET  in  404 403 200 200 200 200
assessments:submit                   GET  in  404 403 403 200 403 200
assessments:submit                   POST in  404 403 403 200 403 200
assessments:results                  GET  in  404 200 200 200 200 200
assessments:transfer                 GET  in  404 403 200 200 200 200
assessments:transfer                 POST in  404 403 422 422 403 422
assessments:answers_file             GET  in  404 403 200 200 200 200
assessments:import                   GET  in  404 403 404 200 403 404
assessments:import                   POST in  404 403 404 409 403 404
assessments:section                  GET  in  404 403 200 200 200 200
assessments:section                  POST in  404 403 302 302 403 302
assessments:progress                 GET  in  404 403 200 200 200 200
assessments:check                    GET  in  404 403 200 200 200 200
assessments:check                    POST in  404 403 302 302 403 302
assessments:control                  GET  in  404 403 200 200 200 200
assessments:control                  POST in  404 403 302 302 403 302
assessments:answer                   POST in  404 403 200 200 403 200
assessments:control_history          GET  in  404 403 200 200 200 200
assessments:restore                  POST in  404 403 302 302 403 302
assessments:evidence_add             GET  in  404 403 200 200 403 200
assessments:evidence_add             POST in  404 403 422 422 403 422
assessments:evidence_remove          POST in  404 403 302 302 403 302
assessments:evidence_restore         POST in  404 403 302 302 403 302
assessments:evidence                 GET  in  404 403 200 200 200 200
assessments:evidence_contents        GET  in  404 403 200 200 200 200
assessments:review                   GET  in  404 403 200 200 200 200
assessments:send_back                GET  in  404 403 403 403 200 403
assessments:send_back                POST in  404 403 403 403 302 403
assessments:accept                   GET  in  404 403 403 403 200 403
assessments:accept                   POST in  404 403 403 403 302 403
assessments:seal                     GET  in  404 403 403 403 200 403
assessments:seal                     POST in  404 403 403 403 302 403
assessments:reopen                   GET  in  404 403 403 403 200 200
assessments:reopen                   POST in  404 403 403 403 200 200
assessments:review_control           GET  in  404 403 200 200 200 200
assessments:review_control           POST in  404 403 403 403 200 403
reports:list                         GET  in  200 200 200 200 200 200
reports:request                      POST in  404 302 302 302 302 302
reports:jobs                         GET  in  404 302 302 302 302 302
reports:report                       GET  in  404 200 200 200 200 200
reports:retry                        POST in  404 302 302 302 302 302
reports:download                     GET  in  404 200 200 200 200 200
accounts:organization                GET  in  200 200 200 200 200 200
accounts:settings                    GET  in  200 403 403 403 403 200
accounts:settings                    POST in  200 403 403 403 403 200
accounts:create_organization         GET  in  200 200 200 200 200 200
accounts:create_organization         POST in  200 200 200 200 200 200
accounts:leave                       GET  in  200 200 200 200 200 200
accounts:leave                       POST in  302 302 302 302 302 302
accounts:switch                      POST in  404 302 302 302 302 302
accounts:people                      GET  in  200 200 200 200 200 200
accounts:change_member               GET  in  404 403 403 403 403 200
accounts:change_member               POST in  404 403 403 403 403 200
accounts:remove_member               GET  in  404 403 403 403 403 200
accounts:remove_member               POST in  404 403 403 403 403 302
accounts:sign_out_member             POST in  404 403 403 403 403 302
accounts:reset_factor                POST in  404 403 403 403 403 302
accounts:add_team                    GET  in  200 403 403 403 403 200
accounts:add_team                    POST in  200 403 403 403 403 200
accounts:rename_team                 GET  in  404 403 403 403 403 200
accounts:rename_team                 POST in  404 403 403 403 403 200
accounts:delete_team                 GET  in  404 403 403 403 403 200
accounts:delete_team                 POST in  404 403 403 403 403 302
accounts:invite                      GET  in  200 403 403 200 403 200
accounts:invite                      POST in  200 403 403 200 403 200
accounts:open_invitation             GET  in  404 403 403 200 403 200
accounts:resend_invitation           POST in  404 403 403 302 403 302
accounts:revoke_invitation           POST in  404 403 403 302 403 302
accounts:invitation                  GET  200 200 200 200 200 200 200
accounts:invitation                  POST 200 200 200 200 200 200 200
accounts:join_new                    POST 200 200 200 200 200 200 200
accounts:profile                     GET  in  200 200 200 200 200 200
accounts:profile                     POST in  200 200 200 200 200 200
accounts:end_session                 POST in  404 404 404 404 404 404
accounts:end_sessions                POST in  302 302 302 302 302 302
accounts:help                        GET  200 200 200 200 200 200 200
accounts:accessibility               GET  200 200 200 200 200 200 200
accounts:privacy                     GET  200 200 200 200 200 200 200
"""


# What a guest of one assessment may open besides it.
GUEST_PAGES = frozenset(
    {
        *("accessibility", "help", "privacy", "profile"),
        *("create_organization", "switch", "leave", "invitation", "join_new"),
        *("end_session", "end_sessions"),
    }
)


def rows() -> Iterator[tuple[str, str, list[str]]]:
    for line in MATRIX.strip().splitlines():
        if line:
            name, method, *expected = line.split()
            yield name, method, expected


def addresses(patterns: list, prefix: str = "") -> Iterator[str]:
    """The names of all addresses except the admin's, which has a test of its own."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        elif pattern.namespace != "admin":
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from addresses(pattern.url_patterns, prefix + inner)


def test_the_table_knows_every_address():
    assert sorted({name for name, _method, _expected in rows()}) == sorted(
        set(addresses(get_resolver().url_patterns))
    )


@pytest.fixture
def world(db, settings, tmp_path) -> SimpleNamespace:
    """One organization with everything in it, and a stranger with another one."""
    settings.MEDIA_ROOT = tmp_path
    organization = OrganizationFactory()
    team = TeamFactory(organization=organization)
    people = {
        role.value: MembershipFactory(
            organization=organization, role=role, teams=[team]
        )
        for role in (
            Role.VIEWER,
            Role.CONTRIBUTOR,
            Role.MANAGER,
            Role.AUDITOR,
            Role.ADMIN,
        )
    }
    people["stranger"] = MembershipFactory(role=Role.ADMIN)
    assessment = AssessmentFactory(
        organization=organization,
        team=team,
        edition=EditionFactory(controls=3),
        manager=people["manager"].user,
        auditor=people["auditor"].user,
    )
    control = tree_of(assessment).assessable()[0]
    answer_all(assessment, "3")
    attach_file(
        assessment=assessment,
        control=control,
        by=people["manager"].user,
        upload=SimpleUploadedFile("list.zip", zipped("list.txt")),
    )
    report = Report.objects.create(
        assessment=assessment,
        kind=Kind.EXECUTIVE,
        format=Format.PDF,
        requested_by=people["manager"].user,
        state=ReportState.FAILED,
    )
    done = Report.objects.create(
        assessment=assessment,
        kind=Kind.FULL,
        format=Format.PDF,
        requested_by=people["manager"].user,
        state=ReportState.DONE,
    )
    done.file.save("report.pdf", ContentFile(b"%PDF-1.7"))
    upload = AnswerUpload.objects.create(
        assessment=assessment,
        by=people["manager"].user,
        name="answers.csv",
        content=f"ref,option\n{control.ref},4\n".encode(),
        at=timezone.now(),
    )
    invitation = InvitationFactory(
        organization=organization, invited_by=people["admin"].user
    )
    return SimpleNamespace(
        people=people,
        assessment=assessment,
        page=tree_of(assessment).pages()[0],
        control=control,
        evidence=Evidence.objects.get(),
        report=report,
        done=done,
        invitation=invitation,
        upload=upload,
        team=TeamFactory(organization=organization),
        member=people["viewer"],
    )


def arguments(name: str, world: SimpleNamespace) -> list[object]:
    """What stands in the address behind `name`."""
    app, _colon, verb = name.rpartition(":")
    code = world.assessment.code
    if app == "standards":
        edition = world.assessment.edition
        both = [edition.standard.slug, edition.slug]
        return {"list": [], "standard": both[:1], "edition": both}[verb]
    if app == "reports":
        report = world.done if verb in {"download", "report"} else world.report
        return {"list": [], "request": [code], "jobs": [code]}.get(verb, [report.code])
    if app == "accounts":
        return _of_accounts(verb, world)
    if app == "assessments" and verb not in {"list"} and not verb.startswith("new"):
        return [code, *_of_assessment(verb, world)]
    return {
        "account_confirm_email": ["key"],
        "account_reset_password_from_key": ["1", "set-password"],
        "mfa_remove_webauthn": ["1"],
        "mfa_edit_webauthn": ["1"],
    }.get(name, [])


def _of_assessment(verb: str, world: SimpleNamespace) -> list[object]:
    ref = world.control.ref
    with_evidence = {
        "evidence_remove": [ref],
        "evidence_restore": [ref],
        "evidence": [],
        "evidence_contents": [],
    }
    if verb in with_evidence:
        return [*with_evidence[verb], world.evidence.code]
    if verb == "restore":
        return [ref, 1]
    if verb in {"answers_file", "import"}:
        return ["csv"] if verb == "answers_file" else [world.upload.code]
    if verb in {"section", "check", "progress"}:
        return [world.page.ref]
    with_control = {
        "control",
        "answer",
        "control_history",
        "evidence_add",
        "review_control",
    }
    return [ref] if verb in with_control else []


def _of_accounts(verb: str, world: SimpleNamespace) -> list[object]:
    if verb in {"invitation", "join_new"}:
        return [invitation_token(world.invitation)]
    if verb in {
        *("change_member", "remove_member", "sign_out_member", "reset_factor"),
        "end_session",
    }:
        return [world.member.pk]
    if verb in {"rename_team", "delete_team"}:
        return [world.team.pk]
    if verb in {"open_invitation", "resend_invitation", "revoke_invitation"}:
        return [world.invitation.pk]
    if verb == "switch":
        return [world.assessment.organization_id]
    return []


def status_for(who: str, name: str, method: str, world: SimpleNamespace) -> str:
    client = Client()
    if who != "anonymous":
        client.force_login(world.people[who].user)
    url = reverse(name, args=arguments(name, world))
    data = {f"option:{world.control.ref}": "4", f"version:{world.control.ref}": "2"}
    response = client.get(url) if method == "GET" else client.post(url, data)
    if response.streaming:
        list(response.streaming_content)  # read to its end, so that the file is closed
    if response.status_code == 302 and response["Location"].startswith(
        reverse("account_login")
    ):
        return "in"
    return str(response.status_code)


@pytest.mark.parametrize(
    ("name", "method", "expected"),
    [pytest.param(*row, id=" ".join(row[:2])) for row in rows()],
)
def test_access(world, name, method, expected):
    actual = []
    for who, status in zip(COLUMNS, expected, strict=True):
        # One visitor's change is undone before the next one comes.
        with transaction.atomic():
            found = status_for(who, name, method, world)
            transaction.set_rollback(True)
        actual.append("any" if status == "any" else found)
    assert actual == expected


@pytest.fixture
def guest(world):
    """Somebody who may see one other assessment of the same organization."""
    first = world.assessment
    other = AssessmentFactory(
        organization=first.organization, team=first.team, edition=first.edition
    )
    return MembershipFactory(
        organization=first.organization, role=Role.AUDITOR, only_assessment=other.code
    )


@pytest.fixture
def leaver(world):
    """Somebody who left, and is the administrator of another organization."""
    return MembershipFactory(
        organization=world.assessment.organization,
        user=world.people["stranger"].user,
        role=Role.ADMIN,
        left_at=timezone.now(),
    )


@pytest.mark.parametrize("who", ["guest", "leaver"])
def test_what_is_not_theirs_is_not_there(world, who, request):
    """Whatever the address of an assessment, of its reports and of its evidence."""
    world.people[who] = request.getfixturevalue(who)
    found = {
        f"{name} {method}": status_for(who, name, method, world)
        for name, method, _expected in rows()
        if name.startswith(("assessments:", "reports:")) and arguments(name, world)
    }
    client = Client()
    client.force_login(world.people[who].user)

    assert set(found.values()) == {"404"}, found
    for name in ("dashboard", "assessments:list", "reports:list"):
        page = client.get(reverse(name)).content.decode()
        assert world.assessment.code not in page


def test_a_guest_sees_nothing_of_the_organization(world, guest):
    world.people["guest"] = guest
    for name, method, _expected in rows():
        if name.startswith("accounts:") and name.split(":")[1] not in GUEST_PAGES:
            assert status_for("guest", name, method, world) == "403", name


def test_the_admin_is_for_operators_only(world):
    url = reverse("admin:index")
    for who in COLUMNS[1:]:
        client = Client()
        client.force_login(world.people[who].user)
        assert client.get(url).status_code == 302, who
    assert Client().get(url).status_code == 302
    operator = User.objects.create_superuser("operator@example.com", PASSWORD)
    client = Client()
    client.force_login(operator)
    assert client.get(url).status_code == 200


def test_the_admin_has_no_sign_in_without_limits(world):
    operator = User.objects.create_superuser("operator@example.com", PASSWORD)
    url = reverse("admin:login")
    response = Client().post(
        url, {"username": operator.email, "password": PASSWORD}, follow=True
    )

    assert response.redirect_chain == [
        (f"{reverse('account_login')}?next=%2Fadmin%2Flogin%2F", 302)
    ]
    assert not response.wsgi_request.user.is_authenticated
