"""The library for operators: published editions can be read here, never changed."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from standards.models import Control, Edition, Section, Standard


class LibraryAdmin(admin.ModelAdmin):
    """What comes from files is changed in the files."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False


@admin.register(Standard)
class StandardAdmin(LibraryAdmin):
    list_display = ["name", "publisher", "nature", "obligation", "built_in"]
    list_filter = ["nature", "obligation", "built_in"]
    search_fields = ["name", "slug", "tagline"]


@admin.register(Edition)
class EditionAdmin(LibraryAdmin):
    list_display = ["title", "standard", "label", "published", "built_in"]
    list_filter = ["built_in", "standard"]
    list_select_related = ["standard"]
    search_fields = ["title", "label", "standard__name"]

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        # A draft may go; nothing can pin it.
        is_draft = isinstance(obj, Edition) and obj.published_at is None
        return is_draft and admin.ModelAdmin.has_delete_permission(self, request, obj)


class PartAdmin(LibraryAdmin):
    list_filter = ["edition"]
    search_fields = ["ref", "title"]
    list_select_related = ["edition"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).order_by("edition", "position")


@admin.register(Section)
class SectionAdmin(PartAdmin):
    list_display = ["ref", "title", "label", "ours", "edition"]


@admin.register(Control)
class ControlAdmin(PartAdmin):
    list_display = ["ref", "title", "assessable", "weight", "edition"]
