"""Making an account: with an organization of one's own, or by an invitation."""

from allauth.account import app_settings as account_settings
from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.forms.layout import form_helper
from accounts.forms.names import NameField
from accounts.models import User
from accounts.queries import is_taken
from accounts.services import organizations
from accounts.validators import require_own_words

PASSWORD_HELP = _("At least eight characters; a few words together are good.")

ORDER = ("name", "email", "password1", "organization", "team", "time_zone")


class SignUpForm(SignupForm):
    """Named by the settings; allauth makes the account, we the organization."""

    name = NameField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    organization = NameField(
        label=_("Organization"),
        max_length=120,
        help_text=_("You can change it later."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    team = NameField(
        label=_("First team"),
        max_length=120,
        initial=_("Operations"),
        help_text=_("A group whose work is assessed. You can rename it, and add more."),
    )
    # Filled in by the browser; without JavaScript times are in UTC until changed.
    time_zone = forms.CharField(
        required=False,
        max_length=64,
        widget=forms.HiddenInput(attrs={"data-time-zone": ""}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        email, password = self.fields["email"], self.fields["password1"]
        email.label = _("E-mail")
        email.widget.attrs |= {"autocomplete": "username"}
        password.help_text = PASSWORD_HELP
        for field in (email, password):
            field.widget.attrs.pop("placeholder", None)
        # The order of the page is that of the error summary.
        self.order_fields(ORDER)
        self.helper = form_helper(
            *ORDER, submit=_("Sign up"), wide=True, form_tag=False
        )

    def validate_unique_email(self, value: str) -> str:
        """Refuse an address that is taken, or hide that it is where mail is sent.

        An address that somebody else only claims, beside their own, is free.
        """
        if not is_taken(value):
            return value
        if account_settings.EMAIL_VERIFICATION == "mandatory":
            self.account_already_exists = True
            return value
        raise get_adapter().validation_error("email_taken")

    def clean(self) -> dict[str, object]:
        data: dict[str, object] = super().clean()
        if password := data.get("password1"):
            words = [str(data.get(name, "")) for name in ("name", "organization")]
            try:
                require_own_words(str(password), words)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return data

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """The person, or where to send whoever was a moment too late."""
        if self.account_already_exists:
            # As long as making an account takes, so that the clock tells nothing.
            User().set_password(self.cleaned_data["password1"])
        try:
            saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        except IntegrityError:  # a second click, mostly
            messages.info(
                request, _("There is an account with this e-mail address now. Sign in.")
            )
            return None, redirect("account_login")
        return saved

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        organizations.create_organization(
            user=user,
            name=self.cleaned_data["organization"],
            team=self.cleaned_data["team"],
            time_zone=self.cleaned_data["time_zone"],
        )
        return user


class InvitedSignUpForm(forms.Form):
    """Sign-up of an invited person, whose address stands in the invitation."""

    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        disabled=True,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    name = NameField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(
        self, *args: object, token: str, organization: str, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.organization = organization
        self.helper = form_helper(
            "email", "name", "password", submit=_("Sign up and join"), wide=True
        )
        self.helper.form_action = reverse("accounts:join_new", args=[token])

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        if password := data.get("password"):
            user = User(email=self.initial["email"], name=data.get("name", ""))
            try:
                password_validation.validate_password(password, user)
                require_own_words(password, [self.organization])
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data
