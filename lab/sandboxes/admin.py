from django.contrib import admin

from lab.sandboxes.models import Sandbox


@admin.register(Sandbox)
class SandboxAdmin(admin.ModelAdmin):
    list_display = ("id", "owner", "lesson", "used_at", "last_order", "claimed_by")
    list_filter = ("lesson",)
    search_fields = ("owner__email", "owner__name")
    readonly_fields = ("seed", "last_order", "reached", "claimed_by", "claimed_until", "token_hash")
    raw_id_fields = ("owner",)
