"""The public library: everybody may read it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from accounts.permissions import can_start_assessments
from common.search import clean_query
from standards import queries
from standards.models import Edition, Standard


@require_safe
@login_not_required
def standard_list(request: HttpRequest) -> HttpResponse:
    query = _query(request)
    chosen = {name: request.GET.getlist(name) for name in queries.FILTERS}
    page = queries.search_library(query, chosen)
    return render(request, "standards/list.html", {"page": page, "query": query})


@require_safe
@login_not_required
def standard(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = queries.standard_page(slug)
    except Standard.DoesNotExist as error:
        raise Http404 from error
    context = {
        "page": page,
        "standard": page.standard,
        "start_url": _start_url(request, page.newest),
    }
    return render(request, "standards/standard.html", context)


@require_safe
@login_not_required
@gzip_page
def edition(request: HttpRequest, slug: str, edition: str) -> HttpResponse:
    found = get_object_or_404(
        Edition.objects.in_library().select_related("standard"),
        standard__slug=slug,
        slug=edition,
    )
    tree = queries.edition_tree(found.pk, found.checksum)
    query = _query(request)
    context = {
        "edition": found,
        "tree": tree,
        "query": query,
        "outline": queries.outline(tree, query),
        "start_url": _start_url(request, found),
    }
    return render(request, "standards/edition.html", context)


def _query(request: HttpRequest) -> str:
    return clean_query(request.GET.get("q", ""))


def _start_url(request: HttpRequest, edition: Edition | None) -> str:
    """Where a manager starts an assessment of this edition; empty for others."""
    membership = getattr(request, "membership", None)
    if edition is None or membership is None or not can_start_assessments(membership):
        return ""
    try:
        return f"{reverse('assessments:new')}?edition={edition.code}"
    except NoReverseMatch:
        return ""
