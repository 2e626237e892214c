"""The settings of the tests: Plumbline's own, but quick, private and self-contained."""

import os
from pathlib import Path

from tests import services

services.start()
# pytest-xdist workers share the run, but neither files nor a SQLite database.
DIRECTORY = Path(os.environ[services.RUN_DIRECTORY]) / os.environ.get(
    "PYTEST_XDIST_WORKER", "main"
)
os.environ["PLUMBLINE_DATA"] = str(DIRECTORY)
os.environ["PLUMBLINE_DEMO"] = "0"

from config.settings import *  # noqa: E402, F403 -- they read the environment made above
from config.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns without
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Without the `worker` fixture nobody takes the jobs, and nothing waits for a broker.
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or "memory://"

database = DATABASES["default"]
if database["ENGINE"].endswith("sqlite3"):
    # A file, so that a worker process can share it. Nobody needs it after a crash.
    database["TEST"] = {"NAME": str(DIRECTORY / "test.sqlite3")}
    database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
else:
    database["TEST"] = {"NAME": "test_plumbline"}
if "TEST_DATABASE" in os.environ:  # a worker process started by a test
    database["NAME"] = os.environ["TEST_DATABASE"]
