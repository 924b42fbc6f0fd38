"""`python -m lessons.count [--json]`: how many lessons, tasks and questions the course has in each language; in the
table also how many broken worlds and exam tasks there are."""

import json
import sys

from lessons.course import LANGUAGES, Course, Lesson, load
from lessons.exercises import exams, gym

type Counts = dict[str, dict[str, int]]


def main() -> int:
    counts = count(load())
    if "--json" in sys.argv[1:]:
        print(json.dumps(counts))
        return 0
    counts = {language: row | practised(language) for language, row in counts.items()}
    columns = list(next(iter(counts.values())))
    print(" " * 4 + "".join(f"{column:>12}" for column in columns))
    for language, row in counts.items():
        print(f"{language:<4}" + "".join(f"{row[column]:>12}" for column in columns))
    return 0


def count(course: Course) -> Counts:
    """What is there in each language; a text that is empty in one does not count there."""
    return {language: counted(course.lessons(), course.reviews(), language) for language in LANGUAGES}


def practised(language: str) -> dict[str, int]:
    """How many broken worlds and exam tasks there are."""
    sets = {"worlds": gym(), "exam_tasks": exams()}
    return {name: sum(bool(each.text[language].strip()) for each in found.lessons()) for name, found in sets.items()}


def counted(lessons: list[Lesson], reviews: list[Lesson], language: str) -> dict[str, int]:
    written = [lesson for lesson in lessons if lesson.text[language].strip()]
    return {
        "lessons": len(written),
        "tasks": sum(bool(task.title[language]) for lesson in written for task in lesson.tasks),
        "questions": sum(
            bool(question["ask"][language]) for lesson in (*written, *reviews) for question in lesson.quiz
        ),
    }


if __name__ == "__main__":
    sys.exit(main())
