"""For support: find somebody's class, attempt, score. What was reached and said is to be looked at, not changed."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from lab.classrooms.models import (
    Assignment,
    Attempt,
    Classroom,
    Invitation,
    Judgement,
    Membership,
    Notice,
    Override,
    Visit,
)


class ToLookAt:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, *about: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, about: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, about: Model | None = None) -> bool:
        return False


class MembershipInline(admin.TabularInline):
    model = Membership
    raw_id_fields = ("person",)
    readonly_fields = ("joined_at", "hand_at", "hand_words")
    extra = 0


class AssignmentInline(ToLookAt, admin.TabularInline):
    model = Assignment
    fields = ("kind", "target", "points", "opens_at", "due_at", "closes_at")
    extra = 0


@admin.register(Classroom)
class ClassroomAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "is_open", "created_at", "archived_at")
    list_filter = ("is_open",)
    search_fields = ("name", "code", "memberships__person__email", "memberships__person__name")
    search_help_text = "Name or code of a class, e-mail or name of anybody in it"
    readonly_fields = ("code", "created_at")
    inlines = (MembershipInline, AssignmentInline)

    def has_delete_permission(self, request: HttpRequest, classroom: Classroom | None = None) -> bool:
        return False  # it would take all grades along; archive it


@admin.register(Attempt)
class AttemptAdmin(ToLookAt, admin.ModelAdmin):
    list_display = ("person", "assignment", "number", "points", "started_at", "moved_at", "sandbox")
    search_fields = ("person__email", "person__name", "assignment__classroom__name", "=sandbox__id")
    search_help_text = "E-mail or name of a learner, name of a class, id of a sandbox"
    list_select_related = ("person", "assignment__classroom", "sandbox")


@admin.register(Override)
class OverrideAdmin(ToLookAt, admin.ModelAdmin):
    list_display = ("person", "assignment", "points", "note", "by", "at")
    search_fields = ("person__email", "person__name", "assignment__classroom__name", "by__email")
    list_select_related = ("person", "assignment__classroom", "by")


@admin.register(Judgement)
class JudgementAdmin(ToLookAt, admin.ModelAdmin):
    list_display = ("attempt", "part", "state", "at", "hints")
    list_filter = ("state",)
    search_fields = ("attempt__person__email", "attempt__assignment__classroom__name", "=attempt__sandbox__id")
    list_select_related = ("attempt__person", "attempt__assignment__classroom")


@admin.register(Notice)
class NoticeAdmin(ToLookAt, admin.ModelAdmin):
    list_display = ("classroom", "author", "text", "at")
    search_fields = ("classroom__name", "author__email", "text")


@admin.register(Visit)
class VisitAdmin(ToLookAt, admin.ModelAdmin):
    list_display = ("attempt", "by", "began_at", "ended_at")
    search_fields = ("attempt__person__email", "by__email", "attempt__assignment__classroom__name")


@admin.register(Invitation)
class InvitationAdmin(ToLookAt, admin.ModelAdmin):
    list_display = ("classroom", "email", "invited_by", "invited_at", "taken_by")
    search_fields = ("classroom__name", "email")

    def has_delete_permission(self, request: HttpRequest, invitation: Model | None = None) -> bool:
        return True
