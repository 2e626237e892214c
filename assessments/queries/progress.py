"""Where one section stands: what is answered, the score so far, what completes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from assessments.enums import SCORE_AFTER
from assessments.models import Assessment, SectionTask
from assessments.permissions import can_answer
from assessments.queries.answers import is_answered, options_of
from assessments.queries.outcomes import OutcomeView, outcome_view
from assessments.queries.questionnaire import ControlView, is_below_target
from assessments.queries.rights import Standing
from assessments.queries.scores import score_of, to_answers
from standards.loader import EditionData, SectionData

# More refs than this are counted, not listed.
LISTED = 5


@dataclass(frozen=True)
class SectionProgress:
    """One page of the questionnaire as its head and its last step show it."""

    assessment: Assessment
    edition: EditionData
    page: SectionData
    member: Membership
    standing: Standing
    views: Sequence[ControlView]
    tasks: Mapping[int, SectionTask]
    # The chosen option of every control of the assessment, by its id.
    options: Mapping[int, str]

    @property
    def answered(self) -> int:
        return sum(view.answered for view in self.views)

    @property
    def total(self) -> int:
        return len(self.views)

    @property
    def open(self) -> list[ControlView]:
        return [view for view in self.views if not view.answered]

    @property
    def answered_in_all(self) -> int:
        return sum(
            is_answered(self.options.get(control.pk, ""))
            for control in self.edition.assessable()
        )

    @property
    def total_in_all(self) -> int:
        return len(self.edition.assessable())

    @property
    def until_score(self) -> int:
        """How many answers the first score still needs."""
        return max(0, SCORE_AFTER - self.answered_in_all)

    @property
    def is_completed(self) -> bool:
        return not self.open and self._is_marked(self.page)

    @property
    def may_complete(self) -> bool:
        """Whether the member may say that this section is completed, now."""
        return self.assessment.takes_answers and any(
            self._may_answer(view.control.pk) for view in self.views
        )

    def _may_answer(self, control_id: int) -> bool:
        return can_answer(
            self.member,
            owner_id=self.standing.owner_id,
            in_team=self.standing.in_team,
            asked=control_id in self.standing.asked,
        )

    def _is_marked(self, page: SectionData) -> bool:
        task = self.tasks.get(page.pk)
        return task is not None and task.completed_at is not None

    @cached_property
    def outcome(self) -> OutcomeView:
        """The score of the whole assessment as it stands."""
        score = score_of(
            self.edition,
            to_answers(self.options, self.edition),
            self.assessment,
            with_trace=False,
        )
        return outcome_view(
            score, self.assessment, self.edition, today=timezone.localdate()
        )

    @cached_property
    def following(self) -> SectionData | None:
        """The next section that this member has to work on; None when none is left."""
        pages = [page for page in self.edition.pages() if page.assessable()]
        at = pages.index(self.page)
        rest = pages[at + 1 :] + pages[:at]
        return next((page for page in rest if self._is_work(page)), None)

    def _is_work(self, page: SectionData) -> bool:
        controls = page.assessable()
        answered = all(is_answered(self.options.get(c.pk, "")) for c in controls)
        if answered and self._is_marked(page):
            return False
        task = self.tasks.get(page.pk)
        return can_answer(
            self.member,
            owner_id=task.answerer_id if task else None,
            in_team=self.standing.in_team,
            asked=False,
        )

    @property
    def remarks(self) -> list[str]:
        """What is still odd about the answers, for who completes the section."""
        return list(self._remarks())

    def _remarks(self) -> Iterator[str]:
        claims = [v for v in self.views if v.level and v.level.option.met]
        bare = [view for view in claims if not view.evidence]
        below = [view for view in self.views if is_below_target(view)]
        later = [view for view in self.views if view.content.get("flagged")]
        for views, text in (
            (bare, _("Without evidence: %(refs)s.")),
            (below, _("Below the target: %(refs)s.")),
            (later, _("To come back to: %(refs)s.")),
        ):
            if views:
                yield text % {"refs": _refs(views)}


def _refs(views: Sequence[ControlView]) -> str:
    refs = ", ".join(view.ref for view in views[:LISTED])
    more = len(views) - LISTED
    if more <= 0:
        return refs
    return _("%(refs)s and %(more)d more") % {"refs": refs, "more": more}


def section_progress(
    assessment: Assessment,
    edition: EditionData,
    page: SectionData,
    member: Membership,
    *,
    standing: Standing,
    views: Sequence[ControlView],
    tasks: Mapping[int, SectionTask],
) -> SectionProgress:
    """The progress of a section whose answers are read already. One statement."""
    return SectionProgress(
        assessment=assessment,
        edition=edition,
        page=page,
        member=member,
        standing=standing,
        views=views,
        tasks=tasks,
        options=options_of(assessment),
    )
