"""Making a backup, and putting one back."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from common.files import sync_folder
from config.backup import archive, exchange, manifest
from config.backup.contents import ensure_known
from config.backup.databases import ASIDE, Database, present_database
from config.backup.errors import BackupError
from config.backup.manifest import Manifest

STAMP = "%Y%m%d-%H%M%S"
# Half-written reports; they have another name once they are whole.
UNFINISHED = ".part"
# Where a restore unpacks, before anything is changed.
STAGING = ".restoring-"


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
    if unfinished_restore().exists():
        message = "A restore did not end: run it again before a backup is made."
        raise BackupError(message)
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
    stamp = datetime.now(UTC).strftime(f"{STAMP}-%f")
    _clear_staging()
    with (
        _explained(),
        tempfile.TemporaryDirectory(prefix=STAGING, dir=settings.DATA_DIR) as folder,
    ):
        staged = Path(folder)
        contents = archive.read_archive(path, staged)
        _ensure_ours(contents)
        unfinished = unfinished_restore().exists()
        replaces = unfinished or database.holds_data() or holds_files()
        if replaces and not (replace or unfinished):
            message = (
                "There are data already. To restore in their place, say --replace: "
                "they are moved aside, not removed."
            )
            raise BackupError(message)
        database.check_copy(staged / manifest.DATABASE)
        kept = _exchange(database, staged, stamp)
    if database.contents().rows != contents.rows:
        message = (
            "The database holds other rows than the backup. "
            f"What was there before lies in {_aside(stamp)}."
        )
        raise BackupError(message)
    unfinished_restore().unlink()
    sync_folder(settings.DATA_DIR)
    return Restored(contents, sorted(kept) if replaces else [])


def unfinished_restore() -> Path:
    """The file that stands while a restore has begun and not ended."""
    return Path(settings.DATA_DIR / "restore.unfinished")


def holds_files() -> bool:
    """Say whether there are evidence files or reports."""
    return any(True for _file in _stored_files())


def _exchange(database: Database, staged: Path, stamp: str) -> set[str]:
    """Put all that is staged in place; return the places of what was there before.

    The database comes last: when it fails, the files move back. Only a crash leaves
    half of it, and the mark that keeps Plumbline from starting on that.
    """
    files, aside = settings.MEDIA_ROOT, _aside(stamp)
    files.mkdir(mode=0o700, exist_ok=True)
    secret = settings.DATA_DIR / manifest.SECRET_KEY
    staged_files = staged / manifest.FILES
    staged_files.mkdir(mode=0o700, exist_ok=True)
    files_aside = aside / files.name
    arrived = None
    if not exchange.can_rename(staged, files):  # a disk of its own
        files_aside = files / aside.name
        arrived = files / f"{STAGING}{stamp}"
        staged_files = Path(shutil.copytree(staged_files, arrived))
    old = [path for path in files.iterdir() if not _is_of_a_restore(path)]
    new = {files / path.name: path for path in staged_files.iterdir()}
    _mark_unfinished(aside)
    with (
        _unmarked_when_undone(),
        exchange.exchanged(
            [path for path in (secret,) if path.exists()],
            {secret: staged / manifest.SECRET_KEY},
            aside,
        ),
        exchange.exchanged(old, new, files_aside),
    ):
        kept = database.take_in(staged / manifest.DATABASE, stamp)
    if arrived:
        arrived.rmdir()
    places = {str(path) for path in (aside, files_aside) if path.exists()}
    if files_aside.parent == aside:
        places.discard(str(files_aside))
    return places | {kept} - {""}


def _aside(stamp: str) -> Path:
    return Path(settings.DATA_DIR / f"{ASIDE}-{stamp}")


def _mark_unfinished(aside: Path) -> None:
    mark = unfinished_restore()
    mark.write_text(f"{aside}\n")
    exchange.sync_file(mark)
    sync_folder(mark.parent)


@contextlib.contextmanager
def _unmarked_when_undone() -> Iterator[None]:
    try:
        yield
    except BaseException:
        unfinished_restore().unlink()
        raise


def _clear_staging() -> None:
    """Remove what a restore that was killed had unpacked."""
    for folder in (settings.DATA_DIR, settings.MEDIA_ROOT):
        for path in folder.glob(f"{STAGING}*"):
            shutil.rmtree(path)


def _is_of_a_restore(path: Path) -> bool:
    return path.name.startswith((f"{ASIDE}-", STAGING))


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
        name = path.relative_to(root)
        if _is_of_a_restore(root / name.parts[0]) or path.suffix == UNFINISHED:
            continue
        if path.is_file():
            yield f"{manifest.FILES}{name.as_posix()}", path


def _lost(files: dict[str, str], made: Manifest) -> list[str]:
    """Names of files that rows name and that the archive lacks or has changed."""
    lost = []
    for name, sha256 in sorted(files.items()):
        member = made.members.get(f"{manifest.FILES}{name}")
        if member is None or (sha256 and member.sha256 != sha256):
            lost.append(name)
    return lost


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
