"""The same wish twice at once."""

from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong

import pytest

from reports.enums import Format, Kind
from reports.models import Report
from reports.services.requests import request_report
from tests.factories.assessments import AssessmentFactory

pytestmark = pytest.mark.django_db(transaction=True)


def waits(second: Future) -> None:
    with pytest.raises(TookTooLong):
        second.result(0.5)


def test_two_clicks_at_once_are_one_report(beside, uncommitted):
    assessment = AssessmentFactory()

    def wish() -> Report:
        return request_report(
            assessment=assessment,
            kind=Kind.EXECUTIVE,
            form=Format.PDF,
            by=assessment.manager,
            language="en",
        )

    with uncommitted(wish):
        second = beside(wish)
        waits(second)

    assert second.result(20) == Report.objects.get()
