"""Standards for tests: editions of any size, and the built-in ones."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

import factory
from django.conf import settings
from factory.django import DjangoModelFactory

from standards.enums import Aspect
from standards.loader import (
    AnalysisData,
    AspectData,
    ControlData,
    CriterionData,
    EditionData,
    Library,
    QuestionData,
    SectionData,
    Shared,
    SourceData,
    StandardData,
    load_library,
    load_shared,
)
from standards.models import Edition
from standards.services import (
    import_edition,
    load_standard,
    publish_edition,
    store_library,
)

PUBLISHED = date(2025, 3, 1)
IN_LIBRARY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PAGE = 10
PAGES_IN_SECTION = 12


class EditionFactory(DjangoModelFactory):
    """A published synthetic edition of its own standard; `controls=` is its size."""

    class Meta:
        model = Edition

    class Params:
        number = factory.Sequence(lambda number: number)

    standard = factory.LazyAttribute(lambda edition: f"synthetic-{edition.number}")
    slug = "2025"
    controls = 3

    @classmethod
    def _create(cls, model_class, *args, standard, slug, controls, **kwargs):
        assert not args
        assert not kwargs, f"an edition is made of data, not of {sorted(kwargs)}"
        load_standard(synthetic_standard(standard), built_in=False)
        data = synthetic_edition(controls=controls, standard=standard, slug=slug)
        return publish(data)


def publish(data: EditionData, *, built_in: bool = False) -> Edition:
    """Store an edition, whose standard is there already, and put it in the library."""
    edition = import_edition(data, built_in=built_in).edition
    publish_edition(edition, at=IN_LIBRARY)
    return edition


def store_built_in() -> None:
    """Everything that `load_standards` brings into the database."""
    store_library(built_in_library(), at=IN_LIBRARY)


def built_in_edition(code: str) -> Edition:
    """One built-in edition with its standard: `built_in_edition("iso-27001/2022")`."""
    standard, slug = code.split("/")
    library = built_in_library()
    wanted = Library(
        standards=tuple(one for one in library.standards if one.slug == standard),
        editions=tuple(one for one in library.editions if one.code == code),
    )
    store_library(wanted, at=IN_LIBRARY)
    return Edition.objects.select_related("standard").get(
        standard__slug=standard, slug=slug
    )


@cache
def built_in_library() -> Library:
    return load_library(settings.LIBRARY_DIR)


@cache
def built_in_shared() -> Shared:
    return load_shared(settings.LIBRARY_DIR)


def synthetic_standard(slug: str = "synthetic", **changes: object) -> StandardData:
    text = f"What {slug} says about it"
    profile = StandardData(
        slug=slug,
        name=slug.replace("-", " ").capitalize(),
        tagline="Made for tests",
        summary="A standard that nobody published.",
        publisher="Nobody",
        nature="guidance",
        obligation="voluntary",
        industry=("any",),
        domain=("testing",),
        geography=("worldwide",),
        features=("One.", "Two.", "Three.", "Four.", "Five."),
        analysis=AnalysisData(
            what=text, components=text, why=text, implementation=text
        ),
        aspects={
            aspect: AspectData(text=text, source="Our tests", checked=PUBLISHED)
            for aspect in Aspect.values
        },
        faq=(QuestionData(question="Is it real?", answer="No."),),
        related=(),
        sources=(SourceData(title="Our tests", publisher="Us", checked=PUBLISHED),),
        reviewed_on=PUBLISHED,
        licence="Ours.",
    )
    return replace(profile, **changes)


def synthetic_edition(
    controls: int = 1200, *, standard: str = "synthetic", slug: str = "2025"
) -> EditionData:
    """An edition of this many controls, ten to a page, in nested sections."""
    shared = built_in_shared()
    pages = [
        _page(first, min(PAGE, controls - first)) for first in range(0, controls, PAGE)
    ]
    sections = tuple(
        SectionData(
            ref=f"S{number}",
            title=f"Section {number}",
            label="Chapter",
            sections=tuple(pages[start : start + PAGES_IN_SECTION]),
        )
        for number, start in enumerate(range(0, len(pages), PAGES_IN_SECTION), start=1)
    )
    scale = shared.scales["maturity-0-5"]
    assert scale is not None
    return EditionData(
        standard=standard,
        slug=slug,
        label=slug,
        title=f"{standard.capitalize()}:{slug}",
        published=PUBLISHED,
        scale=scale,
        scoring=shared.profiles["maturity-average"].plain(),
        sections=sections,
    )


def _page(first: int, count: int) -> SectionData:
    return SectionData(
        ref=f"P{first // PAGE + 1}",
        title=f"Page {first // PAGE + 1}",
        ours=True,
        controls=tuple(
            _control(number) for number in range(first + 1, first + count + 1)
        ),
    )


def _control(number: int) -> ControlData:
    """As long as a typical control of the built-in standards."""
    subject = f"topic {number}"
    return ControlData(
        ref=f"C.{number}",
        title=f"Handling of {subject}",
        question=f"Is there a written way of handling {subject}, and is it followed?",
        guidance=(
            f"Think of everything that {subject} touches: people, places, machines and "
            "suppliers. What is overlooked most often is who looks after it when the "
            "usual person is away. What follows an incident belongs elsewhere."
        ),
        evidence=(
            f"Procedure for {subject}, approved and dated",
            f"Two or three records of {subject} from the last year",
            "Minutes of the meeting that looked at the figures",
        ),
        criteria=(
            CriterionData(
                "1.1", 1, f"One record shows that {subject} was handled once."
            ),
            CriterionData(
                "3.1", 3, f"An approved procedure says how {subject} is done."
            ),
            CriterionData("3.2", 3, "Records of any team picked at random follow it."),
            CriterionData(
                "5.1", 5, "The procedure was changed after a figure slipped."
            ),
        ),
        weight=Decimal(1 + number % 3),
        attributes={"type": "preventive"},
    )
