"""Assessments, and the short ways to answer, review and seal them as the pages do."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from accounts.enums import Role
from accounts.models import User
from assessments.models import Answer, Assessment, Evidence, SectionTask
from assessments.services import review
from assessments.services.answers import record_answer
from assessments.services.content import AnswerContent
from standards.loader import ControlData, EditionData
from standards.queries import edition_tree
from tests.factories.accounts import (
    MembershipFactory,
    OrganizationFactory,
    TeamFactory,
    UserFactory,
)

STANDARDS = "tests.factories.standards"
JUSTIFICATION = "Nothing of this kind exists at this site."


class AssessmentFactory(DjangoModelFactory):
    """An open assessment with a task for each section, owned by nobody.

    `owner=` gives all sections to a person. The manager is a member.
    """

    class Meta:
        model = Assessment
        skip_postgeneration_save = True

    organization = factory.SubFactory(OrganizationFactory)
    team = factory.SubFactory(
        TeamFactory, organization=factory.SelfAttribute("..organization")
    )
    edition = factory.SubFactory(f"{STANDARDS}.EditionFactory")
    scope = "Porto site and its cloud services"
    period_start = date(2026, 1, 1)
    period_end = date(2026, 12, 31)
    due = date(2026, 12, 5)
    target = Decimal(3)
    manager = factory.LazyAttribute(
        lambda it: (
            MembershipFactory(organization=it.organization, role=Role.MANAGER).user
        )
    )
    created_by = factory.SelfAttribute("manager")

    @factory.post_generation
    def owner(self, create: bool, extracted: User | None, **_kwargs: object) -> None:
        SectionTask.objects.bulk_create(
            SectionTask(
                assessment=self, section_id=page.id, owner=extracted, due=self.due
            )
            for page in tree_of(self).pages()
        )


class EvidenceFactory(DjangoModelFactory):
    class Meta:
        model = Evidence

    organization = factory.SubFactory(OrganizationFactory)
    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Access review {n}")
    url = "https://intranet.example/access-review"


def tree_of(assessment: Assessment) -> EditionData:
    """The whole edition that the assessment pins."""
    return edition_tree(assessment.edition_id, assessment.edition.checksum)


def answer(
    assessment: Assessment,
    control: ControlData | str,
    option: str,
    *,
    by: User | None = None,
    ask: User | None = None,
    **content: object,
) -> Answer:
    """Answer one control through the service, over whatever stands there."""
    edition = tree_of(assessment)
    if isinstance(control, str):
        control = edition.control(control)
    rows = Answer.objects.filter(assessment=assessment, control_id=control.id)
    if any(o.na and o.code == option for o in edition.scale.options):
        content.setdefault("justification", JUSTIFICATION)
    record_answer(
        assessment=assessment,
        edition=edition,
        control=control,
        by=by or assessment.manager,
        content=AnswerContent(option=option, **content),
        seen_version=rows.values_list("version", flat=True).first() or 0,
        key="",
        ask_id=ask.pk if ask else None,
    )
    return rows.get()


def answer_all(
    assessment: Assessment,
    option: str,
    *,
    by: User | None = None,
    controls: Iterable[ControlData] | None = None,
) -> list[Answer]:
    """Answer every control that is asked, or those given, with one option."""
    if controls is None:
        controls = tree_of(assessment).assessable()
    return [answer(assessment, control, option, by=by) for control in controls]


def submit(assessment: Assessment, *, by: User | None = None) -> Assessment:
    """Hand it to the auditor, answered or not."""
    done = review.submit(
        assessment=assessment,
        edition=tree_of(assessment),
        by=by or assessment.manager,
        declaration="The answers are true to the best of our knowledge.",
    )
    assessment.refresh_from_db()
    return done


def conclude(
    assessment: Assessment,
    control: ControlData | str,
    *,
    by: User,
    grade: str = "conforms",
    option: str = "3",
    reason: str = "",
    request: str = "",
) -> None:
    """Give a verdict on the present version of an answer."""
    if isinstance(control, str):
        control = tree_of(assessment).control(control)
    found = Answer.objects.get(assessment=assessment, control_id=control.id)
    review.give_verdict(
        assessment=assessment,
        answer=found,
        revision=found.revisions.get(version=found.version),
        by=by,
        conclusion=review.Conclusion(grade, option, reason, request),
    )


def seal(assessment: Assessment, *, by: User) -> Assessment:
    """From open to sealed by the shortest way."""
    submit(assessment)
    review.accept(assessment=assessment, by=by)
    done = review.seal(assessment=assessment, edition=tree_of(assessment), by=by)
    assessment.refresh_from_db()
    return done
