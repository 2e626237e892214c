"""Who did what and when: the whole assessment, and one answer."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments import permissions
from assessments.access import get_desk, may_answer
from assessments.models import Answer
from assessments.queries.history import KINDS, history, people_in, versions_of


@require_safe
def assessment_history(request: HttpRequest, code: str) -> HttpResponse:
    desk = get_desk(request, code, roles=permissions.READERS)
    people = people_in(desk.assessment)
    person = request.GET.get("person", "")
    chosen = next((one for one in people if str(one.pk) == person), None)
    kind = request.GET.get("kind", "")
    found = history(
        desk.assessment,
        desk.edition,
        person=chosen.pk if chosen else None,
        kind=kind if kind in KINDS else "",
        number=request.GET.get("page"),
    )
    context = {
        "desk": desk,
        "assessment": desk.assessment,
        "history": found,
        "page": found.page,
        "people": people,
        "person": chosen,
        "kinds": KINDS,
        "kind": kind,
        "query": urlencode({"person": person, "kind": kind}) + "&",
        "filtered": bool(chosen or kind in KINDS),
    }
    return render(request, "assessments/history/assessment.html", context)


@require_safe
def control_history(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    desk = get_desk(request, code, roles=permissions.READERS)
    control = desk.control(ref)
    answer = Answer.objects.filter(
        assessment=desk.assessment, control_id=control.id or 0
    ).first()
    context = {
        "desk": desk,
        "assessment": desk.assessment,
        "control": control,
        "section": desk.edition.section_of(ref),
        "answer": answer,
        "may_restore": answer is not None and may_answer(desk, control),
    }
    if answer:
        number = request.GET.get("page")
        page, versions = versions_of(
            desk.assessment, answer, control, desk.edition, number
        )
        context |= {"page": page, "versions": versions}
    return render(request, "assessments/history/control.html", context)
