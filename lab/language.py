"""What the site says: every sentence by its key, in each language, from `lab/words/*.toml`."""

import tomllib
from collections.abc import Callable
from functools import cache
from inspect import iscoroutinefunction
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import translate_url
from django.utils import timezone
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import get_language

WORDS = Path(__file__).parent / "words"


@cache
def sentences(language: str) -> dict[str, str]:
    """All sentences of a language, `section.key` → text."""
    tree = tomllib.loads((WORDS / f"{language}.toml").read_text())
    return {f"{section}.{key}": text for section, texts in tree.items() for key, text in texts.items()}


def language() -> str:
    """The language of this request: `en` or `ko`."""
    return "ko" if (get_language() or "").startswith("ko") else "en"


class Filling(Formatter):
    """Fills facts into braces; `{count:task|tasks}` is the first for one, the other for any other number."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        one, several, many = format_spec.partition("|")
        return (one if str(value) == "1" else many) if several else super().format_field(value, format_spec)


FILLING = Filling()


def say(key: str, **facts: Any) -> str:
    """A sentence in the language of this request, with facts filled into its {braces}."""
    text = sentences(language())[key]
    if not facts:
        return text
    return FILLING.vformat(text, (), facts) if "|" in text else text.format(**facts)


def section(name: str) -> dict[str, str]:
    """The sentences that the browser's own code says."""
    prefix = f"{name}."
    return {key.removeprefix(prefix): text for key, text in sentences(language()).items() if key.startswith(prefix)}


def in_language(texts: dict[str, Any]) -> Any:
    """The right one of a lesson's texts; English where a translation is missing."""
    return texts.get(language()) or texts["en"]


def context(request: HttpRequest) -> dict[str, Any]:
    """For every template: the language, the same page in the others, the theme."""
    here = language()
    return {
        "language": here,
        "languages": [
            {"code": code, "name": name, "url": translate_url(request.get_full_path(), code), "here": code == here}
            for code, name in settings.LANGUAGES
        ],
        "theme": theme if (theme := request.COOKIES.get("theme")) in ("light", "dark") else "",
    }


@sync_and_async_middleware
def local_time(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Say times in the zone that the browser told, from the second page on."""

    def begin(request: HttpRequest) -> None:
        try:
            timezone.activate(ZoneInfo(request.COOKIES.get("timezone", "UTC")))
        except (ValueError, OSError, ZoneInfoNotFoundError):
            timezone.deactivate()

    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            begin(request)
            response: HttpResponse = await get_response(request)
            return response

        return answer_later

    def answer(request: HttpRequest) -> HttpResponse:
        begin(request)
        response: HttpResponse = get_response(request)
        return response

    return answer


@sync_and_async_middleware
def keep_language(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Remember the language a person reads in, so that the bare address opens in it next time."""

    def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        here = language()
        if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != here and request.path.startswith(f"/{here}/"):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, here, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax"
            )
        return response

    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            return remember(request, await get_response(request))

        return answer_later

    def answer(request: HttpRequest) -> HttpResponse:
        return remember(request, get_response(request))

    return answer
