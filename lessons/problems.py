"""What is wrong with a lesson's folder, each with its file and line: for whoever is writing it.

`lessons.course` reads what can be played and stops at the first thing it cannot understand. This says all of it at
once, and what reading lets pass: a misspelt key, commands that only one translation shows, a place that nothing fills.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from lessons.course import LANGUAGES, ContentError, Declared, read_lesson, read_review, taken_draws
from lessons.draws import PLACE
from lessons.shapes import FILES, Mistake, is_table, meant, mistakes
from lessons.shown import outline

LARGEST = 256 * 1024
"""The most bytes that a file of a lesson has."""
NEEDED = ("lesson.yaml", "scene.yaml", "checks.yaml", *(f"{language}.md" for language in LANGUAGES))
OWN = ("*.yaml", "*.md", "solutions/*.sh", "wrong/*.sh", "remarked/*.sh")
FENCES = ("run", "prints", "predict", "yaml", "text", "json", "sh", "toml", "go", "python", "diff", "dockerfile")
OPENING = re.compile(r"^```(\w*)([^\n]*)$")
SETTINGS = ("exit", "wait")
BROKEN = (ContentError, ValueError, TypeError, KeyError, AttributeError)
"""What reading a folder raises that is half written."""
KEYWORDS = ("end", "else", "break", "continue")
"""What Go templates write between the braces of our places."""


class Problem(NamedTuple):
    """Something wrong in a file, at a line that counts from one; nought means the file as a whole."""

    path: Path
    line: int
    says: str

    def __str__(self) -> str:
        return f"{self.path}{f':{self.line}' if self.line else ''}: {self.says}"


def problems(folder: Path, root: Path) -> list[Problem]:
    """All that is wrong with a lesson's folder in a course, file by file."""
    outside = [Problem(path, 0, says) for path in files_of(folder) if (says := unreadable(path, root))]
    if outside:
        return outside
    found = [Problem(folder / name, 0, "is missing") for name in NEEDED if not (folder / name).exists()]
    for path in files_of(folder):
        found += [Problem(path, *mistake) for mistake in mistakes_in(path)]
    found += [Problem(path, *mistake) for path, mistake in unfilled(folder)]
    found += untranslated(folder)
    reported = {problem.path for problem in found}
    return found + [each for each in unread(folder) if each.path not in reported]


def problems_of_module(folder: Path, root: Path) -> list[Problem]:
    """What is wrong with what a module says of itself and with its review."""
    if not (folder / "module.yaml").exists():
        return [Problem(folder / "module.yaml", 0, "is missing")]
    own = sorted(folder.glob("*.yaml"))
    outside = [Problem(path, 0, says) for path in own if (says := unreadable(path, root))]
    found = outside or [Problem(path, *mistake) for path in own for mistake in mistakes_in(path)]
    review = folder / "review.yaml"
    if found or not review.exists():
        return found
    known = drawn_names(lenient(review).get("draws"))
    found = [Problem(review, *mistake) for mistake in unfilled_in(review, known)]
    try:
        read_review(folder, {})
    except BROKEN as error:
        found.append(Problem(review, 0, getattr(error, "problem", str(error))))
    return found


def files_of(folder: Path) -> list[Path]:
    """What belongs to a lesson, in order."""
    return sorted(path for pattern in OWN for path in folder.glob(pattern))


def unreadable(path: Path, root: Path) -> str:
    """Why a file is not to be read: it stands elsewhere, or is too large."""
    if not path.resolve().is_relative_to(root.resolve()):
        return "leads out of the course's folder"
    if not path.is_file():
        return "is not a file"
    return f"is larger than {LARGEST} bytes" if path.stat().st_size > LARGEST else ""


def mistakes_in(path: Path) -> Iterator[Mistake]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        yield Mistake(0, str(error))
        return
    if path.suffix == ".yaml":
        yield from in_yaml(text, path.name)
    elif path.suffix == ".md":
        yield from in_markdown(text)


def in_yaml(text: str, name: str) -> Iterator[Mistake]:
    """What YAML itself does not understand, or else what should not stand in a file of that name."""
    if name not in FILES:
        yield Mistake(0, f"{name}{meant(name, FILES)}")
        return
    try:
        node = yaml.compose(text, yaml.CSafeLoader)
        yaml.load(text, yaml.CSafeLoader)
        yield from [Mistake(0, "is empty")] if node is None else list(mistakes(node, FILES[name]))
    except yaml.YAMLError as error:
        yield of_yaml(error)
    except (ValueError, RecursionError) as error:
        yield Mistake(0, str(error))


def of_yaml(error: yaml.YAMLError, before: int = 0) -> Mistake:
    """An error of YAML in our form, in a text with so many lines before it."""
    mark = getattr(error, "problem_mark", None)
    said = [getattr(error, part, None) for part in ("context", "problem")]
    return Mistake(before + (mark.line + 1 if mark else 1), ", ".join(each for each in said if each) or str(error))


def in_markdown(text: str) -> Iterator[Mistake]:
    """An empty text; fences that are open at the end, of a misspelt kind, or whose YAML asks nothing."""
    if not text.strip():
        yield Mistake(0, "is empty: the translation is missing")
    lines, at = text.splitlines(), 0
    while at < len(lines):
        opening = OPENING.match(lines[at])
        if opening is None:
            at += 1
            continue
        end = next((line for line in range(at + 1, len(lines)) if lines[line].rstrip() == "```"), None)
        if end is None:
            yield Mistake(at + 1, "this fence is not closed")
            return
        yield from in_fence(opening[1], opening[2], lines[at + 1 : end], at + 1)
        at = end + 1


def in_fence(kind: str, words: str, body: list[str], line: int) -> Iterator[Mistake]:
    if kind and kind not in FENCES:
        yield Mistake(line, f"the fence {kind}{meant(kind, dict.fromkeys(FENCES))}")
    if kind == "run":
        for word in words.split():
            name, equals, value = word.partition("=")
            if name not in SETTINGS:
                yield Mistake(line, f"{name}{meant(name, dict.fromkeys(SETTINGS))}")
            elif not equals or not all(each.isdigit() for each in value.split(",")):
                yield Mistake(line, f"{name} wants a whole number")
    if kind == "predict":
        yield from in_prediction("\n".join(body), line)


def in_prediction(text: str, line: int) -> Iterator[Mistake]:
    try:
        asked = yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        yield of_yaml(error, line)
        return
    is_whole = isinstance(asked, dict) and asked.get("question")
    if is_whole and ("columns" in asked or "rows" in asked):
        if not is_table(asked):
            yield Mistake(line, "a table needs columns with name and options, and rows with name and, of each, what is")
    elif not is_whole or not isinstance(asked.get("options"), list):
        yield Mistake(line, "a prediction needs a question and options")
        return
    known = dict.fromkeys(("question", *(("options",) if "options" in asked else ("columns", "rows")), "then"))
    for name in asked.keys() - known.keys():
        yield Mistake(line, f"{name}{meant(str(name), known)}")


def unfilled(folder: Path) -> Iterator[tuple[Path, Mistake]]:
    """Places for drawn values that the scene does not draw."""
    known = drawn_names(taken_draws(lenient(folder / "scene.yaml")))
    for path in files_of(folder):
        yield from ((path, mistake) for mistake in unfilled_in(path, known))


def unfilled_in(path: Path, known: Mapping[str, object]) -> Iterator[Mistake]:
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        for name in PLACE.findall(line):
            if name not in known and name not in KEYWORDS:
                near = get_close_matches(name, known, 1)
                yield Mistake(number, f"nothing is drawn for {name}{f'; is {near[0]} meant?' if near else ''}")


def drawn_names(draws: Any) -> dict[str, None]:
    """The names that a scene draws values for; a list of maps draws those of the maps."""
    found: dict[str, None] = {}
    for name, choice in draws.items() if isinstance(draws, dict) else ():
        maps = [each for each in choice if isinstance(each, dict)] if isinstance(choice, list) else []
        found |= dict.fromkeys(maps[0]) if maps else {name: None}
    return found


def untranslated(folder: Path) -> Iterator[Problem]:
    """Where the texts of two languages part: commands, what they print, tables, headings."""
    paths = [folder / f"{language}.md" for language in LANGUAGES]
    if not all(path.exists() for path in paths) or any(True for path in paths for _ in mistakes_in(path)):
        return
    (one, ours), *others = ((path, path.read_text(encoding="utf-8")) for path in paths)
    for other, theirs in others:
        parts = zip_longest(outline(ours), outline(theirs), fillvalue="")
        differ = next((pair for pair in parts if pair[0] != pair[1]), None)
        if differ is not None:
            here, there = (first_line(part) for part in reversed(differ))
            yield Problem(other, line_of(theirs, differ[1]), f"{here} stands where {one.name} has {there}")


def first_line(part: str) -> str:
    """A part of a text in one line: of a fence, what stands in it first."""
    lines = part.splitlines()
    return f"`{lines[1] if len(lines) > 1 else part}`" if part else "nothing"


def line_of(text: str, part: str) -> int:
    place = text.find(part) if part.startswith("```") else -1  # of a heading and a row, only the kind is told
    return text.count("\n", 0, place) + 1 if place >= 0 else 0


def unread(folder: Path) -> Iterator[Problem]:
    """What keeps the lesson from being read as a whole."""
    try:
        read_lesson(folder)
    except ContentError as error:
        yield Problem(error.path, 0, error.problem)
    except BROKEN as error:
        yield Problem(folder / "lesson.yaml", 0, f"the lesson cannot be read: {error}")


def lenient(path: Path) -> Declared:
    """A file's map, or nothing where it has none."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}
