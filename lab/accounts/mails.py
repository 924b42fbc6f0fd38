"""Mails with links, sent through Django's backends."""

from django.contrib.auth.forms import PasswordResetForm
from django.http import HttpRequest


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
