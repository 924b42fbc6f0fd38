from django.contrib import admin

from lab.accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ("__str__", "email", "is_guest", "is_staff", "joined_at", "last_login")
    list_filter = ("is_guest", "is_staff")
    search_fields = ("email", "name")
    exclude = ("password",)
    readonly_fields = ("joined_at", "last_login")
