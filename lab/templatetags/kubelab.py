"""Template tags: sentences in the reader's language, icons, times."""

import re
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from lab import language
from simulator.faults import FAULTS

register = template.Library()

ICONS = {
    "search": '<circle cx="7" cy="7" r="4.2"/><path d="m10.2 10.2 3.3 3.3"/>',
    "theme": '<circle cx="8" cy="8" r="5.5"/><path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor"/>',
    "check": '<path d="m3 8.5 3.2 3.2L13 4.8"/>',
    "enter": '<path d="M13 4v4.5H4M6.8 5.6 4 8.5l2.8 2.9"/>',
    "first": '<path d="M12 3.5 7.5 8l4.5 4.5M4.5 3.5v9"/>',
    "next": '<path d="m6 3.5 4.5 4.5L6 12.5"/>',
    "back": '<path d="M10 3.5 5.5 8l4.5 4.5"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "close": '<path d="m4 4 8 8m0-8-8 8"/>',
    "more": '<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" stroke-width="2.2"/>',
    "plan": '<path d="M2.5 6V2.5h11v11h-11V10M8 2.5v5M8 10.5v3"/>',
    "split": '<path d="M2.5 2.500h11v11h-11zM2.500 8h11"/>',
    "list": '<path d="M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01"/>',
    "bolt": '<path d="M9.2 1.8 3.6 9h3.9l-.7 5.2L12.4 7H8.500z"/>',
    "again": '<path d="M3 8a5 5 0 1 0 1.6-3.6M3.2 2.6v2.7h2.7"/>',
    "bulb": '<path d="M6 11.5h4M6.5 13.5h3M5.8 9.6a4 4 0 1 1 4.4 0c-.2.5-.4 1-.4 1.9H6.2c0-.9-.2-1.4-.4-1.9z"/>',
    "play": '<path d="M5 3.5v9l7.5-4.5z" fill="currentColor"/>',
    "step": '<path d="M4 3.5v9l6-4.5zM12.5 3.5v9"/>',
    "up": '<path d="m3.5 10 4.5-4.5 4.5 4.5"/>',
    "down": '<path d="m3.5 6 4.5 4.5L12.5 6"/>',
    "file": '<path d="M4 2.500h5l3 3v8H4zM9 2.500v3h3"/>',
    "upload": '<path d="M8 10.4V2.5M4.8 5.7 8 2.5l3.2 3.2M3 13.2h10"/>',
    "pen": '<path d="m3 13 .8-3 6.7-6.7 2.2 2.2L6 12.2z"/>',
    "eye": '<path d="M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8z"/><circle cx="8" cy="8" r="1.8"/>',
    "keyboard": '<path d="M2 4.5h12V12H2zM4.5 7h.01M7 7h.01M9.5 7h.01M11.7 7h.01M5 9.7h6"/>',
    "hand": '<path d="M5 8V4.2a1 1 0 0 1 2 0V7 3.2a1 1 0 0 1 2 0V7 4'
    'a1 1 0 0 1 2 0v5.5A4 4 0 0 1 7 13.5c-1.7 0-2.6-.8-3.6-2.6L2.3 8.8a.9.9 0 0 1 1.6-.9L5 9.3"/>',
    "download": '<path d="M8 2.5v7.5M4.8 7.2 8 10.4l3.2-3.2M3 13.2h10"/>',
}

VERDICTS = {
    "todo": '<circle class="o" cx="10" cy="10" r="7.6"/>',
    "begun": '<circle class="o" cx="10" cy="10" r="7.6"/><circle class="f" cx="10" cy="10" r="3.4"/>',
    "waiting": '<circle class="o" cx="10" cy="10" r="7.6"/><path class="f" d="M10 5.2a4.8 4.8 0 0 1 4.8 4.8H10z"/>',
    "pass": '<circle class="f" cx="10" cy="10" r="8.5"/><path class="x" d="m6.2 10.3 2.7 2.7 5-5.7"/>',
    "fail": '<path class="f" d="M6.4 2h7.2L18 6.4v7.2L13.6 18H6.4L2 13.6V6.4z"/>'
    '<path class="x" d="m7.3 7.3 5.4 5.4m0-5.4-5.4 5.4"/>',
    "late": '<circle class="o" cx="10" cy="10" r="7.6"/><path class="o" d="M6 10h8"/>',
    "unjudged": '<path class="f" d="M10 1.2 18.8 10 10 18.8 1.2 10z"/><path class="x" d="M6.500 10h7"/>',
    "error": '<path class="f" d="M10 1.2 18.8 10 10 18.8 1.2 10z"/><path class="x" d="M10 6v5M10 13.6v.02"/>',
}


@register.simple_tag
def say(key: str, **facts: Any) -> str:
    """A sentence: `{% say "tasks.hint" %}`."""
    return language.say(key, **facts)


@register.simple_tag
def words(section: str) -> dict[str, str]:
    """All sentences of a section, for the browser."""
    return language.section(section)


@register.filter
def here(texts: dict[str, Any]) -> Any:
    """The text in the reader's language."""
    return language.in_language(texts)


@register.filter
def inline_code(text: str) -> SafeString:
    """A plain sentence whose `backticks` mark code."""
    parts = enumerate(str(text).split("`"))
    return mark_safe("".join(f"<code>{escape(part)}</code>" if n % 2 else escape(part) for n, part in parts))


@register.filter
def plain(text: str) -> str:
    """The same sentence where no markup can stand, such as in an option of a list."""
    return str(text).replace("`", "")


@register.simple_tag
def kind_of_question(kind: str) -> str:
    """What a question wants, in two or three words."""
    return language.say(f"quiz.kind-{kind}")


@register.simple_tag
def kind_of_hit(kind: str) -> str:
    """What was found: a lesson, a command, a term."""
    return language.say(f"search.kind-{kind}")


@register.simple_tag
def say_one(prefix: str, kind: str, **facts: Any) -> str:
    """One of several sentences: `{% say_one "jobs.title" job.kind %}`."""
    return language.say(f"{prefix}-{kind}", **facts)


@register.simple_tag
def job_outcome(job: Any) -> str:
    """What a job has to say at its end; its facts and what came of it fill the sentence."""
    kind = "refused" if job.outcome.get("wrong") else "done"
    return language.say(f"jobs.{kind}-{job.kind}", **(job.facts | job.outcome))


@register.simple_tag(takes_context=True)
def sorted_by(context: template.Context, column: Any) -> str:
    """The address of the same table sorted by a column; the other way round if it is already."""
    asked = context["request"].GET.copy()
    down = asked.get("sort", "name") == str(column) and asked.get("down") != "1"
    asked["sort"], asked["down"] = str(column), "1" if down else "0"
    asked.pop("open", None)
    return f"?{asked.urlencode()}"


@register.filter
def is_object(said: str) -> bool:
    """Whether what a finding is about is an object of the cluster, and not a file, a request or a fault."""
    return bool(re.match(r"[A-Z][A-Za-z]*[ /]", said))


@register.filter
def points(value: Any) -> str:
    """Points without needless zeros; a dash for none."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


@register.filter
def fault_title(name: str) -> str:
    """How a fault is called; its name where this version does not have it."""
    return str(language.in_language(dict(FAULTS[name].title))) if name in FAULTS else name


@register.filter
def range_of(answer: Any) -> str:
    """A right number, or from where to where numbers are right."""
    return "–".join(map(str, answer)) if isinstance(answer, list | tuple) else str(answer)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of 16 px; the word beside it, or the label around it, says what it means."""
    return format_html(
        '<svg class="i" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        mark_safe(ICONS[name]),
    )


@register.simple_tag
def verdict(state: str) -> SafeString:
    """The sign of a task's state, named for who cannot see it."""
    return format_html(
        '<svg class="st {}" viewBox="0 0 20 20" role="img" aria-label="{}">{}</svg>',
        state,
        language.say(f"tasks.state-{state}"),
        mark_safe(VERDICTS[state]),
    )


@register.filter
def moment(value: datetime) -> str:
    """A moment as people say it: the time today, the date and time before."""
    local = timezone.localtime(value)
    today = timezone.localdate()
    if local.date() == today:
        return date_format(local, "H:i")
    return date_format(local, "j M, H:i" if language.language() == "en" else "n월 j일 H:i")


@register.filter
def clock(value: datetime) -> str:
    """A moment of today to the second, for whoever waits for the next one."""
    return date_format(timezone.localtime(value), "H:i:s")
