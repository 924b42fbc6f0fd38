"""A question as a page shows it: to be answered, or answered with its reasons."""

from typing import Any

from lab.catalogue import content
from lab.language import say
from lab.quizzes.models import DAYS, Answer
from lab.quizzes.questions import Question, questions


def asked_in(lesson_id: str, seed: str) -> list[Question]:
    """The questions of a lesson for one learner. Raises `Http404`."""
    plain = content.find(lesson_id)
    return questions(content.drawn(plain, seed), plain, seed)


def card(question: Question, answer: Answer | None, *, again: bool = False) -> dict[str, Any]:
    """What a template needs; with `again`, a question that is due is asked as if it were new."""
    if again and answer is not None and answer.is_due:
        answer = None
    return {
        "question": question,
        "answer": answer,
        "state": "todo" if answer is None else "pass" if answer.right else "fail",
        "options": [option(question, number, answer) for number in question.shuffled],
        "items": items(question, answer),
        "pairs": pairs(question, answer),
        "rights": [(number, question.parts[number]["right"]) for number in question.shuffled]
        if question.kind == "match"
        else [],
        "wanted": sum(bool(each.get("right")) for each in question.parts) if question.kind == "multiple" else 0,
        "later": later(answer),
    }


def option(question: Question, number: int, answer: Answer | None) -> dict[str, Any]:
    if question.kind not in ("single", "multiple", "predict"):
        return {}
    declared = question.parts[number]
    chosen = answer is not None and number in answer.given
    right = bool(declared.get("right"))
    mark = "" if answer is None else "right" if right else "wrong" if chosen else ""
    return {"number": number, "text": declared["text"], "why": declared["why"], "chosen": chosen, "mark": mark}


def items(question: Question, answer: Answer | None) -> list[dict[str, Any]]:
    """Things to put in order; once answered, as the learner put them, with the place each should have."""
    if question.kind != "order":
        return []
    rows = answer.given if answer else question.shuffled
    return [
        {"number": number, "text": question.parts[number], "place": number + 1, "right": number == place}
        for place, number in enumerate(rows)
    ]


def pairs(question: Question, answer: Answer | None) -> list[dict[str, Any]]:
    if question.kind != "match":
        return []
    rows = []
    for number, pair in enumerate(question.parts):
        given = answer.given[number] if answer else None
        chosen = question.parts[given] if given is not None and given < len(question.parts) else None
        right = chosen is not None and chosen["right"]["en"] == pair["right"]["en"]
        rows.append({"number": number, **pair, "chosen": chosen["right"] if chosen else None, "is_right": right})
    return rows


def later(answer: Answer | None) -> str:
    """What repetition will do with this question."""
    if answer is None or answer.step is None:
        return ""
    return say(f"quiz.again-{DAYS[answer.step]}")
