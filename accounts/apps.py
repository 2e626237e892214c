from allauth.account.signals import user_logged_in
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and organizations")

    def ready(self) -> None:
        from accounts.middleware import start_activity

        user_logged_in.connect(start_activity)
        from accounts import signals  # noqa: F401 -- connects itself
