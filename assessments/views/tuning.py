"""Weights and targets of one assessment, for those who manage it."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import MANAGES
from assessments.access import Desk, address, get_desk
from assessments.enums import State
from assessments.forms.fields import whole_target_name
from assessments.forms.tuning import LevelForm, TuningForm
from assessments.queries.levels import climb_of
from assessments.queries.prepared import scoring_edition
from assessments.queries.tuning import weighs, whole_level
from assessments.services import tuning as services
from standards.loader import SectionData

# An edition of more controls has a page for each top-level section.
ON_ONE_PAGE = 150


@require_http_methods(["GET", "POST"])
def weights(request: HttpRequest, code: str) -> HttpResponse:
    desk = get_desk(request, code, roles=MANAGES)
    tops = [section for section in desk.edition.sections if section.assessable()]
    shown = _shown(request, desk, tops)
    if request.POST.get("action") == "reset":
        services.reset_weights(
            assessment=desk.assessment, edition=desk.edition, by=desk.member.user
        )
        messages.success(request, _("The weights are those of the edition again."))
        return _again(request, desk)
    levels = _level_form(request, desk)
    if levels and levels.is_valid() and _tune(request, desk, levels, levels.targets()):
        return _again(request, desk)
    form = TuningForm(
        request.POST if request.method == "POST" and not _for_all(request) else None,
        assessment=desk.assessment,
        edition=desk.edition,
        sections=shown,
        weighs=weighs(scoring_edition(desk.edition)),
    )
    if form.is_valid() and _tune(request, desk, form, form.targets(), form.weights()):
        return _again(request, desk)
    context = _context(desk, form, tops, shown) | {"levels": levels}
    return render(request, "assessments/tuning.html", context)


def _for_all(request: HttpRequest) -> bool:
    return request.POST.get("action") == "level"


def _level_form(request: HttpRequest, desk: Desk) -> LevelForm | None:
    """None for a method whose sections have no levels."""
    climb = climb_of(desk.edition)
    if climb is None:
        return None
    return LevelForm(
        request.POST if _for_all(request) else None,
        climb=climb,
        current=whole_level(desk.assessment, desk.edition),
    )


def _shown(
    request: HttpRequest, desk: Desk, tops: list[SectionData]
) -> list[SectionData]:
    """All top-level sections, or of a large edition the one that is asked for."""
    if len(desk.edition.assessable()) <= ON_ONE_PAGE or not tops:
        return tops
    ref = request.GET.get("section", tops[0].ref)
    found = [section for section in tops if section.ref == ref]
    if not found:
        raise Http404
    return found


def _tune(
    request: HttpRequest,
    desk: Desk,
    form: Form,
    targets: services.Targets,
    weights: services.Weights | None = None,
) -> bool:
    try:
        changed = services.tune(
            assessment=desk.assessment,
            edition=desk.edition,
            by=desk.member.user,
            weights=weights,
            targets=targets,
        )
    except services.RefusedError as refusal:
        form.add_error(None, str(refusal))
        return False
    text = _("Weights and targets are saved.") if changed else _("Nothing was changed.")
    messages.success(request, text)
    return True


def _again(request: HttpRequest, desk: Desk) -> HttpResponse:
    url = address("weights", desk.assessment.code)
    if ref := request.GET.get("section"):
        url += "?" + urlencode({"section": ref})
    return redirect(url)


def _context(
    desk: Desk, form: TuningForm, tops: list[SectionData], shown: list[SectionData]
) -> dict[str, object]:
    profile = scoring_edition(desk.edition).profile
    return {
        "desk": desk,
        "form": form,
        "target": whole_target_name(desk.assessment, desk.edition),
        "method": profile.outcomes[0],
        "profile": profile,
        "sealed": desk.assessment.state == State.SEALED,
        "tops": tops if len(shown) < len(tops) else [],
        "shown": shown,
    }
