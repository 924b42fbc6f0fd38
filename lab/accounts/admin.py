from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from lab.accounts.mails import send_new_password
from lab.accounts.models import User

LISTS = (
    ("sandboxes", "admin:sandboxes_sandbox_changelist", "owner__id__exact"),
    ("attempts", "admin:classrooms_attempt_changelist", "person__id__exact"),
    ("jobs", "admin:jobs_job_changelist", "owner__id__exact"),
)
"""Where what belongs to somebody is listed: what of, which list, and the field that says whose."""


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People, with the way to everything of theirs, and what support is asked for."""

    list_display = ("__str__", "email", "verified_at", "is_guest", "is_active", "is_staff", "joined_at", "last_login")
    list_filter = ("is_guest", "is_active", "is_staff")
    search_fields = ("email", "name", "memberships__classroom__name", "=sandboxes__id", "=id")
    search_help_text = "E-mail or name, name of a class, id of a person or of a sandbox"
    exclude = ("password",)
    readonly_fields = ("belongings", "is_guest", "verified_at", "joined_at", "last_login")
    actions = ("mail_new_password", "block", "unblock")

    @admin.display(description="what belongs to this person")
    def belongings(self, person: User) -> SafeString:
        links = [(f"{reverse(where)}?{field}={person.pk}", what) for what, where, field in LISTS]
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    @admin.action(description="Send a mail with a link to set a new password", permissions=["change"])
    def mail_new_password(self, request: HttpRequest, people: QuerySet[User]) -> None:
        sent = sum(send_new_password(request, str(person.email)) for person in people.exclude(email=None))
        self.message_user(
            request, f"{sent} of {people.count()} have an account with a password: a mail was sent to each."
        )

    @admin.action(description="Block: sign out at once, and refuse to sign in", permissions=["change"])
    def block(self, request: HttpRequest, people: QuerySet[User]) -> None:
        others = people.exclude(pk=request.user.pk)
        blocked = others.update(is_active=False)
        level = messages.SUCCESS if blocked else messages.WARNING
        self.message_user(request, f"{blocked} blocked; nobody blocks themselves.", level)

    @admin.action(description="Unblock", permissions=["change"])
    def unblock(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self.message_user(request, f"{people.update(is_active=True)} unblocked.")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes with a person is shown as counts: of inputs and snapshots there are thousands."""
        _, counts, _, protected = super().get_deleted_objects(objs, request)
        return [str(each) for each in objs], counts, set(), protected
