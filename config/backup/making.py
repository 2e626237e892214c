"""Making a backup, and putting one back."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from config.backup import archive, manifest
from config.backup.contents import ensure_known
from config.backup.databases import ASIDE, moved_aside, present_database
from config.backup.errors import BackupError
from config.backup.manifest import Manifest

STAMP = "%Y%m%d-%H%M%S"
# Half-written reports; they have another name once they are whole.
UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class Backup:
    """An archive that was read again; `lost` names files that rows name in vain."""

    path: Path
    manifest: Manifest
    lost: list[str]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and the places of the state of before, if there was one."""

    manifest: Manifest
    aside: list[str]


def make_backup(target: Path) -> Backup:
    """Write the whole installation into one archive, then read it again.

    `target` is a file that does not exist yet, or a folder, which gets a file with the
    time in its name. The database is copied first: a file is written before the row
    that names it, so each file that the copy knows is there. Plumbline may run.
    Raises BackupError.
    """
    now = datetime.now(UTC)
    path = _new_file(target.resolve(), now)
    database = present_database()
    with _explained(), tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder:
        copy = Path(folder) / manifest.DATABASE
        contents = database.copy_to(copy)
        with archive.writing(path) as writer:
            writer.add(manifest.DATABASE, copy)
            writer.add(manifest.SECRET_KEY, settings.DATA_DIR / manifest.SECRET_KEY)
            for name, file in _stored_files():
                with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                    writer.add(name, file)
            made = Manifest(
                made_at=now.isoformat(timespec="seconds"),
                vendor=connection.vendor,
                rows=contents.rows,
                migrations=contents.migrations,
                members=writer.members,
            )
            writer.close(made)
        if archive.read_archive(path) != made:
            path.unlink()
            message = "The backup reads differently from what was written: try again."
            raise BackupError(message)
    return Backup(path, made, _lost(contents.files, made))


def restore_backup(path: Path, *, replace: bool) -> Restored:
    """Put an archive in place of the present data, which is moved aside, not removed.

    The caller holds the lock of the data directory. Nothing is changed before the
    archive was read to its end and its database checked. Raises BackupError: for a
    damaged archive, another kind of database, one of a newer Plumbline, and where
    there are data and `replace` is false.
    """
    database = present_database()
    files = settings.MEDIA_ROOT
    stamp = datetime.now(UTC).strftime(STAMP)
    with _explained(), tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder:
        staged = Path(folder)
        contents = archive.read_archive(path, staged)
        _ensure_ours(contents)
        replaces = database.holds_data() or _holds_files(files)
        if replaces and not replace:
            message = (
                "There are data already. To restore in their place, say --replace: "
                "they are moved aside, not removed."
            )
            raise BackupError(message)
        database.check_copy(staged / manifest.DATABASE)
        aside = settings.DATA_DIR / f"{ASIDE}-{stamp}"
        secret = settings.DATA_DIR / manifest.SECRET_KEY
        present = [place for place in (files, secret) if place.exists()]
        with moved_aside(present, aside):
            kept = database.take_in(staged / manifest.DATABASE, stamp)
            restored_files = staged / manifest.FILES
            restored_files.mkdir(mode=0o700, exist_ok=True)
            restored_files.rename(files)
            (staged / manifest.SECRET_KEY).rename(secret)
        archive.sync_folder(settings.DATA_DIR)
    if database.contents().rows != contents.rows:
        message = (
            "The database holds other rows than the backup. "
            f"What was there before lies in {aside}."
        )
        raise BackupError(message)
    places = {str(aside), kept} if replaces else set()
    return Restored(contents, sorted(filter(None, places)))


def _new_file(target: Path, now: datetime) -> Path:
    if target.is_dir():
        target = target / f"plumbline-{now.strftime(STAMP)}.tar.gz"
    if target.exists():
        raise BackupError(f"{target} exists already: choose another name.")
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}.")
    return target


def _stored_files() -> Iterator[tuple[str, Path]]:
    root = settings.MEDIA_ROOT
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != UNFINISHED:
            yield f"{manifest.FILES}{path.relative_to(root).as_posix()}", path


def _lost(files: dict[str, str], made: Manifest) -> list[str]:
    """Names of files that rows name and that the archive lacks or has changed."""
    lost = []
    for name, sha256 in sorted(files.items()):
        member = made.members.get(f"{manifest.FILES}{name}")
        if member is None or (sha256 and member.sha256 != sha256):
            lost.append(name)
    return lost


def _holds_files(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*"))


def _ensure_ours(contents: Manifest) -> None:
    if contents.vendor != connection.vendor:
        message = (
            f"This backup is of {contents.vendor}, but DATABASE_URL names "
            f"{connection.vendor}. Restore it on {contents.vendor}."
        )
        raise BackupError(message)
    names = {manifest.DATABASE, manifest.SECRET_KEY}
    if not names <= set(contents.members):
        message = "This backup has no database in it."
        raise BackupError(message)
    ensure_known(contents.migrations)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Turn what disk and database say into one sentence."""
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise BackupError(f"{error.strerror or error}{where}.") from error
    except DatabaseError as error:
        reason = str(error).splitlines()[0]
        raise BackupError(f"The database does not answer: {reason}.") from error
