"""The questions after a lesson as an assignment."""

from django.urls import reverse

from lab.catalogue import content
from lab.classrooms.assignables.work import Found, Part, Texts, Unjudgeable, Work
from lab.classrooms.models import Attempt, Judgement
from lab.language import in_language, say
from lab.quizzes.cards import asked_in, told
from lab.quizzes.questions import Question, key_of


class QuizWork(Work):
    """The questions after a lesson, each answered once an attempt."""

    def targets(self) -> list[str]:
        return [lesson.id for lesson in content.lessons() if lesson.quiz]

    def title(self, target: str) -> str:
        lesson = content.find(target)
        return f"{content.number_of(lesson)} {say('quiz.title', lesson=in_language(dict(lesson.title)))}"

    def parts(self, target: str, seed: str = "") -> list[Part]:
        return [Part(key_of(each), each["ask"], 1) for each in content.find(target).quiz]

    def begin(self, attempt: Attempt) -> None:
        """Nothing: questions are drawn from the seed."""

    def page(self, attempt: Attempt) -> str:
        return reverse("classrooms:quiz", args=[attempt.pk])

    def judge_again(self, attempt: Attempt, judgement: Judgement) -> Found:
        question = self.question(attempt, judgement.part)
        if question is None:
            raise Unjudgeable
        try:
            right, _ = question.judge(judgement.verdict["given"])
        except Exception as error:
            raise Unjudgeable from error
        return "pass" if right else "fail", judgement.verdict

    def answered(self, attempt: Attempt, judgement: Judgement) -> list[Texts]:
        question = self.question(attempt, judgement.part)
        return told(question, judgement.verdict["given"]) if question is not None else []

    def question(self, attempt: Attempt, key: str) -> Question | None:
        asked = asked_in(attempt.assignment.target, attempt.seed)
        return next((each for each in asked if each.key == key), None)
