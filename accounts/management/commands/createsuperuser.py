"""`manage.py createsuperuser`: with `--noinput` the password is checked as well."""

import os
from typing import Any

from django.contrib.auth import password_validation
from django.contrib.auth.management.commands import createsuperuser
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from accounts.models import User
from accounts.services.addresses import prove_main_address


class Command(createsuperuser.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if not options["interactive"]:
            _check_password(options)
        last = User.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        super().handle(*args, **options)
        # Whoever may run this command is believed, so that no mail server is needed.
        for operator in User.objects.filter(pk__gt=last, is_superuser=True):
            prove_main_address(operator)


def _check_password(options: dict[str, Any]) -> None:
    password = os.environ.get("DJANGO_SUPERUSER_PASSWORD", "")
    email = options.get("email") or os.environ.get("DJANGO_SUPERUSER_EMAIL", "")
    name = options.get("name") or os.environ.get("DJANGO_SUPERUSER_NAME", "")
    if not password:
        return  # an account without a password: it is set by mail
    try:
        password_validation.validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        raise CommandError(
            "DJANGO_SUPERUSER_PASSWORD: " + " ".join(error.messages)
        ) from error
