from django.contrib import admin
from django.http import HttpRequest

from lab.jobs.models import Job


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    """To look at: a job is begun and paused on the pages."""

    list_display = ("kind", "state", "done", "all", "owner", "classroom", "created_at", "report")
    list_filter = ("kind", "state")
    search_fields = ("owner__email", "owner__name", "classroom__name", "report")
    exclude = ("given", "result")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, job: Job | None = None) -> bool:
        return False
