"""Classes: mine, one of them, who is in it, coming in and leaving."""

import logging
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lab.accounts.guests import somebody
from lab.accounts.limits import HOUR, QUARTER, too_many
from lab.accounts.models import User
from lab.accounts.views import refused
from lab.classrooms.access import for_instructors, for_members, membership_of, teaches
from lab.classrooms.due import due_for, taught_rows
from lab.classrooms.forms import ClassroomForm, InvitationForm, Named
from lab.classrooms.models import INSTRUCTOR, Classroom, Invitation
from lab.classrooms.models.rooms import new_code, present, read_code
from lab.classrooms.notices import notices_for
from lab.language import say

logger = logging.getLogger(__name__)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The classes that somebody teaches or attends, and the door to another one."""
    return index_page(request)


def index_page(request: HttpRequest, *, unknown: bool = False) -> HttpResponse:
    """The classes of somebody; with `unknown`, that no class has the code they typed."""
    page, facts = "classrooms/door.html", {"unknown": unknown}
    if request.user.is_authenticated:
        memberships = present(request.user).select_related("classroom").order_by("classroom__name")
        page, facts = "classrooms/index.html", facts | {"memberships": list(memberships)}
    return render(request, page, facts, status=404 if unknown else 200)


@require_POST
@login_required
def create(request: HttpRequest) -> HttpResponse:
    """Open a class; needs an account, for a guest's cookie is soon lost."""
    if request.user.is_guest:
        return redirect(f"{reverse('accounts:sign-up')}?next={reverse('classrooms:index')}")
    form = ClassroomForm(request.POST)
    if not form.is_valid():
        return redirect("classrooms:index")
    classroom = form.save()
    classroom.enrol(request.user, INSTRUCTOR)
    return redirect("classrooms:room", classroom.pk)


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """From a code that was typed to the door of its class."""
    code = read_code(request.POST.get("code", ""))
    if too_many(request, "class-code", limit=60, seconds=QUARTER):
        return refused(request, QUARTER)
    if Classroom.objects.filter(code=code, is_open=True, archived_at=None).exists():
        return redirect("classrooms:join", code)
    return index_page(request, unknown=True)


def join(request: HttpRequest, code: str) -> HttpResponse:
    """The door of a class: whoever has no account becomes a guest, and a guest says how they are called."""
    if too_many(request, "class-code", limit=600, seconds=QUARTER):
        return refused(request, QUARTER)
    classroom = Classroom.objects.filter(code=read_code(code)).first()
    person = request.user if isinstance(request.user, User) else None
    if classroom is not None and person is not None and membership_of(person, classroom):
        return redirect("classrooms:room", classroom.pk)
    if classroom is None or not classroom.is_open or classroom.archived_at is not None:
        return index_page(request, unknown=True)
    nameless = person is None or (person.is_guest and not person.name)
    form = Named(request.POST or None, instance=person or User(is_guest=True)) if nameless else None
    if request.method == "POST" and (form is None or form.is_valid()):
        person = somebody(request)
        if person is None:
            return refused(request)
        if form is not None:
            User.objects.filter(pk=person.pk).update(name=form.cleaned_data["name"])
        classroom.enrol(person)
        return redirect("classrooms:room", classroom.pk)
    return render(request, "classrooms/door.html", {"classroom": classroom, "form": form})


@require_safe
@for_members
def room(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """A class: to its learners what is due, to its instructors what is going on."""
    if teaches(request.user, classroom):
        return render(request, "classrooms/room-taught.html", overview(request, classroom))
    facts = {
        "classroom": classroom,
        "membership": membership_of(request.user, classroom),
        "rows": due_for(classroom, request.user),
        "notices": notices_for(request.user, [classroom]),
        "instructors": classroom.instructors(),
    }
    return render(request, "classrooms/room.html", facts)


def overview(request: HttpRequest, classroom: Classroom) -> dict[str, Any]:
    return {
        "classroom": classroom,
        "section": "room",
        "rows": taught_rows(classroom),
        "learners": classroom.learners().count(),
        "notices": notices_for(request.user, [classroom]),
        "link": request.build_absolute_uri(reverse("classrooms:join", args=[classroom.code])),
    }


@require_POST
@for_instructors
def rename(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    form = ClassroomForm(request.POST, instance=classroom)
    if form.is_valid():
        form.save()
    return redirect("classrooms:people", classroom.pk)


@require_POST
@for_instructors
def archive(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """Put a class aside, or take it up again."""
    classroom.archived_at = None if classroom.archived_at else timezone.now()
    classroom.save(update_fields=["archived_at"])
    return redirect("classrooms:people", classroom.pk)


@require_POST
@for_instructors
def door(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """A new code instead of the present one, or nobody comes in any more."""
    if request.POST.get("do") == "renew":
        classroom.code, classroom.is_open = new_code(), True
    else:
        classroom.is_open = not classroom.is_open
    classroom.save(update_fields=["code", "is_open"])
    return redirect("classrooms:people", classroom.pk)


@require_safe
@for_instructors
def people(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """Who is in a class, its door, and what is done to it as a whole."""
    return render(request, "classrooms/people.html", people_facts(request, classroom))


def people_facts(request: HttpRequest, classroom: Classroom) -> dict[str, Any]:
    return {
        "classroom": classroom,
        "section": "people",
        "learners": list(classroom.learners()),
        "instructors": list(classroom.instructors()),
        "invitations": list(classroom.invitations.filter(taken_by=None)),
        "link": request.build_absolute_uri(reverse("classrooms:join", args=[classroom.code])),
        "form": InvitationForm(),
    }


@require_POST
@for_instructors
def remove(request: HttpRequest, classroom: Classroom, person_id: int) -> HttpResponse:
    """End somebody's membership; what they reached stays. A class keeps an instructor."""
    membership = get_object_or_404(classroom.memberships, person=person_id, left_at=None)
    end(classroom, membership)
    return redirect("classrooms:people", classroom.pk)


@require_POST
@for_members
def leave(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    membership = membership_of(request.user, classroom)
    if membership is not None and not end(classroom, membership):
        return redirect("classrooms:people", classroom.pk)
    return redirect("classrooms:index")


def end(classroom: Classroom, membership: Any) -> bool:
    """End a membership, unless nobody would teach the class; whether it ended."""
    if membership.role == INSTRUCTOR and classroom.instructors().count() == 1:
        return False
    membership.left_at = timezone.now()
    membership.hand_at, membership.hand_words = None, ""
    membership.save(update_fields=["left_at", "hand_at", "hand_words"])
    return True


@require_POST
@for_instructors
def invite(request: HttpRequest, classroom: Classroom) -> HttpResponse:
    """Invite somebody to teach the class too: by e-mail, or with a link that is shown once."""
    form = InvitationForm(request.POST)
    facts = people_facts(request, classroom) | {"form": form}
    if not form.is_valid():
        return render(request, "classrooms/people.html", facts, status=422)
    if too_many(request, "invitation", limit=30, seconds=HOUR):
        return refused(request)
    email = form.cleaned_data["email"]
    token = Invitation.issue(classroom, request.user, email)
    link = request.build_absolute_uri(reverse("classrooms:invitation", args=[token]))
    sent = bool(email) and is_sent(email, name=classroom.name, who=str(request.user), link=link)
    facts |= {"invitations": list(classroom.invitations.filter(taken_by=None)), "unsent": email and not sent}
    return render(request, "classrooms/people.html", facts | {"invited": email, "invitation": link})


def is_sent(email: str, **words: str) -> bool:
    """Send an invitation; whether the mail could be handed on."""
    try:
        send_mail(say("classes.mail-subject", **words), say("classes.mail-text", **words), None, [email])
    except OSError:
        logger.exception("an invitation could not be sent")
        return False
    return True


@require_POST
@for_instructors
def uninvite(request: HttpRequest, classroom: Classroom, invitation_id: int) -> HttpResponse:
    classroom.invitations.filter(pk=invitation_id, taken_by=None).delete()
    return redirect("classrooms:people", classroom.pk)


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take up an invitation to teach. Opening the link changes nothing: mail programs open links too."""
    if too_many(request, "invitation-link", limit=60, seconds=QUARTER):
        return refused(request, QUARTER)
    found = Invitation.open(token).first()
    if found is None:
        if inside := Invitation.leads_to(token, request.user):
            return redirect("classrooms:room", inside.pk)
        facts = {"title": say("accounts.link-used"), "text": say("classes.ask-again")}
        return render(request, "trouble.html", facts, status=404)
    if not request.user.is_authenticated:
        return render(request, "classrooms/invitation.html", {"invitation": found})
    if request.user.is_guest:
        return redirect(f"{reverse('accounts:sign-up')}?next={request.path}")
    if request.method == "POST":
        if Invitation.objects.filter(pk=found.pk, taken_by=None).update(taken_by=request.user):
            found.classroom.enrol(request.user, INSTRUCTOR)
        return redirect("classrooms:room", found.classroom.pk)
    return render(request, "classrooms/invitation.html", {"invitation": found})
