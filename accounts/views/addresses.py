"""E-mail addresses: allauth's pages, where an address counts only when proven."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.views import ConfirmEmailView, EmailView
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User


class AddressesView(EmailView):
    """Adds, removes and changes; only a proven address can become the main one."""

    def _action_primary(
        self, request: HttpRequest, *args: object, **kwargs: object
    ) -> HttpResponse | None:
        address = self._get_email_address(request)
        if address and not address.verified:
            messages.error(
                request,
                _("Confirm the address first: open the link that was mailed to it."),
            )
            return None
        response: HttpResponse | None = super()._action_primary(
            request, *args, **kwargs
        )
        return response


class ConfirmAddressView(ConfirmEmailView):
    """Confirms the address of a mailed link.

    It asks for the password of the account, unless the person is signed in here or just
    signed up here. Whoever owns the mailbox may have nothing to do with the account,
    and would prove it for somebody who made it in their name.
    """

    error = ""

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        self.object = self.get_object()
        address: EmailAddress = self.object.email_address
        if self._belongs_to_other(address):
            return self.render_to_response(self.get_context_data())
        if self._asks_password(address) and not self._has_password(address.user):
            return self.render_to_response(self.get_context_data())
        response: HttpResponse = super().post(*args, **kwargs)
        return response

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context: dict[str, object] = super().get_context_data(**kwargs)
        if self.object:
            address: EmailAddress = self.object.email_address
            context["asks_password"] = self._asks_password(address)
            context["error"] = self.error
            if self._belongs_to_other(address):
                context["can_confirm"] = False
        return context

    def _belongs_to_other(self, address: EmailAddress) -> bool:
        others = User.objects.filter(email=address.email).exclude(pk=address.user_id)
        return others.exists()

    def _asks_password(self, address: EmailAddress) -> bool:
        if self.request.user.is_authenticated:
            return bool(self.request.user != address.user)
        stage = LoginStageController.enter(self.request, EmailVerificationStage.key)
        return stage is None or stage.login.user != address.user

    def _has_password(self, user: User) -> bool:
        password = self.request.POST.get("password", "")
        try:
            if password and get_adapter().reauthenticate(user, password):
                return True
        except forms.ValidationError as error:  # too many attempts
            self.error = error.messages[0]
            return False
        self.error = _("This is not the password of that account.")
        return False
