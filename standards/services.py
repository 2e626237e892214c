"""Writes of the library: bulk, repeatable, and careful with what assessments pin."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from standards.loader import (
    ControlData,
    EditionData,
    Library,
    SectionData,
    StandardData,
)
from standards.loader.plain import checksum, detail_to_plain, to_plain
from standards.models import Control, Edition, Section, Standard
from standards.queries import edition_tree, is_used

# SQLite's default; some builds allow more, and nothing is won by it.
SQLITE_VARIABLES = 32_766
Outcome = Literal["created", "unchanged", "replaced", "kept"]


class ImportRefusedError(Exception):
    """The library holds something that this content must not overwrite."""


@dataclass(frozen=True)
class Imported:
    code: str
    outcome: Outcome
    edition: Edition
    message: str = ""


@transaction.atomic
def store_library(
    library: Library, *, at: datetime, keep_used: bool = False
) -> tuple[Imported, ...]:
    """Bring the built-in library into the database and publish it, all or nothing.

    An edition whose content has changed although assessments use it is refused; with
    `keep_used` it stays as it is and is reported as kept, so that an upgrade starts.
    """
    for standard in library.standards:
        load_standard(standard, built_in=True)
    done = []
    for edition in library.editions:
        try:
            imported = import_edition(edition, built_in=True)
        except ImportRefusedError as refusal:
            if not keep_used:
                raise
            imported = _kept(edition, str(refusal))
        publish_edition(imported.edition, at=at)
        done.append(imported)
    return tuple(done)


def _kept(data: EditionData, message: str) -> Imported:
    edition = Edition.objects.get(standard__slug=data.standard, slug=data.slug)
    return Imported(data.code, "kept", edition, message)


@transaction.atomic
def load_standard(data: StandardData, *, built_in: bool) -> Standard:
    """Create the standard or bring its profile up to date; a profile may change."""
    profile = to_plain(data)
    values = {
        "name": data.name,
        "tagline": data.tagline,
        "publisher": data.publisher,
        "nature": data.nature,
        "obligation": data.obligation,
        "industry": list(data.industry),
        "domain": list(data.domain),
        "geography": list(data.geography),
        "profile": profile,
    }
    standard, created = Standard.objects.select_for_update().get_or_create(
        slug=data.slug, defaults=values | {"built_in": built_in}
    )
    if not created and standard.built_in != built_in:
        message = _("%(slug)s is the name of another standard: choose another one")
        raise ImportRefusedError(message % {"slug": data.slug})
    if not created and standard.profile != profile:
        for name, value in values.items():
            setattr(standard, name, value)
        standard.save(update_fields=list(values))
    return standard


@transaction.atomic
def import_edition(data: EditionData, *, built_in: bool = False) -> Imported:
    """Store an edition as a draft; the same content again changes nothing.

    Changed content replaces an edition that nothing uses. Otherwise it is refused:
    assessments pin their edition, and old scores must reproduce.
    """
    # The lock lets two imports of one standard run one after the other.
    standard = Standard.objects.select_for_update().get(slug=data.standard)
    found = Edition.objects.filter(standard=standard, slug=data.slug).first()
    content = checksum(data)
    if found is not None and found.checksum == content:
        return Imported(data.code, "unchanged", found)
    if found is not None:
        _refuse_used(found, data)
        _remove(found)
    edition = Edition.objects.create(
        standard=standard,
        slug=data.slug,
        label=data.label,
        title=data.title,
        published=data.published,
        replaces=data.replaces,
        amendments=list(data.amendments),
        scale=to_plain(data.scale),
        scoring=dict(data.scoring),
        groups=[to_plain(group) for group in data.groups],
        checksum=content,
        built_in=built_in,
    )
    with _wide_statements():
        sections = _insert_sections(edition, data.sections)
        _insert_controls(edition, data, sections)
    # Row ids of an import that was rolled back may come again.
    edition_tree.cache_clear()
    return Imported(data.code, "replaced" if found else "created", edition)


@transaction.atomic
def publish_edition(edition: Edition, *, at: datetime) -> None:
    """Put an edition in the public library. There is no way back."""
    if edition.published_at is None:
        edition.published_at = at
        edition.save(update_fields=["published_at"])


@contextmanager
def _wide_statements() -> Iterator[None]:
    """Let SQLite take as many rows in one INSERT as it can.

    Django 5.2 counts on 999 variables a statement, which was the limit before 2020:
    1,200 controls would take 14 statements. Django 6 asks as we do here.
    """
    features = connection.features
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        features.max_query_params = min(limit, SQLITE_VARIABLES)
    try:
        yield
    finally:
        features.__dict__.pop("max_query_params", None)


def _refuse_used(edition: Edition, data: EditionData) -> None:
    if is_used(edition):
        message = _(
            "%(code)s is used by assessments and its content has changed: publish the "
            "change as a new edition, under another name"
        )
        raise ImportRefusedError(message % {"code": data.code})


def _remove(edition: Edition) -> None:
    # Nothing outside points here, and Django's collector would first fetch every row.
    Control.objects.filter(edition=edition)._raw_delete(using="default")
    Section.objects.filter(edition=edition)._raw_delete(using="default")
    edition.delete()


def _insert_sections(
    edition: Edition, tops: tuple[SectionData, ...]
) -> dict[str, Section]:
    """One statement for each level of nesting: children need the ids of parents."""
    position = {
        section.ref: number
        for number, section in enumerate(s for top in tops for s in top.walk())
    }
    rows: dict[str, Section] = {}
    level: list[tuple[SectionData, Section | None]] = [(top, None) for top in tops]
    while level:
        fresh = {
            section.ref: Section(
                edition=edition,
                parent=parent,
                position=position[section.ref],
                ref=section.ref,
                title=section.title,
                label=section.label,
                ours=section.ours,
            )
            for section, parent in level
        }
        Section.objects.bulk_create(fresh.values())
        rows |= fresh
        level = [
            (child, fresh[section.ref])
            for section, _parent in level
            for child in section.sections
        ]
    return rows


def _insert_controls(
    edition: Edition, data: EditionData, sections: dict[str, Section]
) -> None:
    position = {control.ref: number for number, control in enumerate(data.controls())}
    level: list[tuple[ControlData, Control | None]] = [
        (control, None) for page in data.pages() for control in page.controls
    ]
    while level:
        fresh = {
            control.ref: Control(
                edition=edition,
                section=sections[data.section_of(control.ref).ref],
                parent=parent,
                position=position[control.ref],
                ref=control.ref,
                title=control.title,
                question=control.question,
                guidance=control.guidance,
                weight=control.weight,
                assessable=control.assessable,
                detail=detail_to_plain(control),
            )
            for control, parent in level
        }
        Control.objects.bulk_create(fresh.values())
        level = list(_children(level, fresh))


def _children(
    level: list[tuple[ControlData, Control | None]], rows: dict[str, Control]
) -> Iterator[tuple[ControlData, Control]]:
    for control, _parent in level:
        for child in control.controls:
            yield child, rows[control.ref]
