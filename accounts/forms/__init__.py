from accounts.forms.organization import (
    NewOrganizationForm,
    OrganizationForm,
    TeamForm,
)
from accounts.forms.passwords import ForgottenPasswordForm
from accounts.forms.people import InviteForm, MemberForm, ProfileForm
from accounts.forms.second_factor import AuthenticateForm, ReauthenticateForm
from accounts.forms.signup import InvitedSignUpForm, SignUpForm

__all__ = [
    "AuthenticateForm",
    "ForgottenPasswordForm",
    "InviteForm",
    "InvitedSignUpForm",
    "MemberForm",
    "NewOrganizationForm",
    "OrganizationForm",
    "ProfileForm",
    "ReauthenticateForm",
    "SignUpForm",
    "TeamForm",
]
