from accounts.forms.organization import (
    NewOrganizationForm,
    OrganizationForm,
    TeamForm,
)
from accounts.forms.people import InviteForm, MemberForm, ProfileForm
from accounts.forms.signup import InvitedSignUpForm, SignUpForm

__all__ = [
    "InviteForm",
    "InvitedSignUpForm",
    "MemberForm",
    "NewOrganizationForm",
    "OrganizationForm",
    "ProfileForm",
    "SignUpForm",
    "TeamForm",
]
