"""What saving, pages, starting and loading cost in SQL statements and bytes."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from assessments.services.assessments import Plan, create_assessment
from standards.services import load_standard
from tests.bench import setting
from tests.bench.table import Figure
from tests.factories.assessments import answer_all, tree_of
from tests.factories.standards import publish, synthetic_edition, synthetic_standard

SIZES = (93, 1200)


def statements(action: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def figures() -> list[Figure]:
    return [figure for size in SIZES for figure in _of_size(size)]


def _of_size(size: int) -> list[Figure]:
    slug = f"bench-{size}"
    load_standard(synthetic_standard(slug), built_in=False)
    data = synthetic_edition(controls=size, standard=slug, slug="1")
    loading = statements(lambda: publish(data))
    assessment = setting.assessment(size)
    edition = tree_of(assessment)
    first = edition.pages()[0]
    answer_all(assessment, "3", controls=first.assessable())
    # The settings are the real ones, and they know no host of the tests.
    client = Client(SERVER_NAME="localhost")
    client.force_login(assessment.manager)
    member = Membership.objects.get(user=assessment.manager)
    url = reverse("assessments:section", args=[assessment.code, first.ref])
    largest = max(edition.pages(), key=lambda page: len(page.assessable()))
    page = client.get(
        reverse("assessments:section", args=[assessment.code, largest.ref])
    )
    tasks = reverse("assessments:tasks", args=[assessment.code])
    plan = Plan(
        team=assessment.team,
        scope="All",
        period_start=date(2026, 1, 1),
        period_end=date(2026, 12, 31),
        due=date(2026, 12, 5),
        target=Decimal(3),
        manager=assessment.manager,
    )
    name = f"{size} controls: "
    return [
        Figure(name + "load the edition", loading, "statements", most=30),
        Figure(
            name + "create an assessment",
            statements(
                lambda: create_assessment(by=member, edition=edition, plan=plan)
            ),
            "statements",
            most=20,
        ),
        *_saves(name, client, assessment, edition),
        Figure(
            name + "section page",
            statements(lambda: client.get(url)),
            "statements",
            most=15,
        ),
        Figure(name + "section page", round(len(page.content) / 1000), "KB", most=200),
        Figure(
            name + "task list",
            statements(lambda: client.get(tasks)),
            "statements",
            most=15,
        ),
    ]


def _saves(name: str, client: Client, assessment: Any, edition: Any) -> list[Figure]:
    control = edition.assessable()[-1]
    url = reverse("assessments:answer", args=[assessment.code, control.ref])

    def save(version: int, option: str) -> None:
        response = client.post(
            url,
            {
                f"option:{control.ref}": option,
                f"version:{control.ref}": version,
                f"key:{control.ref}": f"key-{version}",
            },
        )
        assert response.json()["version"] == version + 1

    return [
        Figure(
            name + "first save", statements(lambda: save(0, "3")), "statements", most=10
        ),
        Figure(
            name + "next save", statements(lambda: save(1, "4")), "statements", most=10
        ),
    ]
