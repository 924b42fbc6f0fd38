from django.contrib import admin

from lab.classrooms.admin import ToLookAt
from lab.faults.models import Press


@admin.register(Press)
class PressAdmin(ToLookAt, admin.ModelAdmin):
    """To look at: who set off what, where, and whether the world took it."""

    list_display = ("fault", "undo", "sandbox", "by", "asked_at", "done_at", "job")
    list_filter = ("fault", "undo")
    list_select_related = ("sandbox", "by", "job")
    search_fields = ("=sandbox__id", "sandbox__owner__email", "by__email", "fault")
    search_help_text = "Id of a sandbox, e-mail of its owner or of who pressed, name of a fault"
