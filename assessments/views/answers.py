"""Saving one answer by JavaScript."""

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import access
from assessments.models import Answer
from assessments.permissions import READERS
from assessments.queries.answers import is_answered
from assessments.queries.questionnaire import people_who_answer, suggestion_of
from assessments.services.answers import Conflict, Saved, record_answer
from assessments.services.content import InvalidAnswer
from assessments.views import posted
from standards.loader import ControlData


def write(desk: access.Desk, control: ControlData, form: posted.Posted) -> Saved:
    """Save what was posted for one control. Raises what record_answer raises."""
    asked = form.asked
    if asked and not people_who_answer(desk.assessment).filter(pk=asked).exists():
        raise InvalidAnswer({"ask": _("This person can’t answer here.")})
    return record_answer(
        assessment=desk.assessment,
        edition=desk.edition,
        control=control,
        by=desk.member.user,
        content=form.content,
        seen_version=form.version,
        key=form.key,
        after=form.after,
        ask_id=asked,
    )


@require_POST
def save(request: HttpRequest, code: str, ref: str) -> JsonResponse:
    """Save one answer: 200 with the version, 409 with both values, 422 with errors."""
    desk = access.get_desk(request, code, roles=READERS)
    control = desk.control(ref)
    if posted.by_somebody_else(request.POST, desk.member.user):
        return _kept(desk)
    form = posted.read(request.POST, ref)
    if not access.may_answer(desk, control):
        return _refused(desk)
    try:
        saved = write(desk, control, form)
    except InvalidAnswer as error:
        return JsonResponse(
            {"errors": error.errors}, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    except Conflict as conflict:
        return _conflict(request, desk, control, form, conflict.answer)
    except PermissionDenied:
        return _refused(desk)
    suggested = suggestion_of(control, desk.edition.scale, form.content.ticks)
    return JsonResponse(
        {
            "version": saved.version,
            "answered": is_answered(form.content.option),
            "at": time_format(timezone.localtime(saved.at), "TIME_FORMAT"),
            "suggestion": suggested
            and _("The ticks suggest %(code)s, %(label)s.")
            % {"code": suggested.option.code, "label": suggested.option.label},
        }
    )


def _kept(desk: access.Desk) -> JsonResponse:
    """Nobody's answer is written under another name: the browser goes on keeping it."""
    text = _(
        "You are signed in as %(name)s, but somebody else wrote this here. "
        "It is kept in this browser: sign in as that person to send it."
    )
    named = text % {"name": desk.member.user}
    return JsonResponse({"message": named}, status=HTTPStatus.FORBIDDEN)


def _refused(desk: access.Desk) -> JsonResponse:
    if desk.assessment.takes_answers:
        text = _("You can’t answer this control. Ask the manager to assign it to you.")
    else:
        text = _("This assessment takes no answers now: it is “%(state)s”.") % {
            "state": desk.assessment.get_state_display()
        }
    return JsonResponse({"message": text}, status=HTTPStatus.FORBIDDEN)


def _conflict(
    request: HttpRequest,
    desk: access.Desk,
    control: ControlData,
    form: posted.Posted,
    theirs: Answer,
) -> JsonResponse:
    scale = desk.edition.scale
    html = render_to_string(
        "assessments/questionnaire/_conflict.html",
        {
            "control": control,
            "scale": scale,
            "mine": form.content.fields(),
            "theirs": theirs,
        },
        request=request,
    )
    content = {
        **theirs.content(),
        "version": theirs.version,
        "ask": str(theirs.ask_id or ""),
    }
    return JsonResponse({"html": html, "theirs": content}, status=HTTPStatus.CONFLICT)
