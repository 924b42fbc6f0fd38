from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from lab.catalogue import content
from lab.jobs.cleaning import clean_up
from lab.jobs.models import DONE, PRIVATE, Job
from lab.language import say
from lab.templatetags.kubelab import job_outcome
from lab.writing import proving


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    """To look at; what cleans up and what proves is begun here as well. The rest is begun on the pages."""

    list_display = ("kind", "about", "state", "progress", "came_of_it", "owner", "classroom", "created_at", "report")
    list_filter = ("kind", "state")
    search_fields = ("owner__email", "owner__name", "classroom__name", "report")
    list_select_related = ("owner", "classroom")
    ordering = ("-created_at",)
    fields = (
        *("kind", "about", "state", "progress", "came_of_it", "failures", "owner", "classroom"),
        *("created_at", "changed_at", "report", "file"),
    )
    readonly_fields = fields
    change_list_template = "jobs/admin-list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, job: Job | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("given", "result")

    def get_urls(self) -> list[URLPattern]:
        own = path("begin/", self.admin_site.admin_view(require_POST(self.begin)), name="jobs_job_begin")
        return [own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        facts = {
            "may_begin": self.may_begin(request),
            "kinds": settings.CLEANING,
            "lessons": content.lessons(),
            "is_at_it": Job.objects.at_it().exists(),
        }
        return super().changelist_view(request, facts | (extra_context or {}))

    def may_begin(self, request: HttpRequest) -> bool:
        return request.user.has_perm("jobs.add_job")

    def begin(self, request: HttpRequest) -> HttpResponse:
        """Begin what cleans up, or the proof of a lesson or of all."""
        if not self.may_begin(request):
            raise PermissionDenied
        kind, lesson = request.POST.get("kind"), request.POST.get("lesson", "")
        if kind in settings.CLEANING:
            begun = clean_up(kind)
        elif kind == proving.KIND and lesson in ("", *(each.id for each in content.lessons())):
            begun = proving.have_proved(lesson, request.user)
        else:
            raise Http404(f"no job {kind}")
        key, level = ("jobs.begun", messages.SUCCESS) if begun else ("jobs.at-it", messages.WARNING)
        self.message_user(request, say(key, title=say(f"jobs.title-{kind}")), level)
        return redirect("admin:jobs_job_changelist")

    @admin.display
    def about(self, job: Job) -> str:
        return str(job.facts.get("title") or job.facts.get("lesson") or "")

    @admin.display
    def progress(self, job: Job) -> str:
        return say("jobs.progress", done=job.done, all=job.all) if job.all else ""

    @admin.display
    def came_of_it(self, job: Job) -> str:
        return job_outcome(job) if job.state == DONE and job.outcome else ""

    @admin.display
    def failures(self, job: Job) -> str:
        rows = [(each["lesson"], each["proof"], each["problem"]) for each in job.outcome.get("failures", ())]
        return format_html_join("", "<p><b>{}</b> {}: {}</p>", rows)

    @admin.display
    def file(self, job: Job) -> str:
        where = reverse("jobs:result", args=[job.pk])
        is_shown = job.result_name and job.kind not in PRIVATE
        return format_html('<a href="{}">{}</a>', where, job.result_name) if is_shown else ""
