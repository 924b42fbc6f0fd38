"""Whether an e-mail address is somebody's own: a link that is sent there shows it. Nothing waits for that."""

import logging

from django.core import signing
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from lab.accounts.models import User
from lab.language import say

SALT = "accounts.verifying"
WEEK = 7 * 24 * 3600

logger = logging.getLogger(__name__)


def send_link(request: HttpRequest, user: User) -> bool:
    """Send the link; whether the mail could be handed on."""
    token = signing.dumps([user.pk, user.email], salt=SALT)
    link = request.build_absolute_uri(reverse("accounts:verify", args=[token]))
    text = render_to_string("accounts/verify-mail.txt", {"link": link})
    try:
        send_mail(say("accounts.verify-subject"), text, None, [str(user.email)])
    except OSError:
        logger.exception("a mail to confirm an address could not be sent")
        return False
    return True


def confirm(token: str) -> User | None:
    """Whose address a link confirms; None for a link that is too old, or of an address that was changed since."""
    try:
        pk, email = signing.loads(token, salt=SALT, max_age=WEEK)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, email=email).first()
    if user is not None and user.verified_at is None:
        user.verified_at = timezone.now()
        user.save(update_fields=["verified_at"])
    return user
