"""Makes the demo through the same services as the pages, and takes it away again."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.enums import Role
from accounts.models import Event, Membership, Organization, Team, User
from accounts.services.addresses import prove_main_address
from assessments.enums import Grade
from assessments.models import (
    Answer,
    AnswerEvidence,
    AnswerRevision,
    Assessment,
    Evidence,
    Review,
    Verdict,
)
from assessments.queries.grades import grades_of, mildest_remark
from assessments.services import review as reviews
from assessments.services.answers import record_answer
from assessments.services.assessments import Plan, complete_section, create_assessment
from assessments.services.evidence import attach_file
from config.demo import cast, writing
from config.demo.cast import Story
from reports.enums import Format, Kind
from reports.models import Report
from reports.services.requests import request_report
from standards.loader import ControlData, EditionData, SectionData
from standards.models import Edition
from standards.queries import edition_tree

DECLARATION = "The answers are complete and true to the best of our knowledge."


def demo_organization() -> Organization | None:
    return Organization.objects.filter(is_demo=True).first()


@transaction.atomic
def make(password: str) -> Organization:
    """Make the organization, its people and its assessments. One transaction."""
    organization = Organization.objects.create(
        name=cast.ORGANIZATION, time_zone=cast.TIME_ZONE, is_demo=True
    )
    teams = {
        name: Team.objects.create(organization=organization, name=name)
        for name in cast.TEAMS
    }
    members = {
        person.role: _member(person, organization, teams, password)
        for person in cast.PEOPLE
    }
    for story in cast.STORIES:
        assessed = _Assessed(story, members, teams[story.team])
        assessed.make()
        if story.state in cast.REPORTED:
            assessed.request_reports()
    return organization


def _member(
    person: cast.Person,
    organization: Organization,
    teams: dict[str, Team],
    password: str,
) -> Membership:
    user = User.objects.create_user(person.email, password, name=person.name)
    prove_main_address(user)
    member = Membership.objects.create(
        user=user, organization=organization, role=person.role
    )
    member.teams.set([teams[name] for name in person.teams])
    return member


class _Assessed:
    """One story, told step by step."""

    def __init__(
        self, story: Story, members: dict[Role, Membership], team: Team
    ) -> None:
        self.story = story
        self.members = members
        self.team = team
        slug, edition = story.edition.split("/")
        found = Edition.objects.get(standard__slug=slug, slug=edition)
        self.edition: EditionData = edition_tree(found.pk, found.checksum)

    def make(self) -> None:
        self.assessment = self._start()
        answered = self._answered_pages()
        for number, page in enumerate(answered):
            self._answer_page(page, number)
        if self.story.state != "open":
            self._submit()
            self._review()
        if self.story.state == "changes":
            reviews.send_back(assessment=self.assessment, by=self._user(Role.AUDITOR))
        if self.story.state == "sealed":
            self._seal()
        if self.story.worked_on:
            _move_to_the_past(self.assessment, self.story)

    def request_reports(self) -> None:
        """Ask for both printed reports; the worker makes them as soon as it runs."""
        for kind in (Kind.EXECUTIVE, Kind.FULL):
            request_report(
                assessment=self.assessment,
                kind=kind,
                form=Format.PDF,
                by=self._user(Role.MANAGER),
                language="en",
            )

    def _user(self, role: Role) -> User:
        return self.members[role].user

    def _start(self) -> Assessment:
        story = self.story
        owners = (Role.MANAGER, Role.CONTRIBUTOR, Role.CONTRIBUTOR, Role.ADMIN)
        return create_assessment(
            by=self.members[Role.MANAGER],
            edition=self.edition,
            plan=Plan(
                team=self.team,
                scope=story.scope,
                period_start=story.start,
                period_end=story.end,
                due=story.due,
                target=story.target,
                manager=self._user(Role.MANAGER),
                auditor=self._user(Role.AUDITOR),
            ),
            owners={
                page.ref: self._user(owners[number % len(owners)]).pk
                for number, page in enumerate(self.edition.pages())
                if number % 7 != 6
            },
        )

    def _answered_pages(self) -> list[SectionData]:
        pages = [page for page in self.edition.pages() if page.assessable()]
        return pages[: round(len(pages) * self.story.answered)]

    def _answer_page(self, page: SectionData, number: int) -> None:
        # The last page of a running assessment is half done, as real ones are.
        controls = list(page.assessable())
        unfinished = (
            self.story.state == "open" and number >= len(self._answered_pages()) - 2
        )
        if unfinished:
            controls = controls[: len(controls) // 2]
        for offset, control in enumerate(controls):
            count = number * 5 + offset
            level = self.story.levels[count % len(self.story.levels)]
            record_answer(
                assessment=self.assessment,
                edition=self.edition,
                control=control,
                by=self._user((Role.CONTRIBUTOR, Role.MANAGER)[count % 2]),
                content=writing.content_for(control, level, count),
                seen_version=0,
                key="",
            )
            if level >= 3 and count % 4 and control.ref not in writing.JUSTIFICATIONS:
                self._attach(control)
        if not unfinished:
            complete_section(
                assessment=self.assessment,
                section=page,
                at=datetime.now(tz=UTC),
                by=self._user(Role.CONTRIBUTOR),
            )

    def _attach(self, control: ControlData) -> None:
        content = writing.evidence_file(control, self.story.end.year)
        attach_file(
            assessment=self.assessment,
            control=control,
            by=self._user(Role.CONTRIBUTOR),
            upload=SimpleUploadedFile(
                f"{control.ref}-{self.story.end.year}.txt", content
            ),
            title=writing.evidence_title(control),
            period=(self.story.start, self.story.end),
        )

    def _submit(self) -> None:
        self.assessment = reviews.submit(
            assessment=self.assessment,
            edition=self.edition,
            by=self._user(Role.MANAGER),
            declaration=DECLARATION,
        )

    def _review(self) -> None:
        """Verdicts on all answers of a sealed assessment, on a third of the others."""
        every = 1 if self.story.state == "sealed" else 3
        answers = Answer.objects.filter(assessment=self.assessment).select_related(
            "control"
        )
        for number, answer in enumerate(answers.order_by("control__position")):
            if number % every == 0:
                self._judge(answer, number)

    def _judge(self, answer: Answer, number: int) -> None:
        reviews.give_verdict(
            assessment=self.assessment,
            answer=answer,
            revision=answer.revisions.get(version=answer.version),
            by=self._user(Role.AUDITOR),
            conclusion=self._conclusion(answer, number),
        )

    def _conclusion(self, answer: Answer, number: int) -> reviews.Conclusion:
        title = answer.control.title.lower()
        remark = mildest_remark(grades_of(self.assessment.edition.standard))
        if number % 13 == 5 and answer.option in {"3", "4", "5"}:
            return reviews.Conclusion(
                Grade.MINOR,
                str(int(answer.option) - 1),
                reason=f"Of three records on {title}, one had no date and no name.",
            )
        if number % 11 == 3:
            return reviews.Conclusion(
                remark,
                answer.option,
                reason="The record exists; it took the team some time to find it.",
            )
        if self.story.state == "changes" and number % 9 == 0:
            return reviews.Conclusion(
                remark,
                answer.option,
                reason="The answer may be right, but nothing attached shows it.",
                request=f"Attach what shows this: {writing_hint(answer)}.",
            )
        return reviews.Conclusion(Grade.CONFORMS, answer.option)

    def _seal(self) -> None:
        auditor = self._user(Role.AUDITOR)
        self.assessment = reviews.accept(assessment=self.assessment, by=auditor)
        self.assessment = reviews.seal(
            assessment=self.assessment, edition=self.edition, by=auditor
        )


def writing_hint(answer: Answer) -> str:
    evidence = answer.control.detail.get("evidence") or [answer.control.title]
    return str(evidence[0])[0].lower() + str(evidence[0])[1:]


def _move_to_the_past(assessment: Assessment, story: Story) -> None:
    """Date an old assessment's records to its own year.

    The services stamp the present. The base managers are used because the event log
    refuses changes to everybody else.
    """
    day = datetime.combine(story.worked_on or story.end, time(10, 30), tzinfo=UTC)
    submitted, sealed = day + timedelta(days=5), day + timedelta(days=14)
    Assessment.objects.filter(pk=assessment.pk).update(
        created_at=day - timedelta(days=40),
        submitted_at=submitted,
        accepted_at=sealed,
        sealed_at=sealed,
    )
    answers = Answer.objects.filter(assessment=assessment)
    answers.update(updated_at=day)
    AnswerRevision.objects.filter(answer__in=answers).update(at=day)
    Verdict.objects.filter(answer__in=answers).update(at=sealed - timedelta(days=2))
    Review.objects.filter(assessment=assessment).update(
        opened_at=submitted, closed_at=sealed
    )
    assessment.snapshots.filter(occasion="submitted").update(at=submitted)
    assessment.snapshots.filter(occasion="sealed").update(at=sealed)
    assessment.records.update(sealed_at=sealed)
    assessment.tasks.update(completed_at=day)
    events = Event._base_manager.filter(subject=assessment.subject)
    for action, at in _days_of_events(day, submitted, sealed):
        events.filter(action__startswith=action).update(at=at)


def _days_of_events(
    day: datetime, submitted: datetime, sealed: datetime
) -> Iterator[tuple[str, datetime]]:
    yield "assessment.created", day - timedelta(days=40)
    yield "section.", day
    yield "assessment.submitted", submitted
    yield "assessment.accepted", sealed
    yield "assessment.sealed", sealed


@transaction.atomic
def remove(organization: Organization) -> None:
    """Take away exactly what `make` made, and what people added to it since."""
    assessments = Assessment.objects.filter(organization=organization)
    people = User.objects.filter(memberships__organization=organization)
    strangers = Membership.objects.exclude(organization=organization)
    guests = set(strangers.values_list("user_id", flat=True))
    ours = [user.pk for user in people.distinct() if user.pk not in guests]
    files = [
        *Evidence.objects.filter(organization=organization).exclude(file=""),
        *Report.objects.filter(assessment__in=assessments).exclude(file=""),
    ]
    stored = [(item.file.storage, item.file.name) for item in files]
    Verdict.objects.filter(answer__assessment__in=assessments).delete()
    AnswerEvidence.objects.filter(answer__assessment__in=assessments).delete()
    assessments.delete()
    Evidence.objects.filter(organization=organization).delete()
    organization.invitations.all().delete()
    organization.delete()
    User.objects.filter(pk__in=ours).delete()
    transaction.on_commit(lambda: [storage.delete(name) for storage, name in stored])
