"""Reports on the pages of others: beside the results and on the dashboard."""

from typing import Any

from django import template
from django.template import Context

from assessments.access import Desk
from reports.queries import recent_jobs
from reports.views.reports import panel_context

register = template.Library()


@register.inclusion_tag("reports/_panel.html", takes_context=True)
def report_panel(context: Context, desk: Desk) -> dict[str, Any]:
    """Where to ask for a report of this assessment, and what became of it."""
    return {
        **panel_context(desk),
        "request": context["request"],
        "csrf_token": context["csrf_token"],
    }


@register.inclusion_tag("reports/_recent.html", takes_context=True)
def recent_reports(context: Context, count: int = 4) -> dict[str, Any]:
    """The reader's latest reports: `{% recent_reports %}`. One statement."""
    member = context.get("membership")
    return {"jobs": recent_jobs(member, count) if member else []}
