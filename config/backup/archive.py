"""The archive: written under a temporary name, read again before it gets its own."""

import contextlib
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from common.files import sync_folder
from config.backup import manifest
from config.backup.errors import BackupError
from config.backup.manifest import Manifest, Member

BLOCK = 1024 * 1024  # bytes read at a time
# Evidence and reports are packed already; stronger compression only costs time.
LEVEL = 1


class Writer:
    """Adds files to a new archive and keeps what the manifest has to say of them."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, Member] = {}

    def add(self, name: str, path: Path) -> None:
        """Add the file at `path`. Raises OSError, also where the file is gone."""
        with path.open("rb") as file:
            info = tarfile.TarInfo(name)
            info.size = os.fstat(file.fileno()).st_size
            info.mode = 0o600
            digest = _Digest(file)
            self._tar.addfile(info, digest)
        self.members[name] = Member(info.size, digest.hexdigest())

    def close(self, contents: Manifest) -> None:
        """Write the manifest: the last member, so that half an archive has none."""
        content = contents.as_bytes()
        info = tarfile.TarInfo(manifest.NAME)
        info.size, info.mode = len(content), 0o600
        self._tar.addfile(info, io.BytesIO(content))


class _Digest(io.RawIOBase):
    """A file that hashes what is read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self._sha256.update(content)
        return content

    def hexdigest(self) -> str:
        return self._sha256.hexdigest()


@contextlib.contextmanager
def writing(target: Path) -> Iterator[Writer]:
    """Write the archive `target`; it gets its name when the block ends without error.

    Raises OSError; nothing is left behind then.
    """
    draft = target.with_name(f".{target.name}.part")
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=LEVEL) as tar:
                writer = Writer(tar)
                yield writer
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def read_archive(path: Path, into: Path | None = None) -> Manifest:
    """Read every member, compare it with the manifest, and return the manifest.

    With `into`, each member is written below that folder. Raises BackupError for an
    archive that is damaged, cut off or none of ours, and OSError.
    """
    members: dict[str, Member] = {}
    content = b""
    try:
        with tarfile.open(path, mode="r|gz") as tar:
            for info in tar:
                name = _safe_name(info)
                source = tar.extractfile(info)
                if source is None:
                    raise tarfile.TarError(name)
                if name == manifest.NAME:
                    content = source.read()
                    continue
                members[name] = _copy(source, into / name if into else None)
        contents = manifest.read_manifest(content)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise _damaged(path) from error
    except OSError as error:
        # gzip's own errors have no number; those of the disk do.
        if error.errno is None:
            raise _damaged(path) from error
        raise
    if contents.members != members:
        raise _damaged(path)
    return contents


def _safe_name(info: tarfile.TarInfo) -> str:
    """Name of a plain file inside the archive. Raises TarError for anything else."""
    path = Path(info.name)
    if not info.isreg() or path.is_absolute() or ".." in path.parts:
        raise tarfile.TarError(info.name)
    return info.name


def _copy(source: IO[bytes], target: Path | None) -> Member:
    size, sha256 = 0, hashlib.sha256()
    with contextlib.ExitStack() as stack:
        output = None
        if target:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            output = stack.enter_context(os.fdopen(handle, "wb"))
        while block := source.read(BLOCK):
            size += len(block)
            sha256.update(block)
            if output:
                output.write(block)
        if output:
            output.flush()
            os.fsync(output.fileno())
    return Member(size, sha256.hexdigest())


def _damaged(path: Path) -> BackupError:
    return BackupError(
        f"{path} is damaged, cut off, or no backup of Plumbline. Nothing was changed."
    )
