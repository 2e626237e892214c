"""The settings of a web server that a test starts: those of all tests, other pages."""

from tests.settings import *  # noqa: F403

ROOT_URLCONF = "tests.config.web_urls"
BODY_MAX_BYTES_ANONYMOUS = 1024 * 1024
