"""What a standard is, as frozen dataclasses: no database, no files.

Importers and the loader build them, services store them, queries bring them back
with database ids. Everything that shows or scores an edition works on these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any


def _stored(pk: int | None) -> int:
    if pk is None:
        raise ValueError("This part of an edition is not in the database.")
    return pk


@dataclass(frozen=True)
class OptionData:
    code: str
    label: str
    value: Decimal | None = None
    descriptor: str = ""
    example: str = ""
    na: bool = False
    met: bool = False
    partial: bool = False
    # A word for where the label is too long; empty where code or label is short.
    short: str = ""

    @property
    def is_number(self) -> bool:
        return self.code.replace(".", "", 1).isdecimal()

    @property
    def chip(self) -> str:
        """What stands in a small box: "3", "0.25", "LI", "Not met"."""
        if self.short:
            return self.short
        return self.code if self.is_number or len(self.code) <= 2 else self.label


@dataclass(frozen=True)
class ScaleData:
    title: str
    minimum: Decimal
    maximum: Decimal
    options: tuple[OptionData, ...]

    @cached_property
    def _by_code(self) -> dict[str, OptionData]:
        return {option.code: option for option in self.options}

    def option(self, code: str) -> OptionData:
        return self._by_code[code]


@dataclass(frozen=True)
class CriterionData:
    code: str  # "3.1": the first criterion of level 3
    level: int
    text: str


@dataclass(frozen=True)
class ControlData:
    ref: str
    title: str
    question: str = ""
    guidance: str = ""
    evidence: tuple[str, ...] = ()
    criteria: tuple[CriterionData, ...] = ()
    weight: Decimal = Decimal(1)
    groups: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()  # codes of the scale; empty means all of them
    assessable: bool = True
    controls: tuple[ControlData, ...] = ()
    id: int | None = None

    @property
    def pk(self) -> int:
        """The id of its row. Raises ValueError for data that is not stored."""
        return _stored(self.id)

    @property
    def asked(self) -> bool:
        """Assessable, and not merely the heading of its children."""
        return self.assessable and not self.controls

    def walk(self) -> Iterator[ControlData]:
        yield self
        for child in self.controls:
            yield from child.walk()


@dataclass(frozen=True)
class SectionData:
    ref: str
    title: str
    label: str = ""
    ours: bool = False
    sections: tuple[SectionData, ...] = ()
    controls: tuple[ControlData, ...] = ()
    id: int | None = None

    @property
    def pk(self) -> int:
        """The id of its row. Raises ValueError for data that is not stored."""
        return _stored(self.id)

    def walk(self) -> Iterator[SectionData]:
        yield self
        for child in self.sections:
            yield from child.walk()

    def all_controls(self) -> tuple[ControlData, ...]:
        """Every control on this page and below, children after their parent."""
        return tuple(
            control
            for section in self.walk()
            for top in section.controls
            for control in top.walk()
        )

    def assessable(self) -> tuple[ControlData, ...]:
        return tuple(control for control in self.all_controls() if control.asked)


@dataclass(frozen=True)
class GroupData:
    code: str
    name: str


# Compared by identity: engines and pages keep prepared plans per edition object.
@dataclass(frozen=True, eq=False)
class EditionData:
    standard: str
    slug: str
    label: str
    title: str
    published: date
    scale: ScaleData
    scoring: Mapping[str, Any]
    sections: tuple[SectionData, ...]
    replaces: str = ""
    amendments: tuple[str, ...] = ()
    groups: tuple[GroupData, ...] = ()
    id: int | None = None

    @property
    def code(self) -> str:
        return f"{self.standard}/{self.slug}"

    def controls(self) -> tuple[ControlData, ...]:
        """Every control in the order of the standard, children after their parent."""
        return self._controls

    def assessable(self) -> tuple[ControlData, ...]:
        """The controls that are asked: assessable, and without children."""
        return self._assessable

    def all_sections(self) -> tuple[SectionData, ...]:
        return tuple(self._sections.values())

    def pages(self) -> tuple[SectionData, ...]:
        """The sections that hold controls: each is one page of the questionnaire."""
        return self._pages

    def control(self, ref: str) -> ControlData:
        return self._by_ref[ref]

    def control_by_id(self, pk: int) -> ControlData:
        return self._by_id[pk]

    def section(self, ref: str) -> SectionData:
        return self._sections[ref]

    def section_of(self, control_ref: str) -> SectionData:
        """The page on which a control, or a child control, stands."""
        return self._page_of[control_ref]

    def parents(self, section_ref: str) -> tuple[SectionData, ...]:
        """The headings above a section, outermost first."""
        return self._parents[section_ref]

    @cached_property
    def _sections(self) -> dict[str, SectionData]:
        return {s.ref: s for top in self.sections for s in top.walk()}

    @cached_property
    def _pages(self) -> tuple[SectionData, ...]:
        return tuple(section for section in self.all_sections() if section.controls)

    @cached_property
    def _page_of(self) -> dict[str, SectionData]:
        return {
            control.ref: page
            for page in self._pages
            for top in page.controls
            for control in top.walk()
        }

    @cached_property
    def _controls(self) -> tuple[ControlData, ...]:
        return tuple(
            control
            for page in self._pages
            for top in page.controls
            for control in top.walk()
        )

    @cached_property
    def _assessable(self) -> tuple[ControlData, ...]:
        return tuple(control for control in self._controls if control.asked)

    @cached_property
    def _by_ref(self) -> dict[str, ControlData]:
        return {control.ref: control for control in self._controls}

    @cached_property
    def _by_id(self) -> dict[int, ControlData]:
        return {c.id: c for c in self._controls if c.id is not None}

    @cached_property
    def _parents(self) -> dict[str, tuple[SectionData, ...]]:
        found: dict[str, tuple[SectionData, ...]] = {}

        def descend(section: SectionData, above: tuple[SectionData, ...]) -> None:
            found[section.ref] = above
            for child in section.sections:
                descend(child, (*above, section))

        for top in self.sections:
            descend(top, ())
        return found


@dataclass(frozen=True)
class AspectData:
    """A fact: when its source appeared, where that is known, and when we read it."""

    text: str  # empty: nobody established it
    source: str = ""
    published: date | None = None
    checked: date | None = None


@dataclass(frozen=True)
class QuestionData:
    question: str
    answer: str


@dataclass(frozen=True)
class RelatedData:
    name: str
    relation: str
    slug: str = ""


@dataclass(frozen=True)
class SourceData:
    title: str
    publisher: str
    checked: date
    published: date | None = None
    url: str = ""


@dataclass(frozen=True)
class AnalysisData:
    what: str
    components: str
    why: str
    implementation: str


@dataclass(frozen=True)
class StandardData:
    slug: str
    name: str
    tagline: str
    summary: str
    publisher: str
    nature: str
    obligation: str
    industry: tuple[str, ...]
    domain: tuple[str, ...]
    geography: tuple[str, ...]
    features: tuple[str, ...]
    analysis: AnalysisData
    aspects: Mapping[str, AspectData]
    faq: tuple[QuestionData, ...]
    related: tuple[RelatedData, ...]
    sources: tuple[SourceData, ...]
    reviewed_on: date
    licence: str
    # Its own names of an auditor's grades, by code; empty for the usual ones.
    grades: Mapping[str, str] = field(default_factory=dict)
