from django.contrib import admin

from lab.accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ("__str__", "email", "is_guest", "is_staff", "joined_at", "last_login")
    list_filter = ("is_guest", "is_staff")
    search_fields = ("email", "name", "memberships__classroom__name", "=sandboxes__id")
    search_help_text = "E-mail or name, name of a class, id of a sandbox"
    exclude = ("password",)
    readonly_fields = ("is_guest", "joined_at", "last_login")
