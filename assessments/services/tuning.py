"""Changing the weights and targets of one assessment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.events import log
from assessments.enums import State
from assessments.models import Assessment
from assessments.queries.levels import climb_of
from assessments.queries.prepared import scoring_edition
from assessments.queries.tuning import weighs
from standards.loader import EditionData

PLACES = 4
MOST = Decimal(10_000)
# A change by ref; None goes back to what the edition, or the target around it, says.
Weights = Mapping[str, Decimal | None]
Targets = Mapping[str, str | None]


class RefusedError(ValueError):
    """Nothing was changed; the message says why."""


@transaction.atomic
def tune(
    *,
    assessment: Assessment,
    edition: EditionData,
    by: User,
    weights: Weights | None = None,
    targets: Targets | None = None,
) -> bool:
    """Set weights and targets, and log what changed. Returns whether anything did.

    What is not named stays. Raises RefusedError for a value that can't be taken,
    PermissionDenied once the assessment is sealed.
    """
    stored = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if stored.is_archived:
        raise PermissionDenied(
            _("This assessment is archived: take it back to change it.")
        )
    if stored.state == State.SEALED:
        raise PermissionDenied(
            _("This assessment is sealed: nothing in it changes any more.")
        )
    checked = _Check(edition)
    new_weights = checked.weights(stored.weights, weights or {})
    new_targets = checked.targets(stored.targets, targets or {})
    before = {"weights": stored.weights, "targets": stored.targets}
    after = {"weights": new_weights, "targets": new_targets}
    assessment.weights, assessment.targets = new_weights, new_targets
    if before == after:
        return False
    assessment.save(update_fields=["weights", "targets"])
    log(
        organization=assessment.organization,
        actor=by,
        action="assessment.tuned",
        subject=assessment.subject,
        before={name: _changed(before[name], after[name]) for name in before},
        after={name: _changed(after[name], before[name]) for name in after},
    )
    return True


@transaction.atomic
def reset_weights(*, assessment: Assessment, edition: EditionData, by: User) -> bool:
    """Back to the edition's weights."""
    weights = dict.fromkeys(assessment.weights)
    return tune(assessment=assessment, edition=edition, by=by, weights=weights)


def _changed(mine: dict[str, str], other: dict[str, str]) -> dict[str, str]:
    """What differs from the other side; "" where this side has nothing of its own."""
    refs = sorted(mine.keys() | other.keys())
    return {r: mine.get(r, "") for r in refs if mine.get(r) != other.get(r)}


class _Check:
    """Takes a change into what is stored, or refuses it."""

    def __init__(self, edition: EditionData) -> None:
        self.edition = edition
        self.controls = {control.ref: control for control in edition.controls()}
        self.sections = {section.ref for section in edition.all_sections()}

    def weights(self, stored: dict[str, str], changes: Weights) -> dict[str, str]:
        if changes and not weighs(scoring_edition(self.edition)):
            raise RefusedError(_("The weights of this method can’t be changed."))
        found = dict(stored)
        for ref, weight in changes.items():
            if ref not in self.controls:
                raise RefusedError(
                    _("%(ref)s: there is no such control.") % {"ref": ref}
                )
            found.pop(ref, None)
            if weight is not None and weight != self.controls[ref].weight:
                found[ref] = _weight(ref, weight)
        if changes and not self._weighs_anything(found):
            raise RefusedError(_("At least one control must have a weight above 0."))
        return found

    def _weighs_anything(self, weights: dict[str, str]) -> bool:
        tops = (c for page in self.edition.pages() for c in page.controls)
        return any(Decimal(weights.get(c.ref, c.weight)) > 0 for c in tops)

    def targets(self, stored: dict[str, str], changes: Targets) -> dict[str, str]:
        found = dict(stored)
        for ref, code in changes.items():
            if ref not in self.controls and ref not in self.sections:
                raise RefusedError(
                    _("%(ref)s: there is no such control.") % {"ref": ref}
                )
            found.pop(ref, None)
            if code:
                self._check_target(ref, code)
                found[ref] = code
        return found

    def _check_target(self, ref: str, code: str) -> None:
        control = self.controls.get(ref)
        allowed: Iterable[str] = control.options if control else ()
        options = {o.code for o in self.edition.scale.options if not o.na}
        climb = climb_of(self.edition)
        if climb and ref in {section.ref for section in climb.sections}:
            options |= climb.levels.keys()
        if code not in options or (allowed and code not in allowed):
            text = _("%(ref)s can’t aim at “%(code)s”.")
            raise RefusedError(text % {"ref": ref, "code": code})


def _weight(ref: str, weight: Decimal) -> str:
    """As it is kept: digits without needless zeros."""
    try:
        exact = weight == weight.quantize(Decimal(1).scaleb(-PLACES))
    except InvalidOperation:
        exact = False
    if not exact or not 0 <= weight <= MOST:
        text = _(
            "%(ref)s: a weight is a number from 0 to %(most)s, with at most four "
            "decimals."
        )
        raise RefusedError(text % {"ref": ref, "most": MOST})
    return f"{weight.normalize():f}"
