"""What one member sees first: their tasks, the running assessments, the last results.

The number of statements is the same for any number of assessments and controls.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import Membership
from accounts.permissions import ANSWERS, AUDITS, MANAGES
from assessments.enums import UNKNOWN, State
from assessments.models import Answer, Assessment, SectionTask, Verdict
from assessments.models.assessment import AssessmentQuerySet
from assessments.queries import todo
from assessments.queries.answers import is_answered
from assessments.queries.overview import (
    Options,
    Overview,
    options_by_assessment,
    tree_of,
    with_names,
)
from assessments.queries.todo import Task
from standards.loader import SectionData

ROWS = 8
RESULTS = 3
# More sections than this, due on the same day, are one line of the list.
TOGETHER = 3


@dataclass(frozen=True)
class Dashboard:
    tasks: list[Task]
    running: list[Overview]
    running_count: int
    results: list[Overview]

    @property
    def is_empty(self) -> bool:
        """Nothing was ever started that this member may see."""
        return not self.running_count and not self.results

    @property
    def next(self) -> Task | None:
        return self.tasks[0] if self.tasks else None

    @property
    def overdue(self) -> int:
        return sum(task.overdue for task in self.tasks)


@dataclass
class _Work:
    """One assessment that takes answers, with the tasks of all its sections."""

    assessment: Assessment
    tasks: list[SectionTask] = field(default_factory=list)
    options: Options = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.edition = tree_of(self.assessment)
        self.sections = {page.id: page for page in self.edition.pages()}

    def left_in(self, section: SectionData) -> int:
        asked = section.assessable()
        return sum(not is_answered(self.options.get(c.id or 0, "")) for c in asked)

    def unfinished(self) -> Iterator[tuple[SectionTask, SectionData]]:
        """The sections that ask something and that nobody called completed."""
        for task in self.tasks:
            section = self.sections[task.section_id]
            asks = section.assessable()
            if asks and (task.completed_at is None or self.left_in(section)):
                yield task, section

    def task_of(self, control_ref: str) -> SectionTask | None:
        section = self.edition.section_of(control_ref)
        return next((t for t in self.tasks if t.section_id == section.id), None)

    def due_of(self, task: SectionTask | None) -> date:
        return (task and task.due) or self.assessment.due


def dashboard_of(member: Membership) -> Dashboard:
    """At most six statements, and three for each edition not met before."""
    visible = Assessment.objects.visible_to(member).listed()
    running = list(_running(visible, member))
    sealed = with_names(visible.filter(state=State.SEALED))
    results = list(sealed.order_by("-sealed_at", "-pk")[:RESULTS])
    works = _works(running)
    rows = running[:ROWS]
    options = options_by_assessment(
        [*rows, *results, *(work.assessment for work in works.values())]
    )
    for pk, work in works.items():
        work.options = options[pk]
    tasks = [*_team_tasks(member, works), *_auditor_tasks(member, running)]
    return Dashboard(
        tasks=sorted(tasks, key=lambda task: task.order),
        running=[Overview(a, tree_of(a), options[a.pk]) for a in rows],
        running_count=len(running),
        results=[Overview(a, tree_of(a), options[a.pk]) for a in results],
    )


def _running(visible: AssessmentQuerySet, member: Membership) -> QuerySet[Assessment]:
    teams = Membership.teams.through.objects.filter(
        membership=member.pk, team=OuterRef("team")
    )
    found = with_names(visible.exclude(state=State.SEALED).with_presence())
    return found.annotate(in_team=Exists(teams)).order_by("due", "pk")


def _works(running: list[Assessment]) -> dict[int, _Work]:
    """What still takes answers. One statement."""
    works = {a.pk: _Work(a) for a in running if a.takes_answers}
    tasks = SectionTask.objects.filter(assessment__in=works).with_presence()
    for task in tasks.select_related("owner").order_by("section"):
        works[task.assessment_id].tasks.append(task)
    return works


def _team_tasks(member: Membership, works: dict[int, _Work]) -> Iterator[Task]:
    """What waits for somebody who answers, or who manages. Two statements."""
    if member.role not in ANSWERS:
        return
    requests = _open_requests(works)
    for pk, work in works.items():
        unowned = _is_team(member, work.assessment)
        yield from _section_tasks(member, work, unowned=unowned)
        for verdict in requests[pk]:
            control = work.edition.control_by_id(verdict.answer.control_id)
            task = work.task_of(control.ref)
            owner = task.answerer_id if task else None
            if owner == member.user_id or (owner is None and unowned):
                due = work.due_of(task)
                yield todo.change_task(work.assessment, control, verdict, due)
        if _may_submit(member, work, requests[pk]):
            yield todo.submit_task(work.assessment)
        if member.role in MANAGES:
            yield from _absence_tasks(work)
    yield from _question_tasks(member, works)


def _absence_tasks(work: _Work) -> Iterator[Task]:
    """What has to be given to others, because whoever had it is gone."""
    if not work.assessment.manager_is_here:
        yield todo.absent_manager_task(work.assessment)
    left = [task for task, _section in work.unfinished() if task.absence]
    if left:
        people = sorted({f"{task.owner} ({task.absence})" for task in left})
        due = min(map(work.due_of, left))
        yield todo.absent_owners_task(work.assessment, people, len(left), due)


def _is_team(member: Membership, assessment: Assessment) -> bool:
    """Whether what nobody owns is this member's business."""
    if assessment.manager_id == member.user_id:
        return True
    return bool(assessment.in_team)  # type: ignore[attr-defined]


def _section_tasks(member: Membership, work: _Work, *, unowned: bool) -> Iterator[Task]:
    mine: dict[date, list[SectionData]] = defaultdict(list)
    team: list[SectionData] = []
    team_due: list[date] = []
    for task, section in work.unfinished():
        if task.answerer_id == member.user_id:
            mine[work.due_of(task)].append(section)
        elif task.answerer_id is None and unowned:
            team.append(section)
            team_due.append(work.due_of(task))
    for due, sections in mine.items():
        if len(sections) > TOGETHER:
            left = sum(map(work.left_in, sections))
            yield todo.sections_task(work.assessment, len(sections), left, due)
            continue
        for section in sections:
            left = work.left_in(section)
            yield todo.section_task(work.assessment, section, left, due)
    if team:
        # The first is where the person starts: one that still lacks answers.
        team.sort(key=lambda section: not work.left_in(section))
        left = sum(map(work.left_in, team))
        yield todo.team_task(work.assessment, team, left, min(team_due))


def _may_submit(member: Membership, work: _Work, requests: list[Verdict]) -> bool:
    mine = work.assessment.manager_id == member.user_id
    manages = mine or not work.assessment.manager_is_here
    if member.role not in MANAGES or not manages:
        return False
    return not requests and not any(work.unfinished())


def _open_requests(works: dict[int, _Work]) -> dict[int, list[Verdict]]:
    """The changes asked for and not made yet, by assessment. One statement."""
    back = [pk for pk, w in works.items() if w.assessment.state == State.CHANGES]
    verdicts = (
        Verdict.objects.filter(answer__assessment__in=back)
        .select_related("answer", "revision", "auditor")
        .only(
            *("request", "answer__assessment", "answer__control", "answer__version"),
            *("revision__version", "revision__answer", "auditor__name"),
            "auditor__email",
        )
        .order_by("at", "pk")
    )
    last = {verdict.answer_id: verdict for verdict in verdicts}
    found: dict[int, list[Verdict]] = defaultdict(list)
    for verdict in last.values():
        if verdict.request and verdict.revision.version == verdict.answer.version:
            found[verdict.answer.assessment_id].append(verdict)
    return found


def _question_tasks(member: Membership, works: dict[int, _Work]) -> Iterator[Task]:
    """Questions to this member; to a manager also those to people who are gone."""
    asked_is_here = Membership.objects.active().filter(
        user=OuterRef("ask"),
        organization=member.organization_id,
        user__is_active=True,
        role__in=ANSWERS,
    )
    wanted = Q(ask=member.user_id)
    if member.role in MANAGES:
        wanted |= Q(~Exists(asked_is_here), ask__isnull=False)
    answers = Answer.objects.filter(wanted, option=UNKNOWN, assessment__in=works)
    for answer in answers.select_related("updated_by", "ask").order_by("control"):
        work = works[answer.assessment_id]
        answer.assessment = work.assessment
        control = work.edition.control_by_id(answer.control_id)
        due = work.due_of(work.task_of(control.ref))
        if answer.ask_id == member.user_id:
            yield todo.question_task(answer, control, due)
        else:
            yield todo.absent_question_task(answer, control, due)


def _auditor_tasks(member: Membership, running: list[Assessment]) -> Iterator[Task]:
    """Assessments to review and to seal, this auditor's own or nobody's."""
    if member.role not in AUDITS:
        return
    mine = [a for a in running if a.auditor_id in {member.user_id, None}]
    left = _without_verdict([a for a in mine if a.state == State.REVIEW])
    for assessment in mine:
        if assessment.state == State.REVIEW:
            yield todo.review_task(assessment, left.get(assessment.pk, 0))
        elif assessment.state == State.ACCEPTED:
            yield todo.seal_task(assessment)


def _without_verdict(assessments: list[Assessment]) -> dict[int, int]:
    """How many answers have no verdict on their present version. One statement."""
    verdict = Verdict.objects.filter(
        answer=OuterRef("pk"), revision__version=OuterRef("version")
    )
    rows = (
        Answer.objects.filter(~Exists(verdict), assessment__in=assessments)
        .exclude(option__in=["", UNKNOWN])
        .values(pk_of=F("assessment"))
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {row["pk_of"]: row["count"] for row in rows}
