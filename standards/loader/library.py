"""A whole library folder, or one file of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from standards.loader.data import EditionData, StandardData
from standards.loader.edition import read_edition
from standards.loader.entry import Entry
from standards.loader.faults import Fault, LoadError
from standards.loader.profile import SLUG, read_profile
from standards.loader.shared import Shared, read_profiles, read_scales
from standards.loader.source import read_bytes, read_file

PROFILE = "standard.yaml"
SHARED = ("scales.yaml", "scoring.yaml")
MAPPINGS = "mappings"
EDITION_SLUG = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
SLUG_LENGTH = 60


@dataclass(frozen=True)
class Library:
    standards: tuple[StandardData, ...]
    editions: tuple[EditionData, ...]


def load_library(folder: Path) -> Library:
    """Everything in the folder, or a LoadError with every fault of every file."""
    if not folder.is_dir():
        raise LoadError([Fault(str(folder), 1, "", _("is not a folder"))])
    faults: list[Fault] = []
    shared = _read_shared(folder, faults)
    standards: list[StandardData] = []
    editions: list[EditionData] = []
    for path in _folders(folder, faults):
        profile, found = _read_standard(path, shared, faults)
        if profile is not None:
            standards.append(profile)
        editions.extend(found)
    if not standards and not faults:
        faults.append(Fault(str(folder), 1, "", _("holds no standard")))
    if faults:
        raise LoadError(faults)
    return Library(standards=tuple(standards), editions=tuple(editions))


def load_shared(folder: Path) -> Shared:
    faults: list[Fault] = []
    shared = _read_shared(folder, faults)
    if faults:
        raise LoadError(faults)
    return shared


def load_edition(
    content: bytes, *, file: str, standard: str, slug: str, shared: Shared
) -> EditionData:
    """One edition from its bytes, for uploads and checks of a single file."""
    root = read_bytes(content, file)
    edition = read_edition(root, standard=standard, slug=slug, shared=shared)
    if edition is None:
        raise LoadError(root.faults)
    return edition


def load_profile(content: bytes, *, file: str, slug: str) -> StandardData:
    root = read_bytes(content, file)
    profile = read_profile(root, slug=slug)
    if profile is None:
        raise LoadError(root.faults)
    return profile


def _read_shared(folder: Path, faults: list[Fault]) -> Shared:
    shared = Shared()
    scales, scoring = (_open(folder / name, faults) for name in SHARED)
    if scales is not None:
        shared.scales = read_scales(scales)
        faults.extend(scales.faults)
    if scoring is not None:
        shared.profiles = read_profiles(scoring)
        faults.extend(scoring.faults)
    return shared


def _open(path: Path, faults: list[Fault]) -> Entry | None:
    if not path.exists() and path.name in SHARED:
        return None
    try:
        return read_file(path)
    except LoadError as error:
        faults.extend(error.faults)
        return None


def _folders(folder: Path, faults: list[Fault]) -> Iterator[Path]:
    meaning = _("small letters, digits and hyphens, at most 60")
    for path in _visible(folder):
        if path.is_dir() and path.name != MAPPINGS:
            if SLUG.fullmatch(path.name) and len(path.name) <= SLUG_LENGTH:
                yield path
            else:
                message = _("the name of a folder must be made of %(meaning)s")
                faults.append(Fault(str(path), 1, "", message % {"meaning": meaning}))
        elif path.suffix in {".yaml", ".yml"} and path.name not in SHARED:
            message = _(
                "does not belong here: an edition lies in its standard's folder"
            )
            faults.append(Fault(str(path), 1, "", message))


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _read_standard(
    folder: Path, shared: Shared, faults: list[Fault]
) -> tuple[StandardData | None, list[EditionData]]:
    slug = folder.name
    profile = None
    root = _open(folder / PROFILE, faults)
    if root is not None:
        profile = read_profile(root, slug=slug)
        faults.extend(root.faults)
    editions = []
    for path in _editions(folder, faults):
        root = _open(path, faults)
        if root is not None:
            edition = read_edition(root, standard=slug, slug=path.stem, shared=shared)
            faults.extend(root.faults)
            if edition is not None:
                editions.append(edition)
    return profile, editions


def _editions(folder: Path, faults: list[Fault]) -> Iterator[Path]:
    for path in _visible(folder):
        if path.name == PROFILE or path.suffix not in {".yaml", ".yml"}:
            continue
        if path.suffix == ".yml":
            faults.append(Fault(str(path), 1, "", _("must end in .yaml")))
        elif EDITION_SLUG.fullmatch(path.stem) and len(path.stem) <= SLUG_LENGTH:
            yield path
        else:
            meaning = _("small letters, digits, dots and hyphens, at most 60")
            message = _("the name of an edition must be made of %(meaning)s")
            faults.append(Fault(str(path), 1, "", message % {"meaning": meaning}))
