"""A course of two lessons, so that the pages can be tested whatever the real one says."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Task:
    id: str
    title: dict[str, str]
    points: int = 2
    hints: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Lesson:
    id: str
    title: dict[str, str]
    text: dict[str, str]
    tasks: list[Task]
    minutes: int = 10
    solutions: tuple[tuple[str, str], ...] = ()
    quiz: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Module:
    id: str
    title: dict[str, str]
    lessons: list[Lesson]
    number: int = 2
    review: Lesson | None = None


@dataclass(frozen=True)
class Course:
    modules: list[Module]


@dataclass(frozen=True)
class Finding:
    state: str
    expected: dict[str, str] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    object: str = ""
    message: dict[str, str] = field(default_factory=dict)


RUN_A_POD = Task(
    "run-a-pod",
    {"en": "Run a Pod named web", "ko": "web이라는 파드 실행하기"},
    hints={
        "en": ["Look at `kubectl run`.", "It needs an image.", "kubectl run web --image=nginx"],
        "ko": ["`kubectl run`을 봅니다.", "이미지가 필요합니다.", "kubectl run web --image=nginx"],
    },
)
LOSE_IT = Task("lose-it", {"en": "Delete it again", "ko": "다시 지우기"})
FIRST = Lesson(
    "first-pod",
    {"en": "A first Pod", "ko": "첫 파드"},
    {
        "en": "A Pod is the smallest unit.\n\n## Run one\n\n```run\nkubectl run web --image=nginx\n```\n\n```predict\nquestion: How many Pods will there be?\noptions: [0, 1, 3]\n```\n\n<script>alert(1)</script>\n",
        "ko": "파드는 가장 작은 단위입니다.\n\n## 실행하기\n\n```run\nkubectl run web --image=nginx\n```\n",
    },
    [RUN_A_POD, LOSE_IT],
)
SECOND = Lesson("english-only", {"en": "Only English", "ko": "영어뿐"}, {"en": "Text."}, [])
COURSE = Course([Module("pods", {"en": "Pods", "ko": "파드"}, [FIRST, SECOND])])


def load() -> Course:
    return COURSE


def draw(lesson: Lesson, seed: str) -> Lesson:
    return lesson


def is_sound(lesson: Any, task: str, seed: str) -> bool:
    """As of what the course's own check works on; where another one is put in its place, that is ours to answer for."""
    return bool(settings.CHECK == "tests.lab.course.check")


def check(world: Any, lesson: Any, task: str) -> Finding:
    """The task is done when its own name has been typed as a command."""
    typed = world.text()
    if "an odd thing" in typed:
        raise KeyError("what the check counts on")
    if task in typed:
        return Finding("pass")
    return Finding(
        "fail",
        {"en": f"{task} is typed", "ko": f"{task}를 입력"},
        {"en": f"{len(typed)} letters", "ko": f"{len(typed)}자"},
        "Pod web",
    )
