"""What waits for a person, in words: a line of the list, and the step to take next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Answer, Assessment, Verdict
from assessments.queries.tasklist import ref_range
from standards.loader import ControlData, SectionData


@dataclass(frozen=True)
class Task:
    """One thing to do. `rank` orders those that are due on the same day."""

    rank: int
    assessment: Assessment
    title: str
    step: str  # the same as the next action says it
    url: str
    due: date
    ref: str = ""
    note: str = ""
    button: str = ""

    @property
    def overdue(self) -> bool:
        return self.due < timezone.localdate()

    @property
    def order(self) -> tuple[date, int, int]:
        return self.due, self.rank, self.assessment.pk


def change_task(
    assessment: Assessment, control: ControlData, verdict: Verdict, due: date
) -> Task:
    """An auditor asked for a change of an answer."""
    words = {"ref": control.ref, "title": control.title, "person": verdict.auditor}
    return Task(
        rank=0,
        assessment=assessment,
        ref=control.ref,
        title=_("%(title)s: changes requested by %(person)s") % words,
        step=_("change the answer to %(ref)s %(title)s") % words,
        note=verdict.request,
        url=reverse("assessments:control", args=[assessment.code, control.ref]),
        due=due,
        button=_("Change"),
    )


def question_task(answer: Answer, control: ControlData, due: date) -> Task:
    """Somebody doesn't know an answer and thinks that this person does."""
    assessment = answer.assessment
    words = {"person": answer.updated_by, "ref": control.ref, "title": control.title}
    return Task(
        rank=1,
        assessment=assessment,
        title=_("%(person)s asks whether you know: %(ref)s %(title)s") % words,
        step=_("tell %(person)s what you know about %(ref)s %(title)s") % words,
        note=answer.note,
        url=reverse("assessments:control", args=[assessment.code, control.ref]),
        due=due,
        button=_("Answer"),
    )


def section_task(
    assessment: Assessment, section: SectionData, left: int, due: date
) -> Task:
    """A section of this person's that is not completed; `left` have no answer."""
    words = {"count": left, "section": section.title}
    if left:
        title = ngettext(
            "%(section)s: one control without an answer",
            "%(section)s: %(count)s controls without an answer",
            left,
        )
        step = ngettext(
            "answer one control in %(section)s",
            "answer %(count)s controls in %(section)s",
            left,
        )
        page, button = "assessments:section", _("Continue")
    else:
        title = _("%(section)s: check the answers and mark it completed")
        step = _("check %(section)s and mark it completed")
        page, button = "assessments:check", _("Check answers")
    return Task(
        rank=2,
        assessment=assessment,
        ref=ref_range(section),
        title=title % words,
        step=step % words,
        url=reverse(page, args=[assessment.code, section.ref]),
        due=due,
        button=button,
    )


def sections_task(assessment: Assessment, count: int, left: int, due: date) -> Task:
    """Many sections of this person's, due on one day."""
    words = {"sections": count, "count": left}
    if left:
        title = ngettext(
            "Your %(sections)s sections: one control without an answer",
            "Your %(sections)s sections: %(count)s controls without an answer",
            left,
        )
        step = ngettext(
            "answer the last control in your %(sections)s sections",
            "answer %(count)s controls in your %(sections)s sections",
            left,
        )
    else:
        title = _(
            "Your %(sections)s sections: check the answers and mark them completed"
        )
        step = _("check your %(sections)s sections and mark them completed")
    page = reverse("assessments:tasks", args=[assessment.code])
    return Task(
        rank=2,
        assessment=assessment,
        title=title % words,
        step=step % words,
        url=f"{page}?show=mine",
        due=due,
        button=_("Continue"),
    )


def team_task(
    assessment: Assessment, sections: Sequence[SectionData], left: int, due: date
) -> Task:
    """Sections that nobody owns: whoever belongs to the team may answer them."""
    words = {"count": left, "sections": len(sections), "team": assessment.team.name}
    if left:
        title = ngettext(
            "Open to %(team)s: one control without an answer",
            "Open to %(team)s: %(count)s controls without an answer",
            left,
        )
        step = ngettext(
            "answer the last control that is open to %(team)s",
            "answer what is open to %(team)s: %(count)s controls",
            left,
        )
    else:
        title = _("Open to %(team)s: check the answers and mark them completed")
        step = _("check what is open to %(team)s and mark it completed")
    note = ngettext(
        "one section without an owner",
        "%(sections)s sections without an owner",
        len(sections),
    )
    page = "assessments:section" if left else "assessments:check"
    return Task(
        rank=3,
        assessment=assessment,
        title=title % words,
        step=step % words,
        note=note % words,
        url=reverse(page, args=[assessment.code, sections[0].ref]),
        due=due,
        button=_("Continue") if left else _("Check answers"),
    )


def review_task(assessment: Assessment, left: int) -> Task:
    """An assessment in review; `left` answers have no verdict on their version."""
    words = {"count": left, "assessment": assessment}
    if left:
        title = ngettext(
            "Review: one answer without a verdict",
            "Review: %(count)s answers without a verdict",
            left,
        )
        step = ngettext(
            "give a verdict on one answer", "give a verdict on %(count)s answers", left
        )
    else:
        title = _("Review: every answer has a verdict. Accept it, or send it back")
        step = _("decide on %(assessment)s: accept it, or send it back")
    return Task(
        rank=4,
        assessment=assessment,
        title=title % words,
        step=step % words,
        url=reverse("assessments:review", args=[assessment.code]),
        due=assessment.due,
        button=_("Review") if left else _("Decide"),
    )


def submit_task(assessment: Assessment) -> Task:
    """Everything is answered and completed: the manager hands it to the auditor."""
    return Task(
        rank=5,
        assessment=assessment,
        title=_("Everything is answered: submit it for review"),
        step=_("submit %(assessment)s for review") % {"assessment": assessment},
        url=reverse("assessments:submit", args=[assessment.code]),
        due=assessment.due,
        button=_("Submit"),
    )


def seal_task(assessment: Assessment) -> Task:
    """Accepted: the auditor closes it for good."""
    return Task(
        rank=6,
        assessment=assessment,
        title=_("Accepted: seal it, so that nothing in it changes any more"),
        step=_("seal %(assessment)s") % {"assessment": assessment},
        url=reverse("assessments:review", args=[assessment.code]),
        due=assessment.due,
        button=_("Seal"),
    )


def absent_manager_task(assessment: Assessment) -> Task:
    """The manager left: nobody plans the assessment or submits it."""
    words = {"person": assessment.manager, "assessment": assessment}
    return Task(
        rank=2,
        assessment=assessment,
        title=_("Managed by %(person)s, who is no longer here") % words,
        step=_("choose another manager of %(assessment)s than %(person)s") % words,
        url=reverse("assessments:plan", args=[assessment.code]),
        due=assessment.due,
        button=_("Choose a manager"),
    )


def absent_owners_task(
    assessment: Assessment, people: Sequence[str], count: int, due: date
) -> Task:
    """Sections of people who don't answer any more; `people` says who and why."""
    words = {"people": ", ".join(people), "count": count}
    title = ngettext(
        "One section is still with %(people)s",
        "%(count)s sections are still with %(people)s",
        count,
    )
    step = ngettext(
        "give somebody else the section of %(people)s",
        "give somebody else the %(count)s sections of %(people)s",
        count,
    )
    return Task(
        rank=2,
        assessment=assessment,
        title=title % words,
        step=step % words,
        note=_("Open to the team until somebody else has it."),
        url=reverse("assessments:people", args=[assessment.code]),
        due=due,
        button=_("Reassign"),
    )


def absent_question_task(answer: Answer, control: ControlData, due: date) -> Task:
    """Somebody was asked who doesn't answer any more."""
    words = {"person": answer.ask, "ref": control.ref, "title": control.title}
    return Task(
        rank=2,
        assessment=answer.assessment,
        title=_("Asked of %(person)s, who can’t answer any more: %(ref)s %(title)s")
        % words,
        step=_("ask somebody else than %(person)s about %(ref)s %(title)s") % words,
        note=answer.note,
        url=reverse("assessments:control", args=[answer.assessment.code, control.ref]),
        due=due,
        button=_("Ask another"),
    )
