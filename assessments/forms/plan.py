"""Changing a running assessment: its plan, its people."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.forms.fields import (
    DayField,
    PersonField,
    shown_before,
    target_field,
    target_parts,
)
from assessments.forms.wizard import PERIOD, SCOPE_MAX, check_due, check_period
from assessments.models import Assessment, SectionTask
from assessments.queries.levels import climb_of
from assessments.queries.starting import Staff
from assessments.queries.tasklist import ref_range
from assessments.queries.tuning import whole_level
from assessments.services.assessments import Assignment
from common.numbers import exact_text
from standards.loader import EditionData, SectionData

PLAN = ("scope", "period_start", "period_end", "due", "target", "manager")


class PlanForm(forms.Form):
    """Scope, dates, target and manager."""

    scope = forms.CharField(
        label=_("Scope"),
        max_length=SCOPE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    period_start = DayField(label=_("Period from"))
    period_end = DayField(label=_("Period to"))
    due = DayField(
        label=_("Due"),
        help_text=_("Sections that are due on this day move with it."),
    )

    def __init__(
        self,
        *args: object,
        assessment: Assessment,
        edition: EditionData,
        staff: Staff,
        **kwargs: object,
    ) -> None:
        target = exact_text(assessment.target)
        if climb_of(edition):
            target = whole_level(assessment, edition)
        kwargs["initial"] = {name: getattr(assessment, name) for name in PLAN} | {
            "target": target
        }
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.assessment, self.edition = assessment, edition
        field = target_field(edition, target)
        if not target:
            field.choices = [("", _("Different by section")), *field.choices]  # type: ignore[attr-defined]
            field.required = False
        self.fields["target"] = field
        self.fields["manager"] = _person_field(
            staff.managers, assessment.manager, staff, label=_("Manager")
        )
        for name in PLAN:
            self.fields[name].show_hidden_initial = True

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        days = Row(*(Column(day, css_class="col-sm-6") for day in PERIOD))
        helper.layout = Layout("scope", days, "due", "target", "manager")
        return helper

    def shown_before(self) -> SafeString:
        return shown_before(self, PLAN)

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        check_period(self, data.get("period_start"), data.get("period_end"))
        if "due" in self.changed_data:
            check_due(self, data.get("due"), data.get("period_start"))
        return data

    def changes(self) -> dict[str, object]:
        """What this person changed."""
        changes = {name: self.cleaned_data[name] for name in self.changed_data}
        if climb_of(self.edition) and (level := changes.pop("target", "")):
            _whole, sections = target_parts(self.edition, level)
            changes["targets"] = {**self.assessment.targets, **sections}
        return changes


@dataclass(frozen=True)
class SectionFields:
    """One row of the table."""

    section: SectionData
    task: SectionTask
    owner: forms.BoundField
    due: forms.BoundField

    @property
    def refs(self) -> str:
        return ref_range(self.section)


class SectionsForm(forms.Form):
    """Owner and due date of every section that asks something."""

    def __init__(
        self,
        *args: object,
        assessment: Assessment,
        edition: EditionData,
        tasks: dict[int, SectionTask],
        staff: Staff,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.sections = [
            (page, tasks[page.id])
            for page in edition.pages()
            if page.id in tasks and page.assessable()
        ]
        for section, task in self.sections:
            self.fields[f"owner-{section.id}"] = _person_field(
                staff.answerers,
                task.owner,
                staff,
                nobody=_("Open to the team"),
                label=section.title,
                required=False,
                initial=task.owner_id or "",
                show_hidden_initial=True,
            )
            self.fields[f"due-{section.id}"] = DayField(
                label=section.title,
                required=False,
                initial=task.due,
                show_hidden_initial=True,
            )

    def rows(self) -> Iterator[SectionFields]:
        for section, task in self.sections:
            owner, due = self[f"owner-{section.id}"], self[f"due-{section.id}"]
            yield SectionFields(section, task, owner, due)

    def shown_before(self) -> SafeString:
        return shown_before(self, list(self.fields))

    def assignments(self) -> dict[str, Assignment]:
        """The rows that this person changed, by ref."""
        changed = set(self.changed_data)
        return {
            section.ref: Assignment(
                owner=self._now(f"owner-{section.id}", task.owner),
                due=self._now(f"due-{section.id}", task.due),
            )
            for section, task in self.sections
            if changed & {f"owner-{section.id}", f"due-{section.id}"}
        }

    def _now(self, name: str, stored: Any) -> Any:
        """What the field says, or what is stored where this person left it alone."""
        return self.cleaned_data[name] if name in self.changed_data else stored


class AssignForm(forms.Form):
    """Gives every section without an owner to one person."""

    def __init__(self, *args: object, staff: Staff, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["person"] = PersonField(
            staff.answerers,
            nobody=_("Choose a person"),
            label=_("Give every section without an owner to"),
        )


class AuditorForm(forms.Form):
    def __init__(
        self, *args: object, assessment: Assessment, staff: Staff, **kwargs: object
    ) -> None:
        kwargs["initial"] = {"auditor": assessment.auditor}
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["auditor"] = _person_field(
            staff.auditors,
            assessment.auditor,
            staff,
            nobody=_("Nobody yet"),
            label=_("Auditor"),
            required=False,
        )


class GuestForm(forms.Form):
    """Invites an auditor from outside, for this assessment alone."""

    email = forms.EmailField(
        label=_("E-mail of the auditor"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "form-control"}),
    )


def _person_field(
    people: list[User], present: User | None, staff: Staff, **options: Any
) -> PersonField:
    """A choice of people, and of whoever holds the place though they could not be."""
    absent = present if present and present not in people else None
    absence = staff.absence_of(absent) if absent else ""
    return PersonField(people, absent=absent, absence=absence, **options)
