"""What may stand in each file of a lesson, as data, and where a file says something else: with the line and, for a word
that is nearly right, the one that was meant."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple

from yaml import MappingNode, Node, SequenceNode

from lessons.checks.actions import ACTIONS
from lessons.checks.words import FUTURES, INSIDE, SHARED, WORDS, word_of
from lessons.course import LANGUAGES, QUESTIONS
from lessons.draws import PLACE
from lessons.oddities import ODDITIES
from lessons.scenes import WORLDS


class Mistake(NamedTuple):
    """Something wrong at a line, which counts from one."""

    line: int
    says: str


@dataclass(frozen=True)
class Anything:
    """Whatever YAML can say."""


@dataclass(frozen=True)
class Whole:
    """A whole number, one or more."""


@dataclass(frozen=True)
class OneOf:
    """One of these words, or a place that something is drawn for."""

    known: tuple[str, ...]


@dataclass(frozen=True)
class Fields:
    """A map of these keys and no others; `by` names the key that says which further fields there are."""

    known: "Mapping[str, Shape]"
    needed: tuple[str, ...] = ()
    by: str = ""
    kinds: "Mapping[str, Mapping[str, Shape]]" = field(default_factory=dict)


@dataclass(frozen=True)
class Items:
    """A list, each of whose items has a shape."""

    of: "Shape"


@dataclass(frozen=True)
class Several:
    """One of a shape, or a list of it."""

    of: "Shape"


@dataclass(frozen=True)
class Values:
    """A map whose keys are names, each of whose values has a shape."""

    of: "Shape"


@dataclass(frozen=True)
class Check:
    """A check: one of the words of `lessons.checks`, what they take, and checks inside."""


MERGE = "<<"
FEW = 12
"""So many names are told whole."""

type Shape = Anything | Whole | OneOf | Fields | Items | Several | Values | Check

ANY, WHOLE = Anything(), Whole()
TEXT = Fields(dict.fromkeys(LANGUAGES, ANY), LANGUAGES)
ACTION = Fields(dict.fromkeys(ACTIONS, ANY))
FAULT = Fields({**dict.fromkeys(("fault", "with", "from_start", "cluster"), ANY), "label": TEXT}, ("fault",))
DRAWN = Values(ANY)
SAID = Fields({"when": Check(), "say": TEXT}, ("when", "say"))
SHARED_SHAPES: Mapping[str, Shape] = {
    "else": TEXT,
    "mistakes": Items(SAID),
    "all": Items(Check()),
    **{key: Several(Fields(dict.fromkeys(known.split(), ANY))) for key, known in INSIDE.items()},
}
"""Keys of checks whose value is more than a value, whichever word they stand beside."""


@cache
def check_of(word: str) -> Fields:
    """What a check of a word may say."""
    kind = FUTURES.get(word) or WORDS.get(word)
    keys = f"{SHARED} {kind.keys if kind else ''}".split()
    own = Items(Check()) if word == "any" else Items(ACTION) if word in ("during", *FUTURES) else ANY
    return Fields({word: own, **{key: SHARED_SHAPES.get(key, ANY) for key in keys}})


CHOICE = Fields({"text": TEXT, "why": TEXT, "right": ANY, "when": Items(Check())}, ("text", "why"))
PAIR = Fields({"left": TEXT, "right": TEXT}, ("left", "right"))
QUESTION = Fields(
    {**dict.fromkeys(("id", "kind"), ANY), "ask": TEXT},
    ("kind", "ask"),
    by="kind",
    kinds={
        "single": {"options": Items(CHOICE)},
        "multiple": {"options": Items(CHOICE)},
        "predict": {"options": Items(CHOICE), "run": ANY, "actions": Items(ACTION), "wait": ANY},
        "number": {"answer": ANY, "unit": ANY, "why": TEXT},
        "order": {"order": Items(TEXT), "why": TEXT},
        "match": {"pairs": Items(PAIR), "why": TEXT},
        "command": {**dict.fromkeys(("answer", "wrong", "says", "wait"), ANY), "judge": Items(Check()), "why": TEXT},
    },
)
assert QUESTION.kinds.keys() == QUESTIONS.keys()

HOST = Fields(dict.fromkeys(("address", "image", "env"), ANY), ("address", "image"))
SCENE = Fields(
    {
        **dict.fromkeys(("kubernetes", "clusters", "network_policies", "settle"), ANY),
        **dict.fromkeys(("namespace", "namespaces", "shell", "objects", "files", "script", "history"), ANY),
        "world": OneOf(tuple(WORLDS)),
        "oddities": Several(OneOf(tuple(ODDITIES))),
        "actions": Items(ACTION),
        "faults": Values(FAULT),
        "hosts": Values(HOST),
        "draws": DRAWN,
    }
)
TASK = Fields({"title": TEXT, "points": WHOLE, "before": ANY}, ("title",))
FILES: Mapping[str, Shape] = {
    "module.yaml": Fields({"title": TEXT, "minutes": WHOLE, "needed": WHOLE}, ("title",)),
    "lesson.yaml": Fields(
        {"title": TEXT, "minutes": WHOLE, "teaches": ANY, "tasks": Values(TASK)}, ("title", "minutes", "tasks")
    ),
    "scene.yaml": SCENE,
    "checks.yaml": Values(Fields({"all": Items(Check()), "within": ANY, "remarks": Items(SAID)}, ("all",))),
    "hints.yaml": Values(Fields(dict.fromkeys(LANGUAGES, Items(ANY)), LANGUAGES)),
    "quiz.yaml": Fields({"questions": Items(QUESTION)}, ("questions",)),
    "review.yaml": Fields({"scene": SCENE, "draws": DRAWN, "questions": Items(QUESTION)}, ("questions",)),
}
"""What stands in the files of a course, by name."""


def mistakes(node: Node, shape: Shape) -> Iterator[Mistake]:
    """Where what is written has another shape."""
    match shape:
        case Whole():
            if not (node.tag == "tag:yaml.org,2002:int" and str(node.value).isdecimal() and str(node.value).strip("0")):
                yield _here(node, "a whole number, 1 or more, belongs here")
        case OneOf(known):
            word = node.value if isinstance(node.value, str) else ""
            if word not in known and not PLACE.search(word) and not _is_nothing(node):
                yield _here(node, f"{word}{meant(word, dict.fromkeys(known))}")
        case Fields():
            yield from _in_map(node, shape)
        case Check():
            yield from _in_check(node)
        case Items(of):
            if isinstance(node, SequenceNode):
                for item in node.value:
                    yield from mistakes(item, of)
            elif not _is_nothing(node):
                yield _here(node, "a list belongs here")
        case Several(of):
            for item in node.value if isinstance(node, SequenceNode) else [node]:
                yield from mistakes(item, of)
        case Values(of):
            if isinstance(node, MappingNode):
                for _, value in node.value:
                    yield from mistakes(value, of)
            elif not _is_nothing(node):
                yield _here(node, "a map of names belongs here")


def _in_map(node: Node, shape: Fields) -> Iterator[Mistake]:
    if not isinstance(node, MappingNode):
        yield _here(node, f"a map of {', '.join(shape.known)} belongs here")
        return
    known, given = dict(shape.known), {str(key.value): value for key, value in pairs(node)}
    if shape.by in given:
        kind = str(given[shape.by].value)
        if kind not in shape.kinds:
            yield _here(given[shape.by], f"{shape.by} {kind}{meant(kind, shape.kinds)}")
            return
        known |= shape.kinds[kind]
    yield from _of_keys(node, known)
    for name in shape.needed:
        if name not in given:
            yield _here(node, f"there is no {name}")
        elif _is_nothing(given[name]) and name in LANGUAGES:
            yield _here(given[name], f"{name} is empty")


def _in_check(node: Node) -> Iterator[Mistake]:
    names = {str(key.value): value for key, value in pairs(node)} if isinstance(node, MappingNode) else {}
    word = word_of(names)
    if word is None:
        known = dict.fromkeys((*FUTURES, "any", *WORDS))
        near = next((f"; is {meant} meant?" for name in names for meant in get_close_matches(name, known, 1)), "")
        yield _here(node, f"a check is one of {', '.join(known)}{near}")
        return
    yield from mistakes(node, check_of(word))


def _of_keys(node: MappingNode, known: Mapping[str, Shape]) -> Iterator[Mistake]:
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        if name == MERGE:
            continue
        if name in seen:
            yield _here(key, f"{name} is said twice")
        elif name in known:
            yield from mistakes(value, known[name])
        else:
            yield _here(key, f"{name}{meant(name, known)}")
        seen.add(name)


def is_table(asked: Any) -> bool:
    """Whether a prediction of a text is a table whose every cell has its options, one of which comes."""
    match asked:
        case {"columns": [_, *_] as columns, "rows": [_, *_] as rows}:
            choices = [column.get("options") for column in columns if isinstance(column, dict) and "name" in column]
            cells = [row.get("is") for row in rows if isinstance(row, dict) and "name" in row]
            whole = len(choices) == len(columns) and len(cells) == len(rows)
            return whole and all(_is_row(each, choices) for each in cells)
    return False


def _is_row(cells: Any, choices: list[Any]) -> bool:
    return (
        isinstance(cells, list)
        and len(cells) == len(choices)
        and all(isinstance(options, list) and cell in options for cell, options in zip(cells, choices, strict=True))
    )


def pairs(node: MappingNode) -> Iterator[tuple[Node, Node]]:
    """The keys and values of a map, with those of the maps that it takes in by `<<`."""
    for key, value in node.value:
        if key.value != MERGE:
            yield key, value
            continue
        for each in value.value if isinstance(value, SequenceNode) else [value]:
            if isinstance(each, MappingNode):
                yield from pairs(each)


def meant(word: str, known: Mapping[str, object]) -> str:
    """That a word is not known, and which one was probably meant."""
    near = get_close_matches(word, known, 1)
    if near:
        return f" is not known here; is {near[0]} meant?"
    return " is not known here" + (f", only {', '.join(known)}" if len(known) <= FEW else "")


def _here(node: Node, says: str) -> Mistake:
    return Mistake(node.start_mark.line + 1, says)


def _is_nothing(node: Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")
