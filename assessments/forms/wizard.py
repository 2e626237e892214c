"""The screens of starting an assessment, after the choice of the standard."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Div, Layout, Row
from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Team, User
from assessments.forms.fields import (
    DayField,
    PersonField,
    is_target,
    target_field,
    usual_target,
)
from assessments.queries.starting import Staff
from assessments.queries.tasklist import ref_range
from common.names import clean_name
from common.search import search_key
from standards.loader import EditionData, SectionData

WEEKS = 6
FRIDAY = 4
LONGEST = timedelta(days=3 * 366)
SCOPE_MAX = 300
PERIOD = ("period_start", "period_end")


def screen_helper(*fields: object, back: str) -> FormHelper:
    """The fields, a button that leads on, and a link that leads back."""
    link = format_html('<a class="btn btn-link" href="{}">{}</a>', back, _("Back"))
    button = StrictButton(_("Continue"), type="submit", css_class="btn-primary")
    helper = FormHelper()
    helper.layout = Layout(*fields, Div(button, HTML(link), css_class="actions mt-4"))
    return helper


class ScopeForm(forms.Form):
    """Who is assessed, and what of their work."""

    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=_("Choose a team"),
        help_text=_("The group whose work is assessed."),
    )
    new_team = forms.CharField(
        label=_("Name of the new team"),
        max_length=120,
        required=False,
        help_text=_("Leave empty to assess the team chosen above."),
    )
    scope = forms.CharField(
        label=_("Scope"),
        max_length=SCOPE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Sites, products or systems that are included, such as "
            "“Porto site and its cloud services”."
        ),
    )

    def __init__(self, *args: object, organization: Organization, **kwargs: object):
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.organization = organization
        team: forms.ModelChoiceField = self.fields["team"]  # type: ignore[assignment]
        team.queryset = organization.teams.all()

    @property
    def helper(self) -> FormHelper:
        """Made when it is shown: it looks at the teams."""
        teams = list(self.organization.teams.all()[:2])
        if not teams:
            self.fields["new_team"].help_text = ""
            who: list[object] = ["new_team"]
        else:
            who = ["team", *self._new_team()]
        if len(teams) == 1:
            self.initial.setdefault("team", teams[0].pk)
        return screen_helper(*who, "scope", back=reverse("assessments:new"))

    def _new_team(self) -> list[object]:
        is_open = bool(self["new_team"].value() or self["new_team"].errors)
        start = format_html(
            '<details class="look"{}><summary>{}</summary>',
            " open" if is_open else "",
            _("Or make a new team"),
        )
        return [HTML(start), "new_team", HTML("</details>")]

    def clean_scope(self) -> str:
        scope = clean_name(self.cleaned_data["scope"])
        if not scope:  # it held hidden characters only
            raise forms.ValidationError(self.fields["scope"].error_messages["required"])
        return scope

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        name = str(data.get("new_team", ""))
        if name:
            # Twice the same name is a second click, not a second team.
            same = self.organization.teams.filter(name_key=search_key(name)).first()
            if same:
                data["team"], data["new_team"] = same, ""
        elif not data.get("team") and "team" not in self.errors:
            self.add_error("team", _("Choose a team, or make a new one."))
        return data


class PeriodForm(forms.Form):
    """Which time is assessed, until when, and how far it shall be."""

    period_start = DayField(label=_("Period from"))
    period_end = DayField(label=_("Period to"))
    due = DayField(
        label=_("Due"),
        help_text=_(
            "The day by which everything is answered. A section can be due earlier."
        ),
    )

    def __init__(self, *args: object, edition: EditionData, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["target"] = target_field(edition)
        self.fields["target"].help_text = _(
            "Every control is compared with it, and gaps are ranked by it."
        )

    @property
    def helper(self) -> FormHelper:
        days = Row(*(Column(day, css_class="col-sm-6") for day in PERIOD))
        back = reverse("assessments:new_scope")
        return screen_helper(days, "due", "target", back=back)

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        check_period(self, data.get("period_start"), data.get("period_end"))
        check_due(self, data.get("due"), data.get("period_start"))
        return data


def check_period(form: forms.Form, start: date | None, end: date | None) -> None:
    if start is None or end is None:
        return
    if end < start:
        form.add_error("period_end", _("The period ends before it begins."))
    elif end - start > LONGEST:
        form.add_error(
            "period_end", _("The period is longer than three years. Check the years.")
        )


def check_due(form: forms.Form, due: date | None, start: date | None) -> None:
    if due is None:
        return
    today = timezone.localdate()
    if due < today:
        form.add_error("due", _("This day is past."))
    elif start and due < start:
        form.add_error("due", _("It can’t be due before the period begins."))
    elif due - today > LONGEST:
        form.add_error("due", _("This is more than three years away. Check the year."))


def usual_period(edition: EditionData, kept: Mapping[str, object]) -> dict[str, object]:
    """This year, due on a Friday in six weeks, and the usual target."""
    today = timezone.localdate()
    due = today + timedelta(weeks=WEEKS)
    due += timedelta(days=(FRIDAY - due.weekday()) % 7)
    values: dict[str, object] = {
        "period_start": date(today.year, 1, 1).isoformat(),
        "period_end": date(today.year, 12, 31).isoformat(),
        "due": due.isoformat(),
        "target": usual_target(edition),
    } | dict(kept)
    # What follows an assessment may begin after the day that is usual.
    starts = date.fromisoformat(str(values["period_start"]))
    if "due" not in kept and starts > due:
        values["due"] = str(values["period_end"])
    if not is_target(str(values["target"]), edition):
        values["target"] = usual_target(edition)
    return values


def next_period(start: date, end: date) -> tuple[date, date]:
    """The period after one, as long: the next year after a calendar year."""
    if (start.month, start.day) == (1, 1) and (end.month, end.day) == (12, 31):
        years = end.year - start.year + 1
        return start.replace(year=start.year + years), end.replace(
            year=end.year + years
        )
    first = end + timedelta(days=1)
    return first, first + (end - start)


class PeopleForm(forms.Form):
    """Who manages, who audits, and who answers which section."""

    def __init__(
        self,
        *args: object,
        staff: Staff,
        sections: tuple[SectionData, ...],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["manager"] = PersonField(
            staff.managers,
            label=_("Manager"),
            help_text=_("Divides the work, watches the dates and submits."),
        )
        self.fields["auditor"] = PersonField(
            staff.auditors,
            nobody=_("Nobody yet"),
            label=_("Auditor (optional)"),
            required=False,
            help_text=_(
                "Reviews the answers against the evidence. You can invite one from "
                "outside later, on the page “People”."
            ),
        )
        self.sections = sections
        for section in sections:
            self.fields[f"owner-{section.id}"] = PersonField(
                staff.answerers,
                nobody=_("Open to the team"),
                label=section.title,
                required=False,
            )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("manager", "auditor")
        return helper

    def rows(self) -> Iterator[tuple[SectionData, str, forms.BoundField]]:
        """Each section, the refs of its controls, and its field."""
        for section in self.sections:
            yield section, ref_range(section), self[f"owner-{section.id}"]

    def owners(self) -> dict[str, int]:
        """The chosen owner's id by the ref of the section; open ones are left out."""
        chosen = {
            section.ref: self.cleaned_data[f"owner-{section.id}"]
            for section in self.sections
        }
        return {ref: user.pk for ref, user in chosen.items() if user}

    def give_all_to(self, person: User | None) -> dict[str, object]:
        """What was posted, with every section given to one person."""
        pk = str(person.pk) if person else ""
        posted = {name: self.data.get(name, "") for name in self.fields}
        return posted | {f"owner-{section.id}": pk for section in self.sections}
