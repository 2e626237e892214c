"""A private Plumbline for the measurements: its own data directory and database."""

import atexit
import os
import shutil
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

DIRECTORY = Path(tempfile.mkdtemp(prefix="plumbline-bench-"))
atexit.register(shutil.rmtree, DIRECTORY, ignore_errors=True)
PASSWORD = "seven oak trees by the river"


def start() -> None:
    """Bring up Django on an empty database in DIRECTORY, before any other import."""
    os.environ["PLUMBLINE_DATA"] = str(DIRECTORY)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["PLUMBLINE_DEMO"] = "0"
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def assessment(size: int):
    """An open assessment of a synthetic edition with `size` controls."""
    from tests.factories.accounts import (
        MembershipFactory,
        OrganizationFactory,
        TeamFactory,
    )
    from tests.factories.assessments import AssessmentFactory
    from tests.factories.standards import EditionFactory

    organization = OrganizationFactory()
    team = TeamFactory(organization=organization)
    manager = MembershipFactory(organization=organization, role="manager")
    for _number in range(8):
        MembershipFactory(organization=organization, role="contributor", teams=[team])
    return AssessmentFactory(
        organization=organization,
        team=team,
        edition=EditionFactory(controls=size),
        manager=manager.user,
        target=Decimal(3),
        due=date(2026, 12, 5),
    )
