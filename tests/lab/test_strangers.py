"""Nobody reads or drives what belongs to somebody else: every address answers a stranger with 404."""

import pytest
from django.test import Client

from lab.accounts.models import User
from lab.sandboxes.models import Sandbox, hash_of

ADDRESSES = [
    ("get", "own-tools/"),
    ("post", "kubeconfig/"),
    ("post", "revoke/"),
    ("get", "tasks/"),
    ("post", "tasks/run-a-pod/hint/"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_a_stranger_gets_404(method: str, path: str, learner: User, stranger: User) -> None:
    sandbox = Sandbox.objects.create(owner=learner, lesson="first-pod")
    client = Client()
    client.force_login(stranger)
    assert getattr(client, method)(f"/en/sandboxes/{sandbox.pk}/{path}").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "start-over/"),
        ("post", "check/"),
        ("get", "files/"),
        ("get", "file/"),
        ("post", "file/save/"),
        ("post", "inspect/"),
        ("get", "fields/"),
    ],
)
def test_a_stranger_gets_404_from_what_touches_the_world(method: str, path: str, learner: User, stranger: User) -> None:
    sandbox = Sandbox.objects.create(owner=learner, lesson="first-pod")
    client = Client()
    assert getattr(client, method)(f"/en/sandboxes/{sandbox.pk}/{path}").status_code == 404
    client.force_login(stranger)
    assert getattr(client, method)(f"/en/sandboxes/{sandbox.pk}/{path}").status_code == 404


@pytest.mark.django_db
def test_the_secret_of_an_address_is_not_kept_and_can_be_revoked(browser: Client, learner: User) -> None:
    sandbox = Sandbox.objects.create(owner=learner, lesson="first-pod")
    config = browser.post(f"/en/sandboxes/{sandbox.pk}/kubeconfig/").text
    token = config.partition("http://testserver/c/")[2].split()[0]
    sandbox.refresh_from_db()
    assert len(token) == 32
    assert sandbox.token_hash == hash_of(token)
    second = browser.post(f"/en/sandboxes/{sandbox.pk}/kubeconfig/").text
    assert token not in second
    browser.post(f"/en/sandboxes/{sandbox.pk}/revoke/")
    sandbox.refresh_from_db()
    assert sandbox.token_hash is None
