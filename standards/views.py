"""The public library: everybody may read it."""

from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import render
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
    except Standard.DoesNotExist:
        return _redirect(request, queries.standard_spelled(slug))
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
    published = Edition.objects.in_library().select_related("standard")
    row = published.filter(standard__slug=slug, slug=edition).first()
    if row is None:
        return _redirect(request, queries.edition_spelled(slug, edition))
    tree = queries.edition_tree(row.pk, row.checksum)
    query = _query(request)
    context = {
        "edition": row,
        "tree": tree,
        "query": query,
        "outline": queries.outline(tree),
        "found": queries.search_edition(tree, query),
        "start_url": _start_url(request, row),
    }
    return render(request, "standards/edition.html", context)


def _redirect(request: HttpRequest, target: Standard | Edition | None) -> HttpResponse:
    """Lead to the one address of what was spelled in another way, or raise Http404."""
    if target is None:
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    address = target.get_absolute_url() + (f"?{query}" if query else "")
    return HttpResponsePermanentRedirect(address)


def _query(request: HttpRequest) -> str:
    return clean_query(request.GET.get("q", ""))


def _start_url(request: HttpRequest, edition: Edition | None) -> str:
    """Where an assessment of this edition starts; empty for those who may not start.

    Visitors sign in or sign up on the way there.
    """
    if edition is None:
        return ""
    membership = getattr(request, "membership", None)
    if membership is not None and not can_start_assessments(membership):
        return ""
    try:
        return f"{reverse('assessments:new')}?edition={edition.code}"
    except NoReverseMatch:
        return ""
