"""Signing in through another site, which says who somebody is; which there are: `KUBELAB_SOCIAL`, `KUBELAB_OPENID`."""

import logging
from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from requests import RequestException

from lab.accounts.guests import guest_of, move_work
from lab.accounts.models import User
from lab.language import say

logger = logging.getLogger(__name__)

NAMES = {"github": "GitHub", "google": "Google", "gitlab": "GitLab", "microsoft": "Microsoft"}


def offered() -> list[tuple[str, str]]:
    """The sites that can be used here: where signing in through them begins, and what people call them."""
    providers: dict[str, Any] = dict(settings.SOCIALACCOUNT_PROVIDERS)
    own = providers.pop("openid_connect", {}).get("APPS", ())
    known = [(reverse(f"{each}_login"), NAMES.get(each, each.title())) for each in providers]
    return known + [(reverse("openid_connect_login", args=[each["provider_id"]]), each["name"]) for each in own]


def verified(sociallogin: SocialLogin) -> datetime | None:
    """Now, where the other site has made sure whose the address is."""
    own = str(sociallogin.user.email or "").lower()
    known = any(each.verified and each.email.lower() == own for each in sociallogin.email_addresses)
    return timezone.now() if known else None


class OtherSitesOutOfReach(MiddlewareMixin):
    """What a page says when another site does not answer, or answers with what is not understood."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RequestException):
            return None
        logger.warning("signing in through another site: %s", exception)
        facts = {"title": say("accounts.social-away"), "text": say("accounts.social-again"), "sign_in": True}
        return render(request, "trouble.html", facts, status=502)


class Quiet(DefaultAccountAdapter):
    """Says nothing on its own: the pages show who is signed in."""

    def add_message(self, *arguments: Any, **named: Any) -> None:
        return


class Adapter(DefaultSocialAccountAdapter):
    """A guest who signs in keeps their work: it becomes the new account, or moves into the one that is there."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        told, guest = sociallogin.user, guest_of(request)
        if sociallogin.is_existing:
            if guest is not None:
                move_work(guest, told)
            return
        if told.email and User.objects.filter(email=told.email).exists():
            raise ImmediateHttpResponse(redirect("socialaccount_signup"))
        if guest is not None:
            guest.email, guest.name, guest.is_guest = told.email, told.name, False
            guest.verified_at = verified(sociallogin)
            guest.save()
            sociallogin.connect(request, guest)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = sociallogin.user
        user.email = (data.get("email") or "").strip().lower() or None
        user.name = (data.get("name") or data.get("username") or data.get("first_name") or "")[:60]
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user: User = sociallogin.user
        user.set_unusable_password()
        user.verified_at = verified(sociallogin)
        sociallogin.save(request)
        return user
