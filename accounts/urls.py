"""People and organizations, the way in by invitation, and the help pages."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import (
    invitations,
    joining,
    organization,
    pages,
    people,
    profile,
    security,
    teams,
)

app_name = "accounts"

# /organization/people/
people_urls = [
    path("", people.index, name="people"),
    path("<int:pk>/", people.change, name="change_member"),
    path("<int:pk>/remove/", people.remove, name="remove_member"),
    path("<int:pk>/sign-out/", people.sign_out, name="sign_out_member"),
    path("<int:pk>/reset-factor/", people.reset_factor, name="reset_factor"),
]

# /organization/teams/
team_urls = [
    path("add/", teams.add, name="add_team"),
    path("<int:pk>/", teams.rename, name="rename_team"),
    path("<int:pk>/delete/", teams.delete, name="delete_team"),
]

# /organization/invitations/
invitation_urls = [
    path("new/", invitations.invite, name="invite"),
    path("<int:pk>/", invitations.show, name="open_invitation"),
    path("<int:pk>/resend/", invitations.resend, name="resend_invitation"),
    path("<int:pk>/revoke/", invitations.revoke, name="revoke_invitation"),
]

# /organization/
organization_urls: list[URLPattern | URLResolver] = [
    path("", organization.show, name="organization"),
    path("settings/", organization.settings, name="settings"),
    path("new/", organization.create, name="create_organization"),
    path("leave/", people.leave, name="leave"),
    path("<int:pk>/switch/", organization.switch, name="switch"),
    path("people/", include(people_urls)),
    path("teams/", include(team_urls)),
    path("invitations/", include(invitation_urls)),
]

urlpatterns = [
    path("organization/", include(organization_urls)),
    path("invitations/<str:token>/", joining.join, name="invitation"),
    path("invitations/<str:token>/sign-up/", joining.sign_up, name="join_new"),
    path("account/", profile.profile, name="profile"),
    path("account/sessions/<int:pk>/end/", security.end_session, name="end_session"),
    path("account/sessions/end/", security.end_others, name="end_sessions"),
    path("help/", pages.show_help, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
]
