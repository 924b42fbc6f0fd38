"""Guests, accounts, and a guest's work that comes along."""

import re
from typing import Any

import pytest
from django.core import mail, signing
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.utils import timezone

from lab.accounts.models import User
from lab.grading.models import Progress
from lab.jobs.models import Job
from lab.sandboxes import inputs
from lab.sandboxes.models import Input, Sandbox
from simulator.api.requests import Request
from tests.lab.conftest import PASSWORD
from tests.lab.running import cleaned, worked

pytestmark = pytest.mark.django_db

LESSON = "/en/lessons/first-pod/"
SIGN_UP = {"name": "Jiwoo", "email": "Jiwoo@Example.com", "password": PASSWORD}


def guest_at_work() -> tuple[Client, User]:
    client = Client()
    client.post("/en/start/", {"next": LESSON})
    client.get(LESSON)
    guest = User.objects.get(is_guest=True)
    Progress.objects.create(owner=guest, lesson="first-pod", task="run-a-pod", passed_at=timezone.now())
    return client, guest


def test_one_click_makes_a_guest_who_lands_in_the_lesson() -> None:
    response = Client().post("/en/start/", {"next": LESSON}, follow=True)
    assert response.redirect_chain == [(LESSON, 302)]
    assert "A first Pod" in response.text


def test_starting_twice_keeps_the_same_guest() -> None:
    client, _ = guest_at_work()
    client.post("/en/start/")
    assert User.objects.count() == 1


def test_a_guest_who_signs_up_keeps_everything() -> None:
    client, guest = guest_at_work()
    client.post("/en/sign-up/", SIGN_UP)
    account = User.objects.get(email="jiwoo@example.com")
    assert (account.pk, account.is_guest) == (guest.pk, False)
    assert Sandbox.objects.get().owner == account
    assert "1 task passed" in client.get("/en/course/").text


def test_a_guest_who_signs_in_takes_the_work_along(learner: User) -> None:
    client, guest = guest_at_work()
    client.post("/en/sign-in/", {"email": "JIWOO@example.com", "password": PASSWORD})
    assert not User.objects.filter(pk=guest.pk).exists()
    assert Sandbox.objects.get().owner == learner
    assert Progress.objects.get().owner == learner


def test_the_accounts_own_sandbox_stays_when_both_worked_on_a_lesson(learner: User) -> None:
    own = Sandbox.objects.create(owner=learner, lesson="first-pod")
    Progress.objects.create(owner=learner, lesson="first-pod", task="run-a-pod", hints=2)
    client, _ = guest_at_work()
    client.post("/en/sign-in/", {"email": "jiwoo@example.com", "password": PASSWORD})
    assert Sandbox.objects.get() == own
    progress = Progress.objects.get()
    assert (progress.hints, progress.passed_at is not None) == (2, True)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({**SIGN_UP, "password": "short"}, "too short", id="short password"),
        pytest.param({**SIGN_UP, "email": "nobody"}, "valid email", id="no e-mail"),
        pytest.param({**SIGN_UP, "email": "stranger@example.com"}, "already", id="taken"),
    ],
)
def test_sign_up_says_what_to_mend_and_keeps_what_was_typed(given: dict[str, str], words: str, stranger: User) -> None:
    response = Client().post("/en/sign-up/", given)
    assert words in response.text
    assert 'value="Jiwoo"' in response.text
    assert User.objects.count() == 1


def test_a_wrong_password_is_refused_without_telling_which_was_wrong(learner: User) -> None:
    for email in ("jiwoo@example.com", "nobody@example.com"):
        response = Client().post("/en/sign-in/", {"email": email, "password": "not it at all"})
        assert "This e-mail and password do not match." in response.text


def test_guessing_passwords_is_slowed_down(learner: User) -> None:
    client = Client()
    wrong = {"email": "jiwoo@example.com", "password": "guess"}
    codes = [client.post("/en/sign-in/", wrong).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    told = client.post("/en/sign-in/", wrong)
    assert "Wait 15 minutes" in told.text and told["Retry-After"] == "900"
    right = {"email": "jiwoo@example.com", "password": PASSWORD}
    assert client.post("/en/sign-in/", right, REMOTE_ADDR="10.9.9.9").status_code == 429


def test_a_class_behind_one_address_signs_in(learner: User) -> None:
    for number in range(30):
        Client().post("/en/sign-in/", {"email": f"learner-{number}@example.com", "password": "a typo"})
    answer = Client().post("/en/sign-in/", {"email": "jiwoo@example.com", "password": PASSWORD})
    assert answer["Location"] == "/en/course/"


def test_nobody_is_sent_to_another_site() -> None:
    response = Client().post("/en/start/", {"next": "https://elsewhere.example/"})
    assert response["Location"] == "/en/course/"


def test_signing_out_forgets_who_it_was(browser: Client) -> None:
    browser.post("/en/sign-out/")
    assert browser.get(LESSON).status_code == 302


def test_forms_need_their_token() -> None:
    response = Client(enforce_csrf_checks=True).post("/en/start/")
    assert response.status_code == 403
    assert "This form has expired" in response.text


def test_guests_who_stay_away_are_forgotten() -> None:
    _, guest = guest_at_work()
    long_ago = timezone.now() - timezone.timedelta(days=31)
    User.objects.filter(pk=guest.pk).update(joined_at=long_ago)
    assert cleaned("forget-guests").outcome == {"gone": 0}, "the sandbox was used lately"
    Sandbox.objects.update(used_at=long_ago)
    assert cleaned("forget-guests").outcome == {"gone": 1}
    assert not User.objects.exists()
    assert not Progress.objects.exists()


def test_passwords_are_kept_with_argon2(settings) -> None:
    from lab import settings as ours

    assert ours.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def exported(browser: Client) -> Any:
    """What somebody takes along, asked for on their page and read from the file that came of it."""
    browser.post("/en/account/export/")
    return browser.get(f"/en/jobs/{worked('export-belongings').pk}/result/").json()


def test_everything_kept_of_a_person_can_be_taken_along(browser: Client, learner: User) -> None:
    browser.get("/en/lessons/first-pod/")
    Progress.objects.create(owner=learner, lesson="first-pod", task="run-a-pod", hints=1)
    kept = exported(browser)
    assert kept["person"]["email"] == "jiwoo@example.com"
    assert kept["progress"][0]["task"] == "run-a-pod"
    assert kept["sandboxes"][0]["lesson"] == "first-pod"


def test_deleting_asks_for_the_password_and_leaves_nothing(browser: Client, learner: User) -> None:
    browser.get("/en/lessons/first-pod/")
    answer = browser.post("/en/account/delete/", {"password": "wrong"})
    assert answer.status_code == 403 and "does not match" in answer.content.decode()
    assert browser.get("/ko/account/delete/")["Location"] == "/ko/account/", "the page in the other language"
    assert browser.post("/en/account/delete/", {"password": PASSWORD}).status_code == 302
    assert not User.objects.filter(pk=learner.pk).exists() and not Sandbox.objects.exists()
    assert browser.get("/en/account/").status_code == 302


def test_the_password_is_not_guessed_by_deleting(browser: Client, learner: User) -> None:
    codes = [browser.post("/en/account/delete/", {"password": "guess"}).status_code for _ in range(11)]
    assert codes == [403] * 10 + [429]
    assert browser.post("/en/account/delete/", {"password": PASSWORD}).status_code == 429


def test_a_guest_is_deleted_without_a_password(client: Client, db: None) -> None:
    client.post("/en/start/")
    assert User.objects.count() == 1
    client.post("/en/account/delete/")
    assert not User.objects.exists()


def link_in(sent: Any) -> str:
    found = re.search(r"http://testserver(\S+)", str(sent.body))
    assert found is not None
    return found[1]


def test_an_address_is_confirmed_by_a_link_in_any_browser() -> None:
    client = Client()
    client.post("/ko/sign-up/", SIGN_UP)
    account = User.objects.get()
    assert account.verified_at is None
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["jiwoo@example.com"], "KubeLab: 이메일 주소 확인")
    assert "not confirmed yet" in client.get("/en/account/").text
    answer = Client().get(link_in(sent))
    assert (answer.status_code, "jiwoo@example.com" in answer.text) == (200, True)
    account.refresh_from_db()
    assert account.verified_at is not None
    page = client.get("/en/account/").text
    assert "not confirmed" not in page and "confirmed" in page
    client.post("/en/account/link/")
    assert len(mail.outbox) == 1, "there is nothing to confirm any more"


def test_a_link_that_means_nobody() -> None:
    for token in ("nonsense", signing.dumps("nonsense", salt="accounts.verifying"), signing.dumps([1, 2])):
        assert Client().get(f"/en/verify/{token}/").status_code == 410, token


def test_a_link_does_not_confirm_another_address(browser: Client, learner: User) -> None:
    browser.post("/en/account/link/")
    User.objects.update(email="other@example.com")
    assert browser.get(link_in(mail.outbox[0])).status_code == 410


def test_the_link_can_be_sent_again_but_not_without_end(browser: Client, learner: User) -> None:
    answers = [browser.post("/en/account/link/") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "on its way to jiwoo@example.com" in answers[0].text
    assert "Wait" in answers[5].text and int(answers[5]["Retry-After"]) > 0


def test_a_mail_that_cannot_be_sent_keeps_nobody_from_an_account(settings: Any, caplog: Any) -> None:
    settings.MAILERS = {"default": {"BACKEND": "tests.lab.test_accounts.NoMail"}}
    assert Client().post("/en/sign-up/", SIGN_UP).status_code == 302
    assert "could not be sent" in caplog.text


class NoMail(BaseEmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("no mail here")


def test_a_mail_is_printed_so_that_its_link_can_be_read(settings: Any, capsys: Any) -> None:
    settings.MAILERS = {"default": {"BACKEND": "lab.accounts.mails.Printed"}}
    Client().post("/ko/sign-up/", SIGN_UP)
    printed = capsys.readouterr().out
    assert "Mail to jiwoo@example.com: KubeLab: 이메일 주소 확인" in printed
    assert "http://testserver/ko/verify/" in printed


def test_a_name_is_changed(browser: Client, learner: User) -> None:
    assert "Your name is changed." in browser.post("/en/account/name/", {"name": "  Haneul "}).text
    learner.refresh_from_db()
    assert learner.name == "Haneul"
    browser.post("/en/account/name/", {"name": " "})
    learner.refresh_from_db()
    assert learner.name == "Haneul"


@pytest.mark.django_db(transaction=True)
def test_who_signed_in_through_another_site_can_delete_everything(learner: User) -> None:
    learner.set_unusable_password()
    learner.save()
    client = Client()
    client.force_login(learner)
    assert 'name="password"' not in client.get("/en/account/").text
    client.post("/en/account/delete/")
    assert not User.objects.exists()


def test_the_export_holds_what_was_put_in(browser: Client, learner: User) -> None:
    sandbox = Sandbox.objects.create(owner=learner, lesson="first-pod")
    for order, done in enumerate(
        (
            inputs.keys("1", "kubectl get pods 파드\r".encode()),
            inputs.write_file("/home/you/web.yaml", "kind: Pod\n"),
            inputs.request(Request.to("GET", "/api/v1/pods")),
        )
    ):
        Input.objects.create(sandbox=sandbox, order=order, moment=0, kind=done.kind, payload=done.payload())
    told = exported(browser)
    assert (told["person"]["email"], told["social"], told["links"]) == ("jiwoo@example.com", [], [])
    (mine,) = told["sandboxes"]
    assert [each["keys"] for each in mine["typed"]] == ["kubectl get pods 파드\r"]
    assert [(each["path"], each["text"]) for each in mine["saved"]] == [("/home/you/web.yaml", "kind: Pod\n")]
    assert [(each["method"], each["path"]) for each in mine["asked"]] == [("GET", "/api/v1/pods")]


def test_the_file_is_its_owners_alone_and_goes_when_it_is_put_away(browser: Client, learner: User) -> None:
    browser.post("/en/account/export/")
    browser.post("/en/account/export/")
    job = Job.objects.get()
    assert "every 1s" in browser.get("/en/account/").text, "the page follows it"
    worked("export-belongings")
    assert "kubelab.json" in browser.get("/ko/account/").text
    staff = Client()
    staff.force_login(User.objects.create_superuser("root@example.com", PASSWORD, name="Root"))
    for address in (f"/en/jobs/{job.pk}/", f"/en/jobs/{job.pk}/result/"):
        assert staff.get(address).status_code == 404
    assert f"/jobs/{job.pk}/result/" not in staff.get("/admin/jobs/job/").text
    browser.post(f"/en/jobs/{job.pk}/put-away/")
    assert "kubelab.json" not in browser.get("/en/account/").text
    assert browser.get(f"/en/jobs/{job.pk}/result/").status_code == 404
    assert exported(browser)["person"]["email"] == "jiwoo@example.com"
    assert not Job.objects.filter(pk=job.pk).exists(), "the new file takes its place"


def test_the_file_comes_along_and_goes_with_its_owner(learner: User) -> None:
    client, _ = guest_at_work()
    assert exported(client)["progress"][0]["task"] == "run-a-pod"
    client.post("/en/sign-in/", {"email": "jiwoo@example.com", "password": PASSWORD})
    assert Job.objects.get().owner == learner
    client.post("/en/account/delete/", {"password": PASSWORD})
    assert not Job.objects.exists()
