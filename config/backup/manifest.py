"""What an archive says of itself."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from config.backup.errors import BackupError

FORMAT = 1
NAME = "manifest.json"
DATABASE = "database"
SECRET_KEY = "secret_key"  # noqa: S105 -- the name of a member
FILES = "files/"


@dataclass(frozen=True, slots=True)
class Member:
    """Size in bytes and SHA-256 of one file in the archive."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Contents of an archive; `rows` by table, `migrations` as "app.name"."""

    made_at: str
    vendor: str
    rows: Mapping[str, int]
    migrations: list[str]
    members: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


def read_manifest(content: bytes) -> Manifest:
    """Return the manifest. Raises ValueError for none, BackupError for a newer one."""
    try:
        data: dict[str, Any] = json.loads(content)
        version = int(data["format"])
        if version > FORMAT:
            message = (
                "This backup was made by a newer Plumbline: restore it with that one."
            )
            raise BackupError(message)
        return Manifest(
            made_at=str(data["made_at"]),
            vendor=str(data["vendor"]),
            rows={str(table): int(count) for table, count in data["rows"].items()},
            migrations=[str(name) for name in data["migrations"]],
            members={
                str(name): Member(int(member["size"]), str(member["sha256"]))
                for name, member in data["members"].items()
            },
            format=version,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = "no manifest"
        raise ValueError(message) from error
