"""Signing in through another site, and setting a new password by mail."""

import re
from types import ModuleType
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.github.provider import GitHubProvider
from allauth.socialaccount.providers.openid_connect.urls import urlpatterns as openid_addresses
from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.utils import translation
from requests import RequestException

from lab.accounts.models import User
from lab.accounts.social import OtherSitesOutOfReach
from lab.accounts.views import BACKEND
from lab.sandboxes.models import Sandbox
from lab.settings import openid, signing_in, social
from lab.urls import urlpatterns as site_addresses

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_sites(settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = social("github:id:secret:with:colons,google:id:secret")
    registry.register(GitHubProvider)


def come_back(user: User | None, uid: str = "7", email: str = "jiwoo@example.com") -> tuple[Any, Any]:
    """What happens when GitHub has said who somebody is."""
    client = Client()
    request = RequestFactory().get("/social/github/login/callback/")
    request.session = client.session
    request.user = user or AnonymousUser()
    if user is not None:
        login(request, user, backend=BACKEND)
    account = SocialAccount(provider="github", uid=uid, extra_data={"login": "jiwoo"})
    told = SocialLogin(
        user=User(email=email, name="Jiwoo"), account=account, email_addresses=[EmailAddress(email=email)]
    )
    with request_context(request):
        return request, complete_social_login(request, told)


def test_a_guest_becomes_the_account() -> None:
    guest = User.objects.create_guest()
    Sandbox.objects.create(owner=guest, lesson="first-pod")
    request, answer = come_back(guest)
    assert answer.status_code == 302
    guest.refresh_from_db()
    assert (guest.is_guest, guest.email, guest.has_usable_password()) == (False, "jiwoo@example.com", False)
    assert request.session["_auth_user_id"] == str(guest.pk)


def test_somebody_new_gets_an_account() -> None:
    request, answer = come_back(None)
    account = User.objects.get(email="jiwoo@example.com")
    assert (answer.status_code, account.name, account.is_guest) == (302, "Jiwoo", False)
    assert request.session["_auth_user_id"] == str(account.pk)


def test_a_guest_who_has_an_account_takes_the_work_along() -> None:
    first = User.objects.create_guest()
    come_back(first)
    guest = User.objects.create_guest()
    Sandbox.objects.create(owner=guest, lesson="first-pod")
    request, _ = come_back(guest)
    assert User.objects.get() == first and Sandbox.objects.get().owner == first
    assert request.session["_auth_user_id"] == str(first.pk)


def test_an_address_that_is_taken_does_not_open_the_account(learner: User) -> None:
    guest = User.objects.create_guest()
    request, answer = come_back(guest, email=str(learner.email))
    assert answer.url == "/en/social/taken/"
    assert request.session["_auth_user_id"] == str(guest.pk)
    assert 'class="btn go" href="/en/sign-in/"' in Client().get(answer.url).text


def test_settings_name_the_sites() -> None:
    assert social("github:a:b:c,nonsense") == {
        "github": {"APPS": [{"client_id": "a", "secret": "b:c"}], "SCOPE": ["read:user", "user:email"]}
    }


def test_sites_of_ones_own_are_offered_by_their_names(settings: Any) -> None:
    own = "north|Nordschule|https://login.north.example/realms/n|id|a:b|c, south|남학교|https://south.example|id|s,nonsense"
    settings.SOCIALACCOUNT_PROVIDERS = providers = openid(own)
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "allauth.socialaccount.providers.openid_connect"]
    settings.ROOT_URLCONF = addresses = ModuleType("addresses")
    addresses.__dict__["urlpatterns"] = [*site_addresses, *openid_addresses]
    assert [each["secret"] for each in providers["openid_connect"]["APPS"]] == ["a:b|c", "s"]
    assert signing_in(providers) == ["https://login.north.example", "https://south.example"]
    page = Client().get("/en/sign-in/").text
    assert 'action="/oidc/north/login/?next=/en/course/"' in page and "Continue with Nordschule" in page
    assert 'action="/oidc/south/login/?next=/en/course/"' in page and "Continue with 남학교" in page


def test_another_site_that_does_not_answer_is_no_fault_of_ours(caplog: Any) -> None:
    request = Client().get("/en/course/").wsgi_request
    trouble = OtherSitesOutOfReach(lambda request: HttpResponse())
    said = trouble.process_exception(request, RequestException("no route to north"))
    assert said is not None and (said.status_code, "The other site does not answer" in said.text) == (502, True)
    assert "no route to north" in caplog.text
    assert trouble.process_exception(request, ValueError()) is None


def test_a_new_password_by_mail(learner: User) -> None:
    client = Client()
    assert "on its way" in client.post("/en/new-password/", {"email": learner.email}).text
    (sent,) = mail.outbox
    link = re.search(r"http://testserver(\S+)", str(sent.body))
    assert link is not None
    page = client.get(link[1], follow=True)
    form = page.redirect_chain[-1][0]
    assert "too common" in client.post(form, {"new_password1": "password12"}).text
    client.post(form, {"new_password1": "another long sentence"})
    learner.refresh_from_db()
    assert learner.check_password("another long sentence")
    assert "too old" in Client().get(link[1], follow=True).text


def test_nobody_learns_who_has_an_account() -> None:
    assert "on its way" in Client().post("/en/new-password/", {"email": "nobody@example.com"}).text
    assert mail.outbox == []


def test_asking_again_and_again_is_refused(learner: User) -> None:
    codes = [Client().post("/en/new-password/", {"email": learner.email}).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]


def test_a_return_that_does_not_say_who_it_is_leads_back_to_signing_in() -> None:
    with translation.override("ko"):
        request = Client().get("/ko/course/").wsgi_request
        said = render(request, "socialaccount/authentication_error.html").text
    assert "<title>다른 사이트가 누구인지 알려 주지 않았습니다 · KubeLab</title>" in said
    assert 'class="btn go" href="/ko/sign-in/"' in said
