"""What must be done before the web server may start; each step is quick when done."""

import glob
import hashlib
import io
import os
import shutil
import stat
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from common.signs import clock_sign, worker_sign
from config.backup.contents import unknown_migration
from config.backup.making import holds_files, unfinished_restore
from config.environment import CannotStart

FOLDERS = ("broker", "cache", "files", "fonts", "mail", "static")
LEAST_ROOM = 64  # MB, what a first start takes
NOT_COLLECTED = ["CVS", ".*", "*~"]  # as collectstatic has it


def forget_signs_of_life() -> None:
    """Keep /healthz from taking the last start's processes for the new ones."""
    worker_sign().unlink(missing_ok=True)
    clock_sign().unlink(missing_ok=True)


def ensure_room() -> None:
    """Raise CannotStart where the first seconds would already fill the disk."""
    left = shutil.disk_usage(settings.DATA_DIR).free // 1024**2
    if left < LEAST_ROOM:
        message = (
            f"The disk of {settings.DATA_DIR} has {left} MB left: make room, at least "
            f"{LEAST_ROOM} MB."
        )
        raise CannotStart(message)


def close_to_others() -> int:
    """Take all rights of other users away from our files; return how many had some.

    A directory that existed before has the rights that somebody gave it, and earlier
    versions wrote readable files.
    """
    paths = {settings.DATA_DIR, *_database_files()}
    for directory, folders, files in os.walk(settings.DATA_DIR):
        paths.update(Path(directory, name) for name in (*folders, *files))
    return sum(map(_close, paths))


def _database_files() -> list[Path]:
    if connection.vendor != "sqlite":
        return []
    path = Path(connection.settings_dict["NAME"])
    return list(path.parent.glob(f"{glob.escape(path.name)}*"))


def _close(path: Path) -> bool:
    try:
        status = path.lstat()
        open_ = bool(status.st_mode & 0o077) and not stat.S_ISLNK(status.st_mode)
        if open_ and status.st_uid == os.getuid():
            path.chmod(status.st_mode & 0o700)
            return True
    except FileNotFoundError:  # a file that comes and goes
        pass
    return False


def check_restored() -> None:
    """Raise CannotStart where a restore was killed between two of its steps."""
    mark = unfinished_restore()
    if mark.exists():
        message = (
            "A restore did not end. Run manage.py restore again; what was there before "
            f"lies in {mark.read_text().strip()}."
        )
        raise CannotStart(message)


def check_folders() -> None:
    """Raise CannotStart where something else has the name of one of our folders."""
    for name in FOLDERS:
        path = settings.DATA_DIR / name
        if path.exists() and not path.is_dir():
            message = f"{path} is a file, but should be a folder: move it away."
            raise CannotStart(message)


def check_database() -> None:
    """Raise CannotStart for a database that is damaged, or not the one of our files.

    Nor do we write into one that a newer Plumbline made.
    """
    try:
        if connection.vendor == "sqlite":
            _check_pages()
        empty = not connection.introspection.table_names()
        applied = MigrationRecorder(connection).applied_migrations()
    except OperationalError:
        raise  # it does not answer at all
    except DatabaseError as error:
        raise CannotStart(_damaged(error)) from error
    if newer := unknown_migration(f"{app}.{name}" for app, name in applied):
        message = (
            f"The database was made by a newer Plumbline (it has {newer}): start that "
            "one, or restore an older backup."
        )
        raise CannotStart(message)
    if empty and holds_files():
        message = (
            f"{settings.MEDIA_ROOT} has files, but the database is empty. Restore the "
            "backup with manage.py restore, or move the files away for a fresh start."
        )
        raise CannotStart(message)


def _check_pages() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        outcome = cursor.fetchone()[0]
    if outcome != "ok":
        raise CannotStart(_damaged(outcome))


def _damaged(fault: object) -> str:
    reason = str(fault).splitlines()[-1].strip()
    name = connection.settings_dict["NAME"]
    return f"The database {name} is damaged ({reason}): restore a backup."


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
