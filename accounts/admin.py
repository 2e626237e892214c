"""For operators at /admin/: looking things up, and closing accounts."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Event, Invitation, Membership, Organization, Team, User
from accounts.services import security

admin.site.unregister(Group)
# Operators sign in where everybody does: there the attempts are limited.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = _("Plumbline for operators")
admin.site.site_title = _("Plumbline")
admin.site.index_title = _("Operators")


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows records that only the services may write."""

    def has_add_permission(self, request: HttpRequest, *_args: object) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ["email", "name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    filter_horizontal = []
    readonly_fields = ["date_joined", "last_login"]
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "theme", "language"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {"fields": ["email", "name", "usable_password", "password1", "password2"]},
        )
    ]

    actions = ["end_sessions", "remove_second_factor"]

    @admin.action(description=_("End all sessions"))
    def end_sessions(self, _request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            security.end_sessions(user=person)

    @admin.action(description=_("Remove the second factor and end all sessions"))
    def remove_second_factor(
        self, _request: HttpRequest, people: QuerySet[User]
    ) -> None:
        for person in people:
            security.remove_second_factor(user=person)

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Accounts are closed (not active), so that answers keep their author."""
        return False


class TeamInline(admin.TabularInline):
    model = Team
    extra = 0


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    list_display = ["name", "time_zone", "created_at"]
    search_fields = ["name"]
    inlines = [TeamInline]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ["user", "organization", "role", "only_assessment", "left_at"]
    list_filter = ["role"]
    list_select_related = ["user", "organization"]
    search_fields = ["user__email", "user__name", "organization__name"]
    raw_id_fields = ["user", "organization", "teams"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "organization", "role", "sent_at", "accepted_at"]
    list_select_related = ["organization"]
    search_fields = ["email", "organization__name"]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "organization", "actor", "action", "subject"]
    list_select_related = ["organization", "actor"]
    search_fields = ["subject", "action"]
    date_hierarchy = "at"
