"""Reports for operators: to look at, never to change."""

from django.contrib import admin
from django.http import HttpRequest

from reports.models import Report


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = (
        "code",
        "kind",
        "format",
        "state",
        "progress",
        "attempts",
        "requested_at",
        "finished_at",
    )
    list_filter = ("state", "kind", "format")
    search_fields = ("code", "assessment__code", "sha256")
    ordering = ("-requested_at",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Report | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Report | None = None
    ) -> bool:
        return False
