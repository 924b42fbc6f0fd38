"""A question as a page shows it: to be answered, or answered with its reasons."""

from collections.abc import Mapping
from typing import Any

from lab.catalogue import content
from lab.catalogue.content import Lesson
from lab.language import say
from lab.quizzes.models import DAYS, Answer
from lab.quizzes.questions import Question, questions

LANGUAGES = ("en", "ko")


def asked_in(lesson_id: str, seed: str, turns: Mapping[str, int] | None = None) -> list[Question]:
    """The questions of a lesson for one learner; where a question comes back for the n-th turn, with what is drawn for
    that turn. Raises `Http404`."""
    plain = content.find(lesson_id)
    asked = questions(content.drawn(plain, seed), plain, seed)
    return [again(plain, each, seed, turn) if (turn := (turns or {}).get(each.key, 0)) else each for each in asked]


def again(plain: Lesson, question: Question, seed: str, turn: int) -> Question:
    later = f"{seed}/{turn}"
    return questions(content.drawn(plain, later), plain, later)[question.number - 1]


def card(question: Question, answer: Answer | None, *, afresh: bool = False) -> dict[str, Any]:
    """What a template needs; with `afresh`, a question that is due is asked as if it were new."""
    if afresh and answer is not None and answer.is_due:
        answer = None
    return {
        "question": question,
        "answer": answer,
        "state": "todo" if answer is None else "pass" if answer.right else "fail",
        "options": [option(question, number, answer) for number in question.shuffled],
        "items": items(question, answer),
        "pairs": pairs(question, answer),
        "rights": rights(question),
        "wanted": sum(question.rights) if question.kind == "multiple" else 0,
        "later": later(answer),
    }


def option(question: Question, number: int, answer: Answer | None) -> dict[str, Any]:
    if question.kind not in ("single", "multiple", "predict"):
        return {}
    declared = question.parts[number]
    chosen = answer is not None and number in answer.given
    right = answer is not None and question.rights[number]
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


def rights(question: Question) -> list[tuple[int, dict[str, str]]]:
    """What can be chosen for a pair, each text once: several may have the same."""
    if question.kind != "match":
        return []
    once = {question.parts[number]["right"]["en"]: number for number in question.shuffled}
    return [(number, question.parts[number]["right"]) for number in once.values()]


def told(question: Question, given: Any) -> list[Mapping[str, str]]:
    """An answer in words, a thing a line: to read, when it is given."""
    parts = question.parts
    match question.kind:
        case "number":
            return [dict.fromkeys(LANGUAGES, str(given))]
        case "command":
            return [dict.fromkeys(LANGUAGES, f"`{given['command']}`")]
        case "order":
            return [parts[number] for number in given if number < len(parts)]
        case "match":
            paired = [
                (pair["left"], parts[right]["right"])
                for pair, right in zip(parts, given, strict=False)
                if right < len(parts)
            ]
            return [{each: f"{left[each]}: {right[each]}" for each in LANGUAGES} for left, right in paired]
    return [parts[number]["text"] for number in given if number < len(parts)]


def later(answer: Answer | None) -> str:
    """What repetition will do with this question."""
    if answer is None or answer.step is None:
        return ""
    return say(f"quiz.again-{DAYS[answer.step]}")
