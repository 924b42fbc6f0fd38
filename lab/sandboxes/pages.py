"""On which page a sandbox is worked in, by what it is for. Whoever makes sandboxes for a purpose adds a line."""

from collections.abc import Callable

from django.urls import reverse

from lab.sandboxes.models import Sandbox


def own_lesson(sandbox: Sandbox) -> str:
    return reverse("catalogue:lesson", args=[sandbox.lesson])


PAGES: dict[str, Callable[[Sandbox], str]] = {"": own_lesson}


def page_of(sandbox: Sandbox) -> str:
    """The address of the page with this sandbox's terminal."""
    return PAGES[sandbox.purpose](sandbox)
