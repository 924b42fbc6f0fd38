"""`manage.py lessons check|new|count`: prove the exercises, begin a lesson, count what there is."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lessons.count import count
from lessons.course import CONTENT, LANGUAGES, ContentError, Course, load
from lessons.exercises import everything
from lessons.proofs import prove

BEGINNING = {
    "lesson.yaml": """title: {{en: {name}, ko: {name}}}
minutes: 10
tasks:
  first-task:
    title: {{en: "What is to be brought about", ko: "이루어야 할 일"}}
    points: 1
""",
    "en.md": "Say what this is about.\n",
    "ko.md": "무엇에 관한 수업인지 씁니다.\n",
    "scene.yaml": "world: lab3\n",
    "checks.yaml": "first-task:\n  all:\n    - {{ready: Pod/default/web, equals: 1}}\n",
    "hints.yaml": """first-task:
  en: ["Where to look.", "The idea.", "Nearly the answer."]
  ko: ["볼 곳.", "생각의 실마리.", "답에 가까운 말."]
""",
    "solutions/by-command.sh": "kubectl run web --image=nginx:1.29\n",
}


class Command(BaseCommand):
    help = "check: prove every exercise; new MODULE/NAME: begin a lesson; count: what there is in each language"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True)
        check = parts.add_parser("check", help="prove the course, its reviews and our exercises, or those named")
        check.add_argument("lessons", nargs="*")
        new = parts.add_parser("new", help="make the folder of a new lesson, ready to be written")
        new.add_argument("place", help="such as 03-services/07-my-lesson")
        counted = parts.add_parser("count", help="how many lessons, tasks and questions there are")
        counted.add_argument("--json", action="store_true")
        for each in (check, new, counted):
            each.add_argument("--content", type=Path, default=CONTENT, help="the course's folder (default: ours)")

    def handle(self, *, part: str, content: Path, **asked: Any) -> None:
        if part == "new":
            return self.begin(content / asked["place"])
        try:
            course = load(content)
        except (ContentError, OSError) as error:
            raise CommandError(str(error)) from error
        if part == "check":
            return self.prove(content, course, asked["lessons"])
        self.tell(course, asked["json"])

    def prove(self, content: Path, course: Course, named: list[str]) -> None:
        proved = everything() if content == CONTENT else [*course.lessons(), *course.reviews()]
        unknown = set(named) - {lesson.id for lesson in proved}
        if unknown:
            raise CommandError(f"there is no lesson {', '.join(sorted(unknown))}")
        failed = 0
        for lesson in proved:
            for proof in prove(lesson) if not named or lesson.id in named else ():
                failed += bool(proof.problem)
                verdict = f"FAIL {proof.lesson}: {proof.name}: {proof.problem}" if proof.problem else None
                self.stdout.write(verdict or f"ok   {proof.lesson}: {proof.name}")
        if failed:
            raise CommandError(f"{failed} proofs failed")

    def begin(self, folder: Path) -> None:
        if folder.exists():
            raise CommandError(f"{folder} is there already")
        number, _, name = folder.name.partition("-")
        if not number.isdigit() or not name or not (folder.parent / "module.yaml").exists():
            raise CommandError(
                "say MODULE/NN-NAME, where MODULE is a folder of the course, such as 03-services/07-name"
            )
        for path, text in BEGINNING.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text.format(name=name))
        self.stdout.write(f"{folder}\nWrite it, then prove it: python manage.py lessons check {name}")

    def tell(self, course: Course, as_json: bool) -> None:
        counts = count(course)
        if as_json:
            self.stdout.write(json.dumps(counts))
            return
        for language in LANGUAGES:
            row = counts[language]
            self.stdout.write(", ".join([language, *(f"{number} {what}" for what, number in row.items())]))
