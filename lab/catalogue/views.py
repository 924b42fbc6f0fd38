"""Home, the course map and the lesson pages."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lab.accounts.models import User
from lab.catalogue import content
from lab.catalogue import search as searching
from lab.catalogue.glossary import terms
from lab.catalogue.markdown import rendered
from lab.grading.models import Progress
from lab.grading.panel import panel
from lab.language import language
from lab.quizzes.models import Answer
from lab.quizzes.reviews import is_review
from lab.quizzes.views import due
from lab.sandboxes.models import Sandbox


def home(request: HttpRequest) -> HttpResponse:
    lessons = content.lessons()
    latest = latest_sandbox(request)
    first = content.find(latest.lesson) if latest else lessons[0]
    return render(request, "catalogue/home.html", {"lesson": first, "latest": latest, "count": len(lessons)})


def course(request: HttpRequest) -> HttpResponse:
    """The map: every module a room, every lesson with what was reached in it."""
    passed = passed_tasks(request)
    begun = {pair[0] for pair in passed} | sandboxed(request)
    latest = latest_sandbox(request)
    answered = answers_in_reviews(request)
    rooms = [room(module, passed, begun, latest, answered) for module in content.course().modules]
    rows = [row for each in rooms for row in each["lessons"]]
    resumed = next((row for row in rows if latest and row["lesson"].id == latest.lesson), None)
    return render(
        request,
        "catalogue/course.html",
        {
            "rooms": rooms,
            "latest": latest,
            "resumed": resumed,
            "first": rows[0]["lesson"],
            "done": sum(row["done"] for row in rows),
            "all": len(rows),
            "tasks": len(passed),
            "due": len(due(request)),
        },
    )


def answers_in_reviews(request: HttpRequest) -> dict[str, int]:
    """How many questions of each module's review this person has answered."""
    if not request.user.is_authenticated:
        return {}
    found = Answer.objects.filter(owner=request.user, lesson__startswith="review-").values_list("lesson")
    return dict(found.annotate(number=Count("pk")).order_by())


def room(
    module: content.Module,
    passed: set[tuple[str, str]],
    begun: set[str],
    latest: Sandbox | None,
    answered: dict[str, int],
) -> dict[str, Any]:
    rows = []
    for lesson in module.lessons:
        reached = sum((lesson.id, task.id) in passed for task in lesson.tasks)
        rows.append(
            {
                "lesson": lesson,
                "reached": reached,
                "done": bool(lesson.tasks) and reached == len(lesson.tasks),
                "begun": lesson.id in begun,
                "here": bool(latest) and lesson.id == latest.lesson,
            }
        )
    return {
        "module": module,
        "number": content.numeral(module),
        "lessons": rows,
        "done": sum(row["done"] for row in rows),
        "here": any(row["here"] for row in rows),
        "review": module.review,
        "answered": answered.get(f"review-{module.id}", 0),
    }


@login_required(login_url="accounts:sign-in")
def lesson(request: HttpRequest, lesson_id: str) -> HttpResponse:
    """Text, terminal, picture and tasks of one lesson, in the reader's own sandbox."""
    if is_review(lesson_id):
        raise Http404(f"{lesson_id} has questions only")
    sandbox, _ = Sandbox.objects.own().get_or_create(owner=request.user, lesson=content.find(lesson_id).id)
    return lesson_page(request, sandbox)


def lesson_page(
    request: HttpRequest, sandbox: Sandbox, template: str = "catalogue/lesson.html", **more: Any
) -> HttpResponse:
    """A lesson in a sandbox: the reader's own, or one made for a purpose. Another template may show a part of it."""
    shown = content.drawn(content.find(sandbox.lesson), sandbox.seed)
    before, after = content.neighbours(shown)
    module = content.module_of(shown)
    text = shown.text.get(language())
    return render(
        request,
        template,
        {
            "lesson": shown,
            "number": content.number_of(shown),
            "module": module,
            "module_number": content.numeral(module) if module else "",
            "html": rendered(text or shown.text["en"], language()),
            "untranslated": not text,
            "sandbox": sandbox,
            "before": before,
            "after": after,
            "panel": panel(sandbox, shown),
            "socket": reverse("sandbox-socket", args=[sandbox.pk]),
            **more,
        },
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the course says about something: lessons, commands, terms."""
    asked = request.GET.get("q", "").strip()[:100]
    return render(request, "catalogue/search.html", {"asked": asked, "hits": searching.search(asked, language())})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """All terms by their name in the reader's language, each with the lesson that teaches it if the course has it."""
    here = language()
    taught = {lesson.id: lesson for lesson in content.lessons()}
    rows = [(term, taught.get(term.lesson)) for term in sorted(terms(), key=lambda term: term.name[here].casefold())]
    return render(request, "catalogue/glossary.html", {"terms": rows})


def latest_sandbox(request: HttpRequest) -> Sandbox | None:
    """Where this person worked last, if the lesson is still there."""
    if not isinstance(request.user, User):
        return None
    known = [lesson.id for lesson in content.lessons()]
    return Sandbox.objects.own().filter(owner=request.user, lesson__in=known).order_by("-used_at").first()


def sandboxed(request: HttpRequest) -> set[str]:
    if not isinstance(request.user, User):
        return set()
    return set(Sandbox.objects.own().filter(owner=request.user).values_list("lesson", flat=True))


def passed_tasks(request: HttpRequest) -> set[tuple[str, str]]:
    if not isinstance(request.user, User):
        return set()
    passed = Progress.objects.filter(owner=request.user, sandbox=None, passed_at__isnull=False)
    return set(passed.values_list("lesson", "task"))
