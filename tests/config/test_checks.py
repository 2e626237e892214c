import pytest
from django.test import override_settings

from config.apps import check_hosts


@pytest.mark.parametrize(
    ("https", "hosts", "ids"),
    [
        (True, ["*", "localhost"], ["config.W001"]),
        (True, ["plumbline.example", "localhost"], []),
        (False, ["*"], []),
    ],
)
def test_https_needs_a_host_name(https, hosts, ids):
    with override_settings(HTTPS=https, ALLOWED_HOSTS=hosts):
        assert [message.id for message in check_hosts()] == ids
