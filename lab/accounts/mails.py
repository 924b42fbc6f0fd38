"""Mails with links, sent through Django's backends."""

from typing import Any

from django.contrib.auth.forms import PasswordResetForm
from django.core.mail.backends.console import EmailBackend
from django.http import HttpRequest


class Printed(EmailBackend):
    """Prints mails to be read by people: Django's own prints the lines of a Korean one as base64."""

    def write_message(self, message: Any) -> None:
        self.stream.write(f"Mail to {', '.join(message.to)}: {message.subject}\n\n{message.body}\n")


def send_new_password(request: HttpRequest, email: str) -> bool:
    """Send a link to set a new password, if there is an account with a password at that address."""
    form = PasswordResetForm({"email": email})
    if not form.is_valid() or not any(form.get_users(form.cleaned_data["email"])):
        return False
    form.save(
        request=request,
        use_https=request.is_secure(),
        subject_template_name="accounts/new-password-subject.txt",
        email_template_name="accounts/new-password-mail.txt",
    )
    return True
