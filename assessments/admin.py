"""The work, for operators: to look something up, not to do the work with.

What is kept for good (answers, revisions, verdicts, snapshots) is read only, so that
nobody can change it past the log.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    Evidence,
    Review,
    ScoreSnapshot,
    SectionTask,
    Verdict,
)


class ReadOnly:
    """Nothing is added, changed or deleted."""

    def has_add_permission(self, _request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, *_args: Any) -> bool:
        return False


class SectionTaskInline(ReadOnly, admin.TabularInline):
    model = SectionTask
    fields = ["section", "owner", "due", "completed_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("section", "owner")


class ReviewInline(ReadOnly, admin.TabularInline):
    model = Review
    fields = ["round", "opened_at", "closed_at", "closed_by", "outcome"]


class SnapshotInline(ReadOnly, admin.TabularInline):
    model = ScoreSnapshot
    fields = ["at", "occasion", "engine"]
    readonly_fields = ["at", "occasion", "engine"]


@admin.register(Assessment)
class AssessmentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["code", "organization", "edition", "team", "state", "due"]
    list_filter = ["state", "edition__standard"]
    list_select_related = ["organization", "edition", "team"]
    search_fields = ["code", "scope", "organization__name", "team__name"]
    readonly_fields = ["code", "created_at"]
    inlines = [ReviewInline, SnapshotInline, SectionTaskInline]


class RevisionInline(ReadOnly, admin.TabularInline):
    model = AnswerRevision
    fields = ["version", "kind", "option", "justification", "note", "by", "at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("by")


class VerdictInline(ReadOnly, admin.TabularInline):
    model = Verdict
    fields = ["revision", "grade", "option", "reason", "request", "auditor", "at"]


@admin.register(Answer)
class AnswerAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["assessment_code", "control", "option", "version", "updated_by"]
    list_select_related = ["assessment", "control", "updated_by"]
    search_fields = ["assessment__code", "control__ref", "note"]
    inlines = [RevisionInline, VerdictInline]

    @admin.display(ordering="assessment__code")
    def assessment_code(self, answer: Answer) -> str:
        return answer.assessment.code


@admin.register(Evidence)
class EvidenceAdmin(ReadOnly, admin.ModelAdmin):
    # No link to the file: only those who may see it are served it.
    exclude = ["file"]
    list_display = ["title", "organization", "owner", "file_name", "size", "added_at"]
    list_select_related = ["organization", "owner"]
    search_fields = ["title", "file_name", "sha256", "organization__name"]


@admin.register(Verdict)
class VerdictAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["answer_ref", "grade", "option", "auditor", "at"]
    list_filter = ["grade"]
    list_select_related = ["answer__control", "answer__assessment", "auditor"]
    search_fields = ["answer__assessment__code", "answer__control__ref", "reason"]

    @admin.display(description="answer")
    def answer_ref(self, verdict: Verdict) -> str:
        return f"{verdict.answer.assessment.code} {verdict.answer.control.ref}"
