"""What must be done before the web server may start; each step is quick when done."""

import hashlib
import io
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands

from common.signs import clock_sign, worker_sign

NOT_COLLECTED = ["CVS", ".*", "*~"]  # as collectstatic has it


def forget_signs_of_life() -> None:
    """Keep /healthz from taking the last start's processes for the new ones."""
    worker_sign().unlink(missing_ok=True)
    clock_sign().unlink(missing_ok=True)


def migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def load_library() -> None:
    """Bring the built-in standards into the database."""
    call_command("load_standards", verbosity=0, stdout=io.StringIO())


def collect_fonts() -> None:
    """Put the fonts of the PDF reports in place; quick when they are."""
    call_command("collect_fonts", verbosity=0, stdout=io.StringIO())


def collect_static_files() -> bool:
    """Collect them again if one has changed: hashing and compressing takes seconds."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    fingerprint = _static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fingerprint)
    return True


def _static_fingerprint() -> str:
    """A digest of the names, sizes and times of all static files and their settings."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(NOT_COLLECTED):
            status = Path(storage.path(path)).stat()
            prefix = getattr(storage, "prefix", "") or ""
            line = f"{prefix}/{path} {status.st_size} {status.st_mtime_ns}\n"
            digest.update(line.encode())
    return digest.hexdigest()


def make_demo() -> None:
    """On an empty database make the demo organization; it prints its sign-in, once."""
    if not settings.DEMO or "demo" not in get_commands():
        return
    if not get_user_model().objects.exists():
        call_command("demo")
