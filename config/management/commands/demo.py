"""`manage.py demo`: an organization in which every page has something true to show."""

import json
import os
from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, OperationalError

from accounts.models import User
from config.demo import cast, making
from config.environment import secret
from standards.models import Edition

PASSWORD_VARIABLE = "PLUMBLINE_DEMO_PASSWORD"  # noqa: S105 -- its name
PASSWORD_FILE = "demo_password"  # noqa: S105 -- the name of a file


class Command(BaseCommand):
    help = (
        "Make the demo organization, with five people and five assessments, "
        "or take exactly it away again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="take the demo away")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = making.demo_organization()
        if options["remove"]:
            if organization is None:
                raise CommandError("There is no demo to remove.")
            making.remove(organization)
            (settings.DATA_DIR / PASSWORD_FILE).unlink(missing_ok=True)
            removed: dict[str, object] = {"removed": cast.ORGANIZATION}
            self._say(options["format"], removed, ["Demo removed."])
            return
        if organization is not None:
            raise CommandError("The demo is there already. Remove it with --remove.")
        password = demo_password()
        self._make(password)
        self._tell_sign_in(options["format"], password)

    def _make(self, password: str) -> None:
        try:
            making.make(password)
        except Edition.DoesNotExist as error:
            raise CommandError(
                "The demo’s standards are missing: run `manage.py load_standards`."
            ) from error
        except IntegrityError as error:
            if making.demo_organization() is None:
                raise CommandError(
                    f"Somebody has an account with an address at {cast.DOMAIN}, which "
                    "the demo needs for its people."
                ) from error
            raise CommandError(
                "Somebody else made the demo at the same moment: it is there now."
            ) from error
        except OperationalError as error:
            raise CommandError(
                "The database is busy, perhaps with making the same demo. Try again "
                f"in a minute. ({error})"
            ) from error

    def _tell_sign_in(self, form: str, password: str) -> None:
        people = [
            {"name": p.name, "role": p.role.value, "email": p.email}
            for p in cast.PEOPLE
        ]
        lines = [
            "The demo organization is ready. Sign in with one of:",
            *(f"  {p['email']:<28} {p['role']:<12} {p['name']}" for p in people),
            f"Password for all of them: {self._where(password)}",
        ]
        self._say(form, {"people": people, "password": password}, lines)

    def _where(self, password: str) -> str:
        """The password for a person at a terminal; for a log, where it stands."""
        if self.stdout.isatty():
            return password
        if PASSWORD_VARIABLE in os.environ:
            return f"the one in {PASSWORD_VARIABLE}"
        return f"in the file {settings.DATA_DIR / PASSWORD_FILE}"

    def _say(self, form: str, data: dict[str, object], lines: list[str]) -> None:
        self.stdout.write(json.dumps(data) if form == "json" else "\n".join(lines))


def demo_password() -> str:
    """PLUMBLINE_DEMO_PASSWORD, or a random one kept beside the database."""
    chosen = os.environ.get(PASSWORD_VARIABLE, "")
    if not chosen:
        return secret(settings.DATA_DIR / PASSWORD_FILE, length=9)
    try:
        for person in cast.PEOPLE:
            user = User(email=person.email, name=person.name)
            password_validation.validate_password(chosen, user)
    except ValidationError as error:
        reasons = " ".join(error.messages)
        raise CommandError(f"{PASSWORD_VARIABLE}: {reasons}") from error
    return chosen
