"""What a course is made of, and how it is read from its folders.

A lesson's folder holds `lesson.yaml` (what it is), `ko.md` and `en.md` (its text), `scene.yaml` (the world it starts
in), `checks.yaml`, `hints.yaml`, `quiz.yaml`, `solutions/*.sh`, `wrong/*.sh` and `remarked/*.sh`. Numbers before
folder names order, the names identify. An exercise of the gym or of an exam is a lesson too, whose text is short; see
`lessons.exercises`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).parent / "content"
LANGUAGES = ("en", "ko")
HINTS = 3
UNHINTED = dict.fromkeys(LANGUAGES, ())

type Texts = Mapping[str, str]
"""The same text in each language."""
type Declared = dict[str, Any]


class ContentError(Exception):
    """A folder of the course that cannot be understood; says which file and why."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


@dataclass(frozen=True)
class Task:
    """One thing to bring about in the world of a lesson."""

    id: str
    title: Texts
    points: int
    hints: Mapping[str, tuple[str, ...]]
    """Per language: where to look, the idea, nearly the answer."""
    checks: tuple[Declared, ...] = ()
    """What must hold, in the words of `lessons.checks`; all of it."""
    within: float = 0
    """Seconds that the world may still need: true by then counts as `waiting`."""
    before: str = ""
    """The task that it comes before: once that one is done, or on its way, this one counts no more."""
    remarks: tuple[Declared, ...] = ()
    """What is told of an answer that passes and could be better: `when` (a check) and `say`; the first that holds."""


@dataclass(frozen=True)
class Wrong:
    """A known answer that misses a task, or passes it with a remark: its commands, and what the learner is told."""

    name: str
    script: str
    task: str
    says: Texts
    settle: float = 180
    """Seconds that pass before it is judged: fewer where what is wrong never comes to rest."""


@dataclass(frozen=True)
class Lesson:
    """One lesson."""

    id: str
    title: Texts
    minutes: int
    text: Texts
    tasks: tuple[Task, ...]
    scene: Declared
    draws: Mapping[str, Any]
    solutions: tuple[tuple[str, str], ...]
    wrong: tuple[Wrong, ...]
    quiz: tuple[Declared, ...] = ()
    teaches: tuple[str, ...] = ()
    remarked: tuple[Wrong, ...] = ()
    """Answers that pass, and are told what could be better."""
    path: Path = field(default=CONTENT, compare=False)

    def task(self, task_id: str) -> Task:
        """A task by its id; KeyError where there is none."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise KeyError(task_id)


@dataclass(frozen=True)
class Module:
    """A room of the course: lessons that belong together."""

    id: str
    number: int
    title: Texts
    lessons: tuple[Lesson, ...]
    minutes: int = 0
    """How long one may work on all of it together; nought means as long as one likes."""
    needed: int = 0
    """The percentage of its points that is enough."""
    review: Lesson | None = None
    """The questions that come back after the module, with the scene that answers some of them: all quiz, no task."""


@dataclass(frozen=True)
class Course:
    """All modules in order."""

    modules: tuple[Module, ...]

    def lessons(self) -> list[Lesson]:
        return [lesson for module in self.modules for lesson in module.lessons]

    def reviews(self) -> list[Lesson]:
        """The banks of questions, one a module that has one."""
        return [module.review for module in self.modules if module.review is not None]

    def find(self, lesson_id: str) -> Lesson:
        """A lesson or a review by its id; KeyError where there is none."""
        for lesson in (*self.lessons(), *self.reviews()):
            if lesson.id == lesson_id:
                return lesson
        raise KeyError(lesson_id)


@cache
def load(content: Path = CONTENT) -> Course:
    """The course below a folder, read once. Raises `ContentError`."""
    return Course(tuple(read_module(folder) for folder in numbered(content)))


def numbered(folder: Path) -> list[Path]:
    """The folders below that begin with a number, in order."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and path.name[:2].isdigit())


def identity(folder: Path) -> str:
    """A folder's name without its number."""
    return folder.name.partition("-")[2]


def read_module(folder: Path) -> Module:
    path = folder / "module.yaml"
    declared = read_yaml(path)
    lessons = tuple(read_lesson(below) for below in numbered(folder))
    limits = {name: int(declared[name]) for name in ("minutes", "needed") if name in declared}
    title = texts(path, declared.get("title"))
    review = read_review(folder, title)
    return Module(identity(folder), int(folder.name[:2]), title, lessons, **limits, review=review)


def read_review(folder: Path, title: Texts) -> Lesson | None:
    """A module's `review.yaml`: `scene`, `draws` and `questions`; a module may have none."""
    path = folder / "review.yaml"
    if not path.exists():
        return None
    declared = read_yaml(path)
    nothing = dict.fromkeys(LANGUAGES, "")
    return Lesson(
        f"review-{identity(folder)}", title, 5, nothing, (), declared.get("scene") or {}, declared.get("draws") or {},
        (), (), read_quiz(path), path=folder,
    )  # fmt: skip


def read_lesson(folder: Path) -> Lesson:
    path = folder / "lesson.yaml"
    declared = read_yaml(path)
    scene = read_yaml(folder / "scene.yaml")
    draws = taken_draws(scene)
    lesson = Lesson(
        identity(folder),
        texts(path, declared.get("title")),
        minutes(path, declared),
        {language: read_text(folder / f"{language}.md") for language in LANGUAGES},
        read_tasks(folder, declared.get("tasks") or {}),
        scene,
        draws,
        tuple((script.stem, read_text(script)) for script in sorted(folder.glob("solutions/*.sh"))),
        tuple(read_wrong(script) for script in sorted(folder.glob("wrong/*.sh"))),
        read_quiz(folder / "quiz.yaml"),
        tuple(declared.get("teaches") or ()),
        tuple(read_wrong(script) for script in sorted(folder.glob("remarked/*.sh"))),
        folder,
    )
    known = [task.id for task in lesson.tasks]
    for task in lesson.tasks:
        if task.before and task.before not in known[known.index(task.id) + 1 :]:
            raise ContentError(path, f"task {task.id} comes before {task.before}, which is no later task")
    for place, answers in (("wrong", lesson.wrong), ("remarked", lesson.remarked)):
        for answer in answers:
            if answer.task not in known:
                raise ContentError(folder / place / f"{answer.name}.sh", f"there is no task {answer.task}")
    return lesson


def taken_draws(scene: Declared) -> Declared:
    """What a scene draws, taken out of it; of several names for its `namespace` one is drawn, and goes by that word."""
    draws = scene.pop("draws", None) or {}
    if isinstance(scene.get("namespace"), list):
        draws = {"namespace": scene["namespace"], **draws}
        scene["namespace"] = "{{ namespace }}"
    return draws


def minutes(path: Path, declared: Declared) -> int:
    if not isinstance(declared.get("minutes"), int):
        raise ContentError(path, "minutes must be a whole number")
    return int(declared["minutes"])


def read_tasks(folder: Path, declared: Declared) -> tuple[Task, ...]:
    """The tasks with their checks and hints; every entry of those files must belong to a task. In an exam there are no
    hints, and then no file of them."""
    hinted = (folder / "hints.yaml").exists()
    parts = {name: read_yaml(folder / f"{name}.yaml") for name in (("checks", "hints") if hinted else ("checks",))}
    for name, entries in parts.items():
        for stray in entries.keys() - declared.keys():
            raise ContentError(folder / f"{name}.yaml", f"there is no task {stray}")
    return tuple(
        read_task(
            folder, task_id, about, parts["checks"].get(task_id), parts["hints"].get(task_id) if hinted else UNHINTED
        )
        for task_id, about in declared.items()
    )


def read_task(folder: Path, task_id: str, about: Declared, checks: Any, hints: Any) -> Task:
    if not checks or not checks.get("all"):
        raise ContentError(folder / "checks.yaml", f"task {task_id} has no checks")
    if hints is not UNHINTED and (not hints or any(len(hints.get(each) or ()) != HINTS for each in LANGUAGES)):
        raise ContentError(folder / "hints.yaml", f"task {task_id} needs {HINTS} hints in each language")
    title = texts(folder / "lesson.yaml", about.get("title"))
    levels = {language: tuple(hints[language]) for language in LANGUAGES}
    within, before = float(checks.get("within", 0)), str(about.get("before", ""))
    remarks = tuple(checks.get("remarks") or ())
    return Task(task_id, title, int(about.get("points", 1)), levels, tuple(checks["all"]), within, before, remarks)


def read_quiz(path: Path) -> tuple[Declared, ...]:
    """The questions, each with feedback; a lesson may have none."""
    if not path.exists():
        return ()
    questions = read_yaml(path).get("questions") or []
    for number, question in enumerate(questions, 1):
        where = f"question {number}"
        if question.get("kind") not in QUESTIONS:
            raise ContentError(path, f"{where} is none of {', '.join(QUESTIONS)}")
        texts(path, question.get("ask"))
        QUESTIONS[question["kind"]](path, where, question)
    return tuple(questions)


def options_with_reasons(path: Path, where: str, question: Declared) -> None:
    """Choices: what each of them means is told; `single` has one right, `multiple` has some, and of what a world
    answers (`run`, `actions`) each says when it comes."""
    options = question.get("options") or []
    for option in options:
        texts(path, option.get("text"))
        texts(path, option.get("why"))
    if "run" in question or "actions" in question:
        if len(options) < 2 or not all(option.get("when") for option in options):
            raise ContentError(path, f"{where} needs options that say `when` each of them comes")
        return
    right = sum(bool(option.get("right")) for option in options)
    if len(options) < 2 or not right or (question["kind"] != "multiple" and right != 1):
        raise ContentError(path, f"{where} has {len(options)} options, {right} of them right")


def answer_with_reason(path: Path, where: str, question: Declared) -> None:
    if "answer" not in question:
        raise ContentError(path, f"{where} has no answer")
    texts(path, question.get("why"))


def order_with_reason(path: Path, where: str, question: Declared) -> None:
    for item in question.get("order") or ():
        texts(path, item)
    if len(question.get("order") or ()) < 3:
        raise ContentError(path, f"{where} needs at least three things in their right order")
    texts(path, question.get("why"))


def pairs_with_reason(path: Path, where: str, question: Declared) -> None:
    for pair in question.get("pairs") or ():
        texts(path, pair.get("left"))
        texts(path, pair.get("right"))
    if len(question.get("pairs") or ()) < 3:
        raise ContentError(path, f"{where} needs at least three pairs")
    texts(path, question.get("why"))


def command_with_judge(path: Path, where: str, question: Declared) -> None:
    if not question.get("answer") or not (question.get("judge") or question.get("says")):
        raise ContentError(path, f"{where} needs an answer, and judge or says")
    texts(path, question.get("why"))


QUESTIONS: Mapping[str, Callable[[Path, str, Declared], None]] = {
    "command": command_with_judge,
    "match": pairs_with_reason,
    "multiple": options_with_reasons,
    "number": answer_with_reason,
    "order": order_with_reason,
    "predict": options_with_reasons,
    "single": options_with_reasons,
}
"""The kinds of question, and what each must say."""


def read_wrong(script: Path) -> Wrong:
    """A script whose first comment lines say which task it misses and what is told; maybe `settle`."""
    text = read_text(script)
    head = [line.removeprefix("#").strip() for line in text.splitlines() if line.startswith("#")]
    facts = dict(line.split(": ", 1) for line in head if ": " in line)
    missing = {"task", *LANGUAGES} - facts.keys()
    if missing:
        raise ContentError(script, f"the head lacks {', '.join(sorted(missing))}")
    says = {language: facts[language] for language in LANGUAGES}
    return Wrong(script.stem, text, facts["task"], says, float(facts.get("settle", Wrong.settle)))


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(path, str(error)) from error


def read_yaml(path: Path) -> Declared:
    try:
        loaded = yaml.load(read_text(path), yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ContentError(path, str(error)) from error
    if not isinstance(loaded, dict):
        raise ContentError(path, "not a map")
    return loaded


def texts(path: Path, given: Any) -> Texts:
    if not isinstance(given, dict) or any(language not in given for language in LANGUAGES):
        raise ContentError(path, f"a text must be given in {' and '.join(LANGUAGES)}: {given!r}")
    return {language: str(given[language]) for language in LANGUAGES}
