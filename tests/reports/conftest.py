"""Reports are about assessments: the same cast, and an assessment worth a report."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from assessments.models import Assessment
from reports.models import Report
from reports.renderers.fonts import prepare_fonts
from tests.assessments.conftest import (  # noqa: F401 -- fixtures
    assessment,
    cast,
    northwind,
    sign_in,
    team,
)
from tests.factories.assessments import AssessmentFactory, answer, tree_of
from tests.factories.standards import EditionFactory


@pytest.fixture(scope="session")
def fonts() -> Path:
    target = settings.DATA_DIR / "fonts"
    prepare_fonts(settings.NODE_MODULES / "@expo-google-fonts", target)
    return target


@pytest.fixture
def plant(northwind, team, cast) -> Assessment:  # noqa: F811
    """63 controls, of which the first sixty are answered with 0 to 5 in turn."""
    return make_plant(northwind, team, cast, controls=63, answered=60)


def make_plant(organization, of_team, people: SimpleNamespace, **size) -> Assessment:
    found = AssessmentFactory(
        organization=organization,
        team=of_team,
        edition=EditionFactory(controls=size["controls"]),
        manager=people.manager.user,
        auditor=people.auditor.user,
    )
    controls = tree_of(found).assessable()[: size["answered"]]
    for number, control in enumerate(controls):
        answer(found, control, str(number % 6))
    return found


@pytest.fixture
def make(cast):  # noqa: F811
    """Returns a row as a request leaves it, without sending it anywhere."""

    def row(of: Assessment, kind: str = "full", form: str = "pdf", **fields) -> Report:
        values = {"requested_by": cast.manager.user, **fields}
        return Report.objects.create(assessment=of, kind=kind, format=form, **values)

    return row


@pytest.fixture(autouse=True)
def _no_files_of_other_tests():
    folder = settings.MEDIA_ROOT / "reports"
    for path in folder.glob("*") if folder.exists() else ():
        path.unlink()
