"""`python -m lessons.count [--json]`: how many lessons, tasks and questions the course has in each language."""

import json
import sys

from lessons.course import LANGUAGES, Course, Lesson, load

type Counts = dict[str, dict[str, int]]


def main() -> int:
    counts = count(load())
    if "--json" in sys.argv[1:]:
        print(json.dumps(counts))
        return 0
    print(f"{'':<4}{'lessons':>9}{'tasks':>8}{'questions':>11}")
    for language, row in counts.items():
        print(f"{language:<4}{row['lessons']:>9}{row['tasks']:>8}{row['questions']:>11}")
    return 0


def count(course: Course) -> Counts:
    """What is there in each language; a text that is empty in one does not count there."""
    return {language: counted(course.lessons(), language) for language in LANGUAGES}


def counted(lessons: list[Lesson], language: str) -> dict[str, int]:
    written = [lesson for lesson in lessons if lesson.text[language].strip()]
    return {
        "lessons": len(written),
        "tasks": sum(bool(task.title[language]) for lesson in written for task in lesson.tasks),
        "questions": sum(bool(question["ask"][language]) for lesson in written for question in lesson.quiz),
    }


if __name__ == "__main__":
    sys.exit(main())
