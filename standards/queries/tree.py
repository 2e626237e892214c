"""One edition, whole."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from standards.loader import ControlData, EditionData, SectionData
from standards.loader.plain import (
    detail_from_plain,
    groups_from_plain,
    scale_from_plain,
)
from standards.models import Control, Edition, Section

LOWEST_HEADING = 5


@lru_cache(maxsize=128)
def edition_tree(edition_id: int, checksum: str) -> EditionData:
    """The whole edition with its database ids: three statements, then none.

    An edition's rows never change: changed content gets new rows. The checksum is only
    part of the key, so that a caller who holds the row needs no statement to ask.
    """
    edition = Edition.objects.select_related("standard").get(pk=edition_id)
    controls: dict[tuple[int, int | None], list[Control]] = defaultdict(list)
    for control in Control.objects.filter(edition_id=edition_id).order_by("position"):
        controls[control.section_id, control.parent_id].append(control)
    sections: dict[int | None, list[Section]] = defaultdict(list)
    for section in Section.objects.filter(edition_id=edition_id).order_by("position"):
        sections[section.parent_id].append(section)

    def control_data(control: Control) -> ControlData:
        children = controls.get((control.section_id, control.pk), ())
        return ControlData(
            id=control.pk,
            ref=control.ref,
            title=control.title,
            question=control.question,
            guidance=control.guidance,
            weight=control.weight,
            assessable=control.assessable,
            controls=tuple(control_data(child) for child in children),
            **detail_from_plain(control.detail),
        )

    def section_data(section: Section) -> SectionData:
        return SectionData(
            id=section.pk,
            ref=section.ref,
            title=section.title,
            label=section.label,
            ours=section.ours,
            sections=tuple(section_data(s) for s in sections.get(section.pk, ())),
            controls=tuple(
                control_data(c) for c in controls.get((section.pk, None), ())
            ),
        )

    return EditionData(
        id=edition.pk,
        standard=edition.standard.slug,
        slug=edition.slug,
        label=edition.label,
        title=edition.title,
        published=edition.published,
        replaces=edition.replaces,
        amendments=tuple(edition.amendments),
        scale=scale_from_plain(edition.scale),
        scoring=edition.scoring,
        groups=groups_from_plain(edition.groups),
        sections=tuple(section_data(section) for section in sections[None]),
    )


@dataclass(frozen=True)
class OutlineSection:
    """One section as the edition's page shows it, with the controls right in it."""

    section: SectionData
    level: int  # of its heading: 2 is a section at the top
    controls: tuple[ControlData, ...]
    count: int  # of the controls that are asked here and below

    @property
    def control_level(self) -> int:
        return min(self.level + 1, LOWEST_HEADING)


def outline(edition: EditionData) -> tuple[OutlineSection, ...]:
    """The sections in reading order."""
    return tuple(
        OutlineSection(
            section=section,
            level=min(2 + len(edition.parents(section.ref)), LOWEST_HEADING),
            controls=tuple(
                each for control in section.controls for each in control.walk()
            ),
            count=len(section.assessable()),
        )
        for section in edition.all_sections()
    )
