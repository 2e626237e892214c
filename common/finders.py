"""Static files from npm packages: those that the settings list, and no others."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage


class NpmFinder(BaseFinder):
    """Finds the files of VENDOR_FILES and VENDOR_FOLDERS in node_modules.

    A whole package would bring hundreds of files to hash and compress.
    """

    def __init__(self, *_args: Any, **_options: Any) -> None:
        self.root = Path(settings.NODE_MODULES)
        self.files = {
            destination: self.root / source
            for destination, source in settings.VENDOR_FILES.items()
        }
        for destination, source in settings.VENDOR_FOLDERS.items():
            for path in sorted((self.root / source).glob("*")):
                self.files[f"{destination}/{path.name}"] = path

    def check(self, **_options: Any) -> list[CheckMessage]:
        folders = [self.root / source for source in settings.VENDOR_FOLDERS.values()]
        wanted = [*self.files.values(), *folders]
        missing = [str(path) for path in wanted if not path.exists()]
        if not missing:
            return []
        message = f"Front-end files are missing: {', '.join(missing[:3])}"
        return [Error(message, hint="Run `make install`.", id="common.E001")]

    # Django 5.2 calls the second argument find_all or, deprecated, all.
    def find(self, path: str, find_all: bool = False, **options: Any) -> Any:
        find_all = find_all or options.get("all", False)
        found = self.files.get(path.replace("\\", "/"))
        matches = [str(found)] if found and found.is_file() else []
        if find_all:
            return matches
        return matches[0] if matches else []

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, FileSystemStorage]]:
        for destination, source in self.files.items():
            storage = FileSystemStorage(location=source.parent)
            # collectstatic reads the folder to copy to from this attribute.
            storage.prefix = str(Path(destination).parent)  # type: ignore[attr-defined]
            yield source.name, storage
