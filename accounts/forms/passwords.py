"""Asking for a new password."""

from allauth.account.forms import ResetPasswordForm

from accounts.queries import person_to_mail


class ForgottenPasswordForm(ResetPasswordForm):
    """Finds whom a link may be mailed to; the page says the same for everybody."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        person = person_to_mail(email)
        self.users = [person] if person else []
        return email
