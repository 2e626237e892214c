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
        root = Path(settings.NODE_MODULES)
        self.files = {name: root / path for name, path in settings.VENDOR_FILES.items()}
        self.folders = [root / path for path in settings.VENDOR_FOLDERS.values()]
        for name, folder in settings.VENDOR_FOLDERS.items():
            for file in sorted((root / folder).glob("*")):
                self.files[f"{name}/{file.name}"] = file
        self.storage = _ListedFiles(self.files)

    def check(self, **_options: Any) -> list[CheckMessage]:
        wanted = [*self.files.values(), *self.folders]
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
        for name in self.files:
            yield name, self.storage


class _ListedFiles(FileSystemStorage):
    """Shows files of any folder and name under the names of a dictionary."""

    def __init__(self, files: dict[str, Path]) -> None:
        super().__init__(location=settings.NODE_MODULES)
        self.files = files

    def path(self, name: str) -> str:
        return str(self.files[name])
