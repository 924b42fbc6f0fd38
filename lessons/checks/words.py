"""What a check may say: each word with its function and its keys, and what is misspelt in a declared check."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lessons.checks.actions import ACTIONS
from lessons.checks.auditing import audit
from lessons.checks.calendar import starts
from lessons.checks.calls import called
from lessons.checks.comparing import TESTS
from lessons.checks.executing import executed
from lessons.checks.finding import Finding
from lessons.checks.future import Judge, after, during, throughout
from lessons.checks.history import history
from lessons.checks.machines import etcd_members, fired, same_boot
from lessons.checks.objects import count, gone, left_alone, object_field, same, untouched
from lessons.checks.pods import image, log, on, ready, restarts
from lessons.checks.requests import endpoints, name, request
from lessons.checks.rights import can
from lessons.checks.view import View
from lessons.checks.workstation import answer, applied, command, file_content

COMPARED = " ".join(TESTS)
"""The keys of whatever compares a value."""
COUNTED = "namespace labels where only_ready"
ASKING = "from at request"


@dataclass(frozen=True)
class Word:
    """A kind of check: how it looks, and the keys that it reads beside its own."""

    look: Callable[[View, Mapping[str, Any]], Finding]
    keys: str = ""


@dataclass(frozen=True)
class Future:
    """A kind of check that holds checks of its own, which `Judge` looks at."""

    look: Callable[[View, Mapping[str, Any], Judge], Finding]
    keys: str = ""


WORDS: dict[str, Word] = {
    "during": Word(during, f"advance every most_failures {ASKING}"),
    "answer": Word(answer, "equals value_of number_of tolerance"),
    "audit": Word(audit, COMPARED),
    "applied": Word(applied),
    "called": Word(called, "from outcome"),
    "can": Word(can, "groups verb resource subresource group namespace allowed"),
    "command": Word(command, "exit prints"),
    "count": Word(count, f"{COUNTED} {COMPARED}"),
    "endpoints": Word(endpoints, f"of {COMPARED}"),
    "etcd_members": Word(etcd_members, COMPARED),
    "exec": Word(executed, f"run code {COMPARED}"),
    "file": Word(file_content, COMPARED),
    "fired": Word(fired),
    "gone": Word(gone),
    "history": Word(history, f"drained {COMPARED}"),
    "image": Word(image, COMPARED),
    "left_alone": Word(left_alone, "namespace"),
    "log": Word(log, f"container {COMPARED}"),
    "name": Word(name, "from of fails"),
    "object": Word(object_field, f"path {COMPARED}"),
    "on": Word(on, COMPARED),
    "ready": Word(ready, COMPARED),
    "request": Word(request, f"times status fails pods body method insecure {ASKING}"),
    "restarts": Word(restarts, COMPARED),
    "same": Word(same),
    "same_boot": Word(same_boot),
    "starts": Word(starts, f"zone {COMPARED}"),
    "untouched": Word(untouched),
}
"""A check says which word it is by having it as a key; the first that it has counts."""

FUTURES: dict[str, Future] = {
    "after": Future(after, "all"),
    "throughout": Future(throughout, "all advance every"),
}

SHARED = "else mistakes cluster"
INSIDE = {
    "where": f"path {COMPARED}",
    "value_of": "object pod_of path",
    "number_of": f"count {COUNTED}",
    "prints": COMPARED,
    "body": COMPARED,
}
"""Keys whose value is a map (`where`: or several), with what that may say."""
TOLD = {"en", "ko"}


def word_of(declared: Mapping[str, Any]) -> str | None:
    """Which word a check is; `any` holds several to choose from."""
    return next((word for word in (*FUTURES, "any", *WORDS) if word in declared), None)


def misspelt(declared: Any) -> Iterator[str]:
    """What of a check nobody would read, in it and in the checks that it holds."""
    word = word_of(declared) if isinstance(declared, Mapping) else None
    if word is None:
        yield f"none of the words {', '.join((*FUTURES, 'any', *WORDS))}: {declared}"
        return
    kind = FUTURES.get(word) or WORDS.get(word)
    yield from strangers(word, declared, f"{word} {SHARED} {kind.keys if kind else ''}")
    for key in INSIDE.keys() & declared.keys():
        for each in several(declared[key]):
            yield from strangers(key, each, INSIDE[key])
    for mistake in declared.get("mistakes") or ():
        yield from strangers("mistakes", mistake, "when say")
        yield from misspelt(mistake.get("when"))
    for told in (declared.get("else"), *(mistake.get("say") for mistake in declared.get("mistakes") or ())):
        if told is not None and told.keys() != TOLD:
            yield f"{word} must be told in {' and '.join(sorted(TOLD))}: {told}"
    for inner in (*(declared.get("all") or ()), *(declared.get("any") or ())):
        yield from misspelt(inner)
    for action in declared.get(word) or () if word in ("during", *FUTURES) else ():
        yield from strangers(word, action, " ".join(ACTIONS))


def strangers(where: str, declared: Mapping[str, Any], known: str) -> Iterator[str]:
    for key in sorted(map(str, declared.keys() - set(known.split()))):
        yield f"{where} does not know {key}: {dict(declared)}"


def several(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else [value]
