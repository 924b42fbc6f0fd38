"""The modules' reviews: questions that come back, each time with other names and numbers."""

from lab.catalogue import content
from lab.catalogue.content import Lesson


def reviews() -> list[Lesson]:
    """The bank of each module that has one."""
    return [module.review for module in content.course().modules if module.review is not None]


def is_review(lesson_id: str) -> bool:
    return any(bank.id == lesson_id for bank in reviews())


def review_after(lesson: Lesson) -> Lesson | None:
    """The review of the module that ends with a lesson."""
    module = content.module_of(lesson)
    if module is None or module.lessons[-1].id != lesson.id:
        return None
    return module.review
