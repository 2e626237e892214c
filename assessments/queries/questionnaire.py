"""What the pages of the questionnaire show, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast
from uuid import uuid4

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.permissions import ANSWERS
from assessments.enums import UNKNOWN
from assessments.models import Answer, Assessment, Verdict
from assessments.queries.answers import Judged, LastTime, is_answered
from assessments.queries.tuning import (
    levels_of,
    rank,
    reaching,
    target_levels,
    target_word,
)
from assessments.scoring import suggest_level
from common.search import holds_words, query_words
from standards.loader import (
    ControlData,
    EditionData,
    OptionData,
    ScaleData,
)

LEVELS = 5
# Longer texts of a box are words.
LETTERS = 2


def shade(option: OptionData, scale: ScaleData) -> int | None:
    """The step 0 to 5 of the colour ramp for an option; None for not applicable.

    Statuses are spread over the ramp in their order.
    """
    if option.na or scale.maximum == scale.minimum:
        return None
    if option.value is None:
        statuses = levels_of(scale)
        return round(statuses.index(option) * LEVELS / (len(statuses) - 1))
    share = (option.value - scale.minimum) / (scale.maximum - scale.minimum)
    return round(share * LEVELS)


@dataclass(frozen=True)
class Level:
    """One option as a row of the questionnaire, or as a chip."""

    option: OptionData
    shade: int | None
    example: str = ""
    is_last: bool = False
    is_target: bool = False

    @property
    def chip(self) -> str:
        """What stands in the coloured box: a digit, a short code, a word. Never empty.

        Colour alone would say nothing to many people.
        """
        if self.option.code == UNKNOWN:
            return "?"
        return _t("N/A") if self.option.na else self.option.chip

    @property
    def is_word(self) -> bool:
        """Whether the box is wider than a digit's."""
        return len(self.chip) > LETTERS

    @property
    def says_all(self) -> bool:
        """Whether the box needs no further word to be understood."""
        return self.option.is_number or self.chip == self.option.label


@dataclass
class ControlView:
    """One control with everything a page says about it."""

    control: ControlData
    scale: ScaleData
    answer: Answer | None = None
    last: LastTime | None = None
    judged: Judged | None = None
    target: Decimal | None = None
    # What the form holds: the stored content, or what was posted and refused.
    content: Mapping[str, object] = field(default_factory=dict)
    version: int = 0
    # The version that the writer of a refused answer saw.
    seen: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    conflict: Answer | None = None

    @property
    def ref(self) -> str:
        return self.control.ref

    @property
    def option(self) -> str:
        return str(self.content.get("option", ""))

    @property
    def answered(self) -> bool:
        return self.answer is not None and is_answered(self.answer.option)

    @property
    def evidence(self) -> list[dict[str, str]]:
        return self.answer.evidence if self.answer else []

    @property
    def request(self) -> Verdict | None:
        """The change that the auditor asked for, until the answer changes."""
        if self.judged and self.judged.current and self.judged.verdict.request:
            return self.judged.verdict
        return None

    @property
    def key(self) -> str:
        """An idempotency key for the form without JavaScript."""
        return uuid4().hex

    @cached_property
    def level(self) -> Level | None:
        """The stored level as a chip; None while unanswered."""
        if not self.answered or self.answer is None:
            return None
        option = self.scale.option(self.answer.option)
        return Level(option, shade(option, self.scale))

    @property
    def chip(self) -> Level | None:
        """The chip in lists: as the level, and a mark of its own for "Don't know"."""
        is_unknown = self.answer is not None and self.answer.option == UNKNOWN
        return unknown_level() if is_unknown else self.level

    @property
    def unknown(self) -> Level:
        return unknown_level()

    @cached_property
    def levels(self) -> list[Level]:
        """The rows to choose from, without 'Not applicable'."""
        return [self._level(o) for o in self._allowed if not o.na]

    @cached_property
    def not_applicable(self) -> Level | None:
        return next((Level(o, None) for o in self._allowed if o.na), None)

    @cached_property
    def in_words(self) -> bool:
        """Whether the boxes of the rows to choose from hold words."""
        return any(level.is_word for level in self.levels)

    @property
    def digits(self) -> list[str]:
        """The keys that choose a level; none where levels are no single digits."""
        codes = [level.option.code for level in self.levels]
        return codes if all(len(c) == 1 and c.isdecimal() for c in codes) else []

    @cached_property
    def aim(self) -> OptionData | None:
        """The option that the target stands beside; none for a target in between."""
        if not self.target:
            return None
        option = reaching(levels_of(self.scale, self.control.options), self.target)
        return option if rank(option) == self.target else None

    @property
    def target_name(self) -> str:
        """The target in a word: 3, or the label of a status."""
        if self.target is None:
            return ""
        return target_word(self.scale, self.control.options, self.target)

    @property
    def _allowed(self) -> Iterable[OptionData]:
        codes = self.control.options
        return [o for o in self.scale.options if not codes or o.code in codes]

    def _level(self, option: OptionData) -> Level:
        # The examples of the scale are from elsewhere: beside a question they would
        # read as if they were about this control.
        own = next(
            (c.text for c in self.control.criteria if str(c.level) == option.code), ""
        )
        return Level(
            option,
            shade(option, self.scale),
            example=own,
            is_last=self.last is not None and self.last.option.code == option.code,
            is_target=option == self.aim,
        )

    @cached_property
    def criteria(self) -> list[tuple[int, list[tuple[str, str, bool]]]]:
        """The criteria by level: (level, [(code, text, ticked)])."""
        ticks = cast("list[str]", self.content.get("ticks") or [])
        by_level: dict[int, list[tuple[str, str, bool]]] = {}
        for c in self.control.criteria:
            by_level.setdefault(c.level, []).append((c.code, c.text, c.code in ticks))
        return sorted(by_level.items())

    @property
    def ticked(self) -> int:
        return sum(met for _level, rows in self.criteria for _code, _text, met in rows)

    @property
    def suggestion(self) -> Level | None:
        return suggestion_of(self.control, self.scale, self.content.get("ticks"))


def unknown_level() -> Level:
    return Level(OptionData(code=UNKNOWN, label=_t("Don’t know")), None)


def suggestion_of(
    control: ControlData, scale: ScaleData, ticks: object
) -> Level | None:
    """The level that the ticked criteria suggest; None without a tick."""
    if not ticks or not isinstance(ticks, list | tuple):
        return None
    criteria = [(criterion.code, criterion.level) for criterion in control.criteria]
    level = suggest_level(criteria, ticks, met_at=_met_at(scale))
    found = next((o for o in scale.options if o.value == level), None)
    return Level(found, shade(found, scale)) if found else None


def _met_at(scale: ScaleData) -> int:
    """Lowest level that the scale flags as met; its maximum where it flags none."""
    met = [option.value for option in scale.options if option.met]
    return int(min(filter(None, met), default=scale.maximum))


def control_views(
    controls: Iterable[ControlData],
    edition: EditionData,
    assessment: Assessment,
    answers: Mapping[int, Answer],
    *,
    last: Mapping[str, LastTime],
    judged: Mapping[int, Judged],
) -> list[ControlView]:
    """Views of `controls` in their order."""
    controls = list(controls)
    targets = target_levels(assessment, edition, controls)
    views = []
    for control in controls:
        answer = answers.get(control.pk)
        views.append(
            ControlView(
                control=control,
                scale=edition.scale,
                answer=answer,
                last=last.get(control.ref),
                judged=judged.get(control.pk),
                target=targets[control.ref],
                content=answer.content() if answer else {},
                version=answer.version if answer else 0,
            )
        )
    return views


# The filter of the questionnaire: what `?show=` may say, in words and as a test.
Test = Callable[[ControlView, Membership], bool]
FILTERS: dict[str, tuple[object, Test]] = {
    "unanswered": (_("Unanswered"), lambda view, member: not view.answered),
    "unknown": (
        _("Don’t know"),
        lambda view, member: view.option == UNKNOWN,
    ),
    "asked": (
        _("Asked of me"),
        lambda view, member: (
            view.answer is not None and view.answer.ask_id == member.user_id
        ),
    ),
    "flagged": (
        _("Come back later"),
        lambda view, member: bool(view.content.get("flagged")),
    ),
    "changes": (
        _("Changes requested"),
        lambda view, member: view.request is not None,
    ),
    "below": (_("Below target"), lambda view, member: is_below_target(view)),
    "noevidence": (
        _("No evidence"),
        lambda view, member: view.answered and not view.evidence,
    ),
    "changed": (
        _("Changed since review"),
        lambda view, member: view.judged is not None and not view.judged.current,
    ),
}


def is_below_target(view: ControlView) -> bool:
    if not view.level or view.level.option.na or view.target is None:
        return False
    return rank(view.level.option) < view.target


def matching(
    views: Iterable[ControlView], member: Membership, *, show: str, text: str
) -> list[ControlView]:
    """The views that pass the filter; an unknown filter passes everything."""
    _label, test = FILTERS.get(show, ("", lambda view, member: True))
    words = query_words(text)
    return [view for view in views if test(view, member) and _holds(words, view)]


def _holds(words: Sequence[str], view: ControlView) -> bool:
    if not words:
        return True
    control, note = view.control, str(view.content.get("note", ""))
    return holds_words(words, control.ref, control.title, control.question, note)


def people_who_answer(assessment: Assessment) -> QuerySet[User]:
    """Members who could know an answer."""
    return User.objects.filter(
        memberships__organization=assessment.organization_id,
        memberships__left_at=None,
        memberships__role__in=ANSWERS,
    ).order_by("name")
