"""`manage.py lessons check|new|count|preview`: prove the exercises, begin a lesson, count, see what is written."""

import json
import os
import re
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lessons.count import count
from lessons.course import CONTENT, LANGUAGES, ContentError, Course, load
from lessons.drafts import Drafts
from lessons.exercises import everything
from lessons.proofs import prove

PLACE = re.compile(r"(?P<module>\d\d-[a-z0-9-]+)/(?P<lesson>\d\d-(?P<name>[a-z0-9-]+))")
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
    help = (
        "check: prove every exercise; new MODULE/NAME: begin a lesson; count: what there is in each language; "
        "preview FOLDER: see it in the browser as it is written"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True)
        check = parts.add_parser("check", help="prove the course, its reviews and our exercises, or those named")
        check.add_argument("lessons", nargs="*")
        new = parts.add_parser("new", help="make the folder of a new lesson, ready to be written")
        new.add_argument("place", help="such as 03-services/07-my-lesson")
        counted = parts.add_parser("count", help="how many lessons, tasks and questions there are")
        counted.add_argument("--json", action="store_true")
        preview = parts.add_parser(
            "preview", help="a site of its own that shows a folder anew whenever a file is saved"
        )
        preview.add_argument("folder", type=Path, help="of a lesson, a module or a course")
        preview.add_argument("--port", type=int, default=8100)
        for each in (check, new, counted):
            each.add_argument("--content", type=Path, default=settings.CONTENT, help="the course's folder")

    def handle(self, *, part: str, content: Path = settings.CONTENT, **asked: Any) -> None:
        if part == "preview":
            return preview(asked["folder"], asked["port"])
        if part == "new":
            return self.begin(content, asked["place"])
        if not content.is_dir():
            raise CommandError(f"there is no course at {content}; `lessons new 01-MODULE/01-NAME` begins one there")
        if part == "check":
            self.read(content, asked["lessons"])
        try:
            course = load(content)
        except (ContentError, OSError) as error:
            raise CommandError(str(error)) from error
        if part == "check":
            return self.prove(content, course, asked["lessons"])
        self.tell(course, asked["json"])

    def read(self, content: Path, named: list[str]) -> None:
        """Say all that reading the files shows, before anything is proved."""
        modules = Drafts(content).read()
        found = [problem for module in modules for problem in module.problems]
        found += [
            problem
            for module in modules
            for draft in module.drafts
            for problem in draft.problems
            if not named or draft.lesson.id in named
        ]
        for problem in found:
            self.stdout.write(f"FAIL {problem}")
        if found:
            raise CommandError(f"problems in the files: {len(found)}")

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
            raise CommandError(f"proofs that failed: {failed}")

    def begin(self, content: Path, place: str) -> None:
        """A lesson's folder with everything in it; its module, where that is new."""
        found = PLACE.fullmatch(place.strip("/"))
        if found is None:
            raise CommandError("say NN-MODULE/NN-NAME, such as 03-services/07-name: small letters, digits and hyphens")
        folder = content / found["module"] / found["lesson"]
        if folder.exists():
            raise CommandError(f"{folder} is there already")
        if same := next(content.glob(f"[0-9][0-9]-*/[0-9][0-9]-{found['name']}/lesson.yaml"), None):
            raise CommandError(f"{same.parent} has that name already, by which pages and progress know a lesson")
        for path, text in BEGINNING.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text.format(name=found["name"]))
        module = folder.parent / "module.yaml"
        if not module.exists():
            title = found["module"][3:]
            module.write_text(f"title: {{en: {title}, ko: {title}}}\n")
            self.stdout.write(f"{module}")
        elsewhere = f" --content={content}" if content != settings.CONTENT else ""
        self.stdout.write(
            f"{folder}\nWrite it:     python manage.py lessons preview {folder}"
            f"\nThen prove it: python manage.py lessons check {found['name']}{elsewhere}"
        )

    def tell(self, course: Course, as_json: bool) -> None:
        counts = count(course)
        if as_json:
            self.stdout.write(json.dumps(counts))
            return
        for language in LANGUAGES:
            row = counts[language]
            self.stdout.write(", ".join([language, *(f"{number} {what}" for what, number in row.items())]))


def preview(folder: Path, port: int) -> None:
    """Become a site of its own whose course is a folder, open at what was asked for."""
    course, page = mounted(folder.resolve())
    environment = os.environ | {
        "KUBELAB_CONTENT": str(course),
        "KUBELAB_WRITING": "1",
        "KUBELAB_DATA": str(settings.VAR / "preview"),
        "KUBELAB_TLS_PORT": "0",
        **dict.fromkeys(("DATABASE_URL", "REDIS_URL", "KUBELAB_HOSTS"), ""),
    }
    manage = [sys.executable, str(settings.ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], env=environment, check=True)
    sys.stdout.flush()
    os.execve(sys.executable, [*manage, "serve", f"--port={port}", f"--page={page}"], environment)


def mounted(folder: Path) -> tuple[Path, str]:
    """The course's folder above a folder that an author names, and the page about that one."""
    overview = "en/writing/"
    if (folder / "lesson.yaml").exists() and (folder.parent / "module.yaml").exists():
        return folder.parent.parent, f"{overview}{folder.parent.name}/{folder.name}/"
    if (folder / "module.yaml").exists():
        return folder.parent, overview
    if any(folder.glob("[0-9][0-9]-*/module.yaml")):
        return folder, overview
    raise CommandError(f"{folder} is the folder neither of a lesson, nor of a module, nor of a course")
