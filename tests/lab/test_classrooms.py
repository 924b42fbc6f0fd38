"""Classes as their people meet them: doors, invitations, what is due, what is said."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from lab.accounts.guests import move_work
from lab.accounts.models import User
from lab.classrooms.assignables import GymWork
from lab.classrooms.due import taught_rows
from lab.classrooms.models import INSTRUCTOR, Assignment, Attempt, Classroom, Invitation, Notice
from lab.classrooms.notices import notices_for, say_to_class
from lab.sandboxes.models import Sandbox
from tests.lab.classes import Cast, attempt_of, cast, person
from tests.lab.running import cleaned

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return cast()


def room(people: Cast, rest: str = "", language: str = "en") -> str:
    return f"/{language}/classes/{people.classroom.pk}/{rest}"


@pytest.mark.parametrize("typed", ["7KQ-M4T", "7kqm4t", " 7kq m4t "])
def test_a_guest_comes_in_by_the_code_and_says_their_name(people: Cast, typed: str) -> None:
    browser = Client()
    door = browser.post("/en/classes/find/", {"code": typed}, follow=True)
    assert "You are about to join" in door.text and "Cloud Basics" in door.text
    nameless = browser.post("/en/join/7KQM4T/", {"name": ""})
    assert 'role="alert"' in nameless.text and not User.objects.filter(is_guest=True).exists()
    inside = browser.post("/en/join/7KQM4T/", {"name": "서준"}, follow=True)
    assert inside.redirect_chain == [(room(people), 302)]
    assert [str(each.person) for each in people.classroom.learners()] == ["Learner", "서준"]


def test_somebody_with_a_name_comes_in_with_one_click(people: Cast) -> None:
    browser = people.browser("stranger")
    assert "Join as Stranger" in browser.get("/en/join/7KQM4T/").text
    browser.post("/en/join/7KQM4T/")
    assert people.classroom.learners().filter(person=people.people["stranger"]).exists()


def test_a_code_that_nobody_has_says_so_and_tells_nothing(people: Cast) -> None:
    for browser in (Client(), people.browser("stranger")):
        answer = browser.post("/en/classes/find/", {"code": "222222"})
        assert answer.status_code == 404 and "No class has this code" in answer.text


@pytest.mark.parametrize("shut", ["door", "archive"])
def test_a_shut_door_lets_nobody_in(people: Cast, shut: str) -> None:
    people.browser("instructor").post(room(people, f"{shut}/"))
    browser = people.browser("stranger")
    assert browser.get("/en/join/7KQM4T/").status_code == 404
    assert "No class has this code" in browser.post("/en/join/7KQM4T/").text
    inside = people.browser("learner").get("/en/join/7KQM4T/")
    assert inside["Location"] == room(people), "whoever is in the class is let in by its old link"
    people.browser("instructor").post(room(people, f"{shut}/"))
    assert browser.post("/en/join/7KQM4T/").status_code == 302


def test_a_new_code_replaces_the_old_one(people: Cast) -> None:
    people.browser("instructor").post(room(people, "door/"), {"do": "renew"})
    people.classroom.refresh_from_db()
    browser = people.browser("stranger")
    assert browser.get("/en/join/7KQM4T/").status_code == 404
    assert browser.get(f"/en/join/{people.classroom.code}/").status_code == 200


def test_an_account_opens_a_class_and_a_guest_makes_one_first(people: Cast) -> None:
    people.browser("stranger").post("/en/classes/new/", {"name": "Evenings"})
    made = Classroom.objects.get(name="Evenings")
    assert [each.person for each in made.instructors()] == [people.people["stranger"]]
    guest = Client()
    guest.post("/en/start/")
    assert guest.post("/en/classes/new/", {"name": "Mine"})["Location"].startswith("/en/sign-up/")
    assert not Classroom.objects.filter(name="Mine").exists()


def test_an_invitation_by_mail_works_once_and_for_accounts(people: Cast) -> None:
    page = people.browser("instructor").post(room(people, "invite/"), {"email": "co@example.com"})
    assert "Sent to co@example.com." in page.text
    [sent] = mail.outbox
    link = re.search(r"http://testserver(\S+)", sent.body)
    assert sent.to == ["co@example.com"] and "Cloud Basics" in sent.subject and link
    assert Invitation.objects.get().token_hash not in link[1], "the secret is not kept"
    assert "Who teaches needs an account." in Client().get(link[1]).text
    assert f"/en/sign-up/?next={link[1]}" in Client().get(link[1]).text
    assert Client().post(link[1]).status_code == 200 and not Invitation.objects.get().taken_by
    guest = Client()
    guest.post("/en/start/")
    assert guest.get(link[1])["Location"].startswith("/en/sign-up/")
    colleague, late = people.browser("stranger"), people.browser("staff")
    assert colleague.get(link[1]).status_code == 200
    assert not people.classroom.instructors().filter(person=people.people["stranger"]).exists(), (
        "opening changes nothing"
    )
    colleague.post(link[1])
    assert people.classroom.instructors().filter(person=people.people["stranger"]).exists()
    assert late.post(link[1]).status_code == 404 and "Ask for another one." in late.get(link[1]).text
    assert colleague.get(link[1])["Location"] == room(people), "the link in the mail leads in from then on"


def test_an_invitation_whose_mail_cannot_be_sent_is_handed_over(people: Cast, settings: Any) -> None:
    settings.MAILERS = {"default": {"BACKEND": "tests.lab.test_accounts.NoMail"}}
    page = people.browser("instructor").post(room(people, "invite/"), {"email": "co@example.com"})
    assert "could not be sent. Hand over the link yourself." in page.text and "/en/teach/" in page.text


def test_an_old_invitation_has_run_out(people: Cast) -> None:
    token = Invitation.issue(people.classroom, people.people["instructor"])
    Invitation.objects.update(invited_at=timezone.now() - timedelta(days=15))
    assert people.browser("stranger").get(f"/en/teach/{token}/").status_code == 404


def test_who_leaves_keeps_their_grades_and_may_come_back(people: Cast) -> None:
    learner = people.people["learner"]
    attempt_of(learner, people.assignment, "run-a-pod")
    people.browser("learner").post(room(people, "leave/"))
    assert people.browser("learner").get(room(people)).status_code == 404
    assert Attempt.objects.filter(person=learner).exists()
    people.browser("learner").post("/en/join/7KQM4T/")
    assert "Delete it again" in people.browser("learner").get(room(people, f"assignments/{people.assignment.pk}/")).text


def test_a_class_keeps_an_instructor(people: Cast) -> None:
    people.browser("instructor").post(room(people, "leave/"))
    assert people.classroom.instructors().count() == 1
    people.classroom.enrol(people.people["stranger"], INSTRUCTOR)
    people.browser("instructor").post(room(people, "leave/"))
    assert [each.person for each in people.classroom.instructors()] == [people.people["stranger"]]


def test_an_instructor_who_uses_the_code_stays_one(people: Cast) -> None:
    people.browser("instructor").post("/en/join/7KQM4T/")
    assert people.classroom.instructors().filter(person=people.people["instructor"]).exists()


@pytest.mark.parametrize(
    ("fields", "state", "words"),
    [
        pytest.param({}, "open", "no due date", id="no dates"),
        pytest.param({"opens_at": 1}, "planned", "", id="not yet open"),
        pytest.param({"due_at": 1}, "open", "due ", id="before due"),
        pytest.param({"due_at": -1}, "late", "due ", id="late"),
        pytest.param({"due_at": -2, "closes_at": 1}, "late", "closes ", id="late, before closing"),
        pytest.param({"closes_at": 1}, "open", "closes ", id="before closing, without a due date"),
        pytest.param({"due_at": -2, "closes_at": -1}, "closed", "closed", id="closed"),
    ],
)
def test_what_a_learner_sees_is_due(people: Cast, fields: dict[str, int], state: str, words: str) -> None:
    moments = {name: timezone.now() + timedelta(days=days) for name, days in fields.items()}
    Assignment.objects.filter(pk=people.assignment.pk).update(**moments)
    people.assignment.refresh_from_db()
    assert people.assignment.state() == state
    page = people.browser("learner").get(room(people)).text
    assert ("A first Pod" in page) is (state != "planned")
    assert words in page
    begun = people.browser("learner").post(room(people, f"assignments/{people.assignment.pk}/begin/"))
    assert begun.status_code == {"planned": 404, "closed": 403}.get(state, 302)


def test_attempts_end_where_the_assignment_says(people: Cast) -> None:
    Assignment.objects.update(attempts_allowed=2)
    browser = people.browser("learner")
    begin = room(people, f"assignments/{people.assignment.pk}/begin/")
    places = [browser.post(begin)["Location"] for _ in range(3)]
    assert places[0] != places[1] == places[2]
    assert list(Attempt.objects.values_list("number", flat=True)) == [1, 2]
    assert len(set(Attempt.objects.values_list("seed"))) == 2, "each is drawn anew"
    page = browser.get(room(people, f"assignments/{people.assignment.pk}/")).text
    assert "Attempt 2" in page and "Begin another attempt" not in page


FORM = {"what": "lesson:first-pod", "points": "20", "late_percent": "0", "attempts_allowed": "0", "hint_percent": "5"}


def test_an_instructor_assigns_chosen_tasks_of_a_lesson(people: Cast) -> None:
    browser = people.browser("instructor")
    answer = browser.post(
        room(people, "assignments/new/"),
        {**FORM, "parts": ["lose-it"], "due_at": "2030-01-02T12:00", "late_percent": "10"},
    )
    assert answer.status_code == 302
    made = Assignment.objects.latest("pk")
    assert (made.kind, made.target, made.parts, made.points) == ("lesson", "first-pod", ["lose-it"], 20)
    assert made.due_at is not None and made.due_at.isoformat() == "2030-01-02T12:00:00+00:00"
    assert people.classroom.assignments.first() == taught_rows(people.classroom)[0]["assignment"] == made
    page = people.browser("learner").get(room(people, f"assignments/{made.pk}/")).text
    assert "Delete it again" in page and "Run a Pod" not in page
    assert "each day that has begun costs 10 %" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"due_at": "2030-01-02T12:00", "closes_at": "2030-01-01T12:00"}, "follow each other"),
        ({"points": "0"}, "greater than or equal to 1"),
        ({"what": "lesson:nowhere"}, "not one of the available choices"),
        ({"parts": ["other"]}, "other is not one of the available choices"),
        ({"late_percent": "10"}, "only after a due date"),
        ({"late_percent": "101", "due_at": "2030-01-02T12:00"}, "less than or equal to 100"),
        ({"due_at": "2020-01-02T12:00"}, "over already"),
        ({"closes_at": "2020-01-02T12:00"}, "over already"),
        ({"what": "quiz:first-pod", "parts": []}, "has no hints"),
    ],
)
def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(people: Cast, fields: dict[str, Any], words: str) -> None:
    answer = people.browser("instructor").post(room(people, "assignments/new/"), {**FORM, "name": "Kept", **fields})
    assert answer.status_code == 422
    assert words in answer.text and 'value="Kept"' in answer.text
    assert Assignment.objects.count() == 1


def test_choosing_a_lesson_shows_its_tasks(people: Cast) -> None:
    piece = people.browser("instructor").post(
        room(people, "assignments/new/"),
        {**FORM, "preview": "1", "parts": ["ticked-in-the-lesson-before"]},
        headers={"hx-request": "true"},
    )
    assert piece.text.count("checked") == 2 and "<html" not in piece.text
    assert "note bad" not in piece.text, "what was ticked before is not held against what is chosen now"
    assert Assignment.objects.count() == 1


def test_work_that_was_begun_is_not_exchanged(people: Cast) -> None:
    other = {**FORM, "what": f"gym:{GymWork().targets()[0]}"}
    address = room(people, f"assignments/{people.assignment.pk}/edit/")
    assert people.browser("instructor").post(address, other).status_code == 302
    Assignment.objects.update(kind="lesson", target="first-pod")
    attempt_of(people.people["learner"], people.assignment)
    refused = people.browser("instructor").post(address, other)
    assert refused.status_code == 422 and "cannot be exchanged any more" in refused.text
    assert people.browser("instructor").post(address, {**FORM, "points": "30"}).status_code == 302
    people.assignment.refresh_from_db()
    assert (people.assignment.kind, people.assignment.points) == ("lesson", 30)


def test_a_deleted_assignment_takes_its_attempts_and_their_worlds_along(people: Cast) -> None:
    attempt = attempt_of(people.people["learner"], people.assignment, "run-a-pod")
    own = Sandbox.objects.create(owner=people.people["learner"], lesson="first-pod")
    people.browser("instructor").post(room(people, f"assignments/{people.assignment.pk}/delete/"))
    assert not Attempt.objects.exists()
    assert list(Sandbox.objects.all()) == [own]
    assert people.browser("learner").get(f"/en/attempts/{attempt.pk}/").status_code == 404


def test_rules_that_change_count_for_what_was_reached(people: Cast) -> None:
    attempt = attempt_of(people.people["learner"], people.assignment, "run-a-pod")
    people.browser("instructor").post(room(people, f"assignments/{people.assignment.pk}/edit/"), FORM)
    attempt.refresh_from_db()
    assert attempt.points == 10, "half the tasks, 20 points"


def test_an_announcement_is_for_all_and_a_word_for_some(people: Cast) -> None:
    other = person("Other")
    people.classroom.enrol(other)
    instructor = people.browser("instructor")
    instructor.post(room(people, "announce/"), {"text": "The test <b>moves</b> to Friday."})
    instructor.post(room(people, "word/"), {"text": "Look at the fourth line.", "to": f"{other.pk},999"})
    mine, theirs = people.browser("learner").get(room(people)).text, Client()
    theirs.force_login(other)
    assert "The test &lt;b&gt;moves&lt;/b&gt; to Friday." in mine and "fourth line" not in mine
    assert "fourth line" in theirs.get(room(people)).text
    assert [each.to.count() for each in Notice.objects.order_by("pk")] == [0, 1]
    other.delete()
    assert "fourth line" not in people.browser("learner").get(room(people)).text, "a word is for nobody else"


def test_a_hand_goes_up_and_is_seen_to(people: Cast) -> None:
    learner = people.browser("learner")
    piece = learner.post(room(people, "hand/"), {"words": "still 0"}, headers={"hx-request": "true"}).text
    assert "Hand raised" in piece
    assert "“still 0”" in people.browser("instructor").get(room(people, "live/")).text
    people.browser("instructor").post(room(people, f"hand/{people.people['learner'].pk}/down/"))
    assert "Hand raised" not in learner.get(room(people)).text


def test_a_guest_takes_classes_and_attempts_into_an_account(people: Cast) -> None:
    guest = User.objects.create_guest()
    account = people.people["learner"]
    people.classroom.enrol(guest)
    attempt_of(account, people.assignment, "run-a-pod")
    attempt_of(guest, people.assignment, "run-a-pod", "lose-it")
    other = Classroom.objects.create(name="Other")
    other.enrol(guest)
    say_to_class(people.classroom, people.people["instructor"], "For you.", [guest.pk])
    move_work(guest, account)
    assert [each.number for each in account.attempts.order_by("number")] == [1, 2]
    assert set(account.memberships.values_list("classroom__name", flat=True)) == {"Cloud Basics", "Other"}
    assert [each.text for each in notices_for(account, [people.classroom])] == ["For you."]


def test_guests_in_a_class_are_not_forgotten(people: Cast) -> None:
    long_ago = timezone.now() - timedelta(days=60)
    kept, gone = User.objects.create_guest(), User.objects.create_guest()
    User.objects.filter(is_guest=True).update(joined_at=long_ago)
    people.classroom.enrol(kept)
    cleaned("forget-guests")
    assert list(User.objects.filter(is_guest=True)) == [kept]
    Classroom.objects.update(archived_at=long_ago)
    cleaned("forget-guests")
    assert not User.objects.filter(is_guest=True).exists()
    assert gone.pk != kept.pk


@pytest.mark.parametrize(("path", "words"), [("", "할 것"), ("assignments/{work}/", "제출할 것은 없습니다")])
def test_everything_is_said_in_korean(people: Cast, path: str, words: str) -> None:
    assert words in people.browser("learner").get(room(people, path.format(work=people.assignment.pk), "ko")).text
