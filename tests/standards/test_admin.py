import pytest
from django.urls import reverse

from standards.models import Control, Edition, Section, Standard
from standards.services import import_edition, load_standard
from tests.factories.accounts import UserFactory
from tests.factories.standards import (
    EditionFactory,
    synthetic_edition,
    synthetic_standard,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", [Standard, Edition, Section, Control])
def test_operators_read_and_change_nothing(operator, model):
    EditionFactory()
    name = f"admin:standards_{model._meta.model_name}"
    row = model.objects.first()

    assert operator.get(reverse(f"{name}_changelist")).status_code == 200
    assert operator.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    assert operator.post(reverse(f"{name}_change", args=[row.pk])).status_code == 403
    assert operator.get(reverse(f"{name}_add")).status_code == 403
    assert operator.post(reverse(f"{name}_delete", args=[row.pk])).status_code == 403


def test_a_draft_may_be_deleted(operator):
    load_standard(synthetic_standard(), built_in=False)
    draft = import_edition(synthetic_edition(controls=3)).edition
    url = reverse("admin:standards_edition_delete", args=[draft.pk])

    assert operator.get(url).status_code == 200
