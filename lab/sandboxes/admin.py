from django.contrib import admin
from django.http import HttpRequest

from lab.sandboxes.models import Sandbox


@admin.register(Sandbox)
class SandboxAdmin(admin.ModelAdmin):
    """To look at: a world belongs to its learner, and to the process that runs it."""

    list_display = ("id", "owner", "lesson", "purpose", "used_at", "last_order", "claimed_by")
    list_filter = ("purpose", "lesson")
    list_select_related = ("owner",)
    search_fields = ("=id", "owner__email", "owner__name", "attempt__assignment__classroom__name")
    search_help_text = "Id of a sandbox, e-mail or name of its owner, name of a class"
    exclude = ("token_hash",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, sandbox: Sandbox | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, sandbox: Sandbox | None = None) -> bool:
        return False
