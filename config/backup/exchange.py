"""Moving things of a restore to their places, so that a failure moves them back."""

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


@contextlib.contextmanager
def exchanged(
    old: Iterable[Path], new: Mapping[Path, Path], aside: Path
) -> Iterator[None]:
    """Move files and folders into `aside`, and to each place of `new` what comes there.

    Everything moves back when the block fails. All must lie on one file system.
    """
    moves = [(path, aside / path.name) for path in old]
    if moves:
        aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    moves += [(source, place) for place, source in new.items()]
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            source.rename(target)
            done.append((source, target))
        yield
    except BaseException:
        for source, target in reversed(done):
            target.rename(source)
        raise


def can_rename(folder: Path, into: Path) -> bool:
    """Whether a file can move from one folder to the other without being copied.

    Only trying tells: a mount may lie on the same disk.
    """
    probe, target = folder / ".probe", into / ".probe"
    probe.touch()
    try:
        probe.rename(target)
    except OSError:
        return False
    else:
        return True
    finally:
        probe.unlink(missing_ok=True)
        target.unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Make the content of a file last."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
