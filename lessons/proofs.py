"""`python -m lessons.proofs`: every exercise proves itself.

No check says what nobody reads, the two texts offer the same, the untouched scene fails every task, each published
solution passes all of them on several seeds (what must come before another task while that one is still open), each
known wrong answer gets its own message and each clumsy one its remark, and every command that the text offers runs.
"""

import os
import re
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from multiprocessing import get_context
from typing import Literal

from lessons.checks.finding import Finding, State
from lessons.checks.run import judge
from lessons.checks.words import misspelt
from lessons.course import LANGUAGES, Lesson, Task, Wrong
from lessons.draws import drawn, picked
from lessons.exercises import everything
from lessons.questions import is_run, outcome, tried
from lessons.running import run
from lessons.scenes import SceneError, boot
from lessons.shown import commands, outline
from simulator.garbage import settle
from simulator.world import World

SEEDS = ("1", "2", "3")
FURTHER = 1000
"""How many seeds are looked through for choices that the first ones have not taken."""
SETTLE = 180.0
DONE = re.compile(r"^#: (.+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Proof:
    """One thing that was tried, and what is wrong if it did not come out."""

    lesson: str
    name: str
    problem: str = ""


def main() -> int:
    """Prove course, gym and exams, or the lessons named; prints a line a proof, returns 1 when one fails.

    Lessons prove themselves independently, so every processor takes one at a time.
    """
    named = sys.argv[1:]
    lessons = [lesson.id for lesson in everything() if not named or lesson.id in named]
    passed = failed = 0
    settle()  # what every worker is given is loaded once
    with get_context("fork").Pool(min(os.cpu_count() or 1, max(len(lessons), 1))) as pool:
        for proofs in pool.imap(proved, lessons):
            for proof in proofs:
                told = f": {proof.problem}" if proof.problem else ""
                print(f"{'FAIL' if proof.problem else 'ok  '} {proof.lesson}: {proof.name}{told}", flush=True)
                passed, failed = passed + (not proof.problem), failed + bool(proof.problem)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def proved(name: str) -> list[Proof]:
    (lesson,) = (lesson for lesson in everything() if lesson.id == name)
    return list(proving(lesson))


def proving(lesson: Lesson) -> Iterator[Proof]:
    """What `prove` says, as it goes; a lesson that breaks the program fails, and the others go on."""
    try:
        yield from prove(lesson)
    except Exception:
        yield Proof(lesson.id, "broke off", traceback.format_exc())


def prove(lesson: Lesson) -> Iterator[Proof]:
    """Everything that must be true of one lesson, one thing after the other."""
    try:
        boot(lesson, SEEDS[0])
    except SceneError as error:
        yield Proof(lesson.id, "scene", str(error))
        return
    yield written(lesson)
    if lesson.tasks:
        yield translated(lesson)
        yield untouched(lesson)
        for number, (name, _) in enumerate(lesson.solutions):
            for seed in some_seeds(lesson, number) if number else seeds_of(lesson):
                yield solved(lesson, name, seed)
        if not lesson.solutions:
            yield Proof(lesson.id, "solution", "there is none")
        yield from (mistaken(lesson, number) for number in range(len(lesson.wrong)))
        yield from (remarked(lesson, number) for number in range(len(lesson.remarked)))
        yield from (shown(lesson, language) for language in LANGUAGES)
    yield from answered(lesson)


def written(lesson: Lesson) -> Proof:
    """Whether every key of every check is one that somebody reads."""
    declared = [check for task in lesson.tasks for check in task.checks]
    declared += [each["when"] for task in lesson.tasks for each in task.remarks]
    for question in lesson.quiz:
        declared += question.get("judge") or ()
        declared += [check for option in question.get("options") or () for check in option.get("when") or ()]
    return Proof(lesson.id, "checks as written", "; ".join(wrong for check in declared for wrong in misspelt(check)))


def translated(lesson: Lesson) -> Proof:
    """Whether both texts have the same parts in the same order; commands and what they print are told word for word."""
    ours, theirs = (outline(lesson.text[language]) for language in LANGUAGES)
    differ = next(((one, other) for one, other in zip_longest(ours, theirs, fillvalue="nothing") if one != other), None)
    told = " where the other has ".join(map(repr, differ)) if differ else ""
    return Proof(lesson.id, "translations", f"one text has {told}" if told else "")


def answered(lesson: Lesson) -> Iterator[Proof]:
    """The questions that a world answers: on several seeds exactly one option of a prediction comes, the published
    command is right, and those known to be wrong are."""
    for number, question in enumerate(lesson.quiz):
        if is_run(question):
            problems = [problem for seed in seeds_of(lesson) for problem in misjudged(lesson, number, seed)]
            yield Proof(lesson.id, f"question {number + 1}", "; ".join(problems))


def misjudged(lesson: Lesson, number: int, seed: str) -> list[str]:
    question = drawn(lesson, seed).quiz[number]
    if question["kind"] != "command":
        coming = outcome(lesson, number, seed)
        return [] if sum(coming) == 1 else [f"seed {seed}: {sum(coming)} of the options come"]
    lines = [(question["answer"], True), *((line, False) for line in question.get("wrong") or ())]
    found = [(line, tried(lesson, number, line, seed), right) for line, right in lines]
    return [
        f"seed {seed}: `{line}` is {'right' if tried_.right else 'wrong'}: {tried_.output[-200:]}"
        for line, tried_, right in found
        if tried_.right is not right
    ]


def seeds_of(lesson: Lesson) -> list[str]:
    """The seeds to try a lesson with: the first, and as many more as it takes until each choice of what is drawn from a
    list has come up."""
    lists = {name: len(choice) for name, choice in lesson.draws.items() if isinstance(choice, list)}
    missing = {(name, number) for name, length in lists.items() for number in range(length)}
    found = list(SEEDS)
    for seed in SEEDS:
        missing -= picked(lesson, seed).items()
    for seed in map(str, range(len(SEEDS) + 1, FURTHER)):
        if not missing:
            break
        if missing & picked(lesson, seed).items():
            missing -= picked(lesson, seed).items()
            found.append(seed)
    return found


def some_seeds(lesson: Lesson, number: int) -> list[str]:
    """The first of those seeds and another, not the same for every answer: together they meet what is drawn."""
    if not lesson.draws:
        return [SEEDS[0]]
    first, *others = seeds_of(lesson)
    return [first, others[number % len(others)]]


def untouched(lesson: Lesson) -> Proof:
    problems = []
    for seed in seeds_of(lesson):
        world = boot(lesson, seed)
        passed = [task.id for task in drawn(lesson, seed).tasks if judge(world, task).state is not State.FAIL]
        problems += [f"{', '.join(passed)} do not fail (seed {seed})"] if passed else []
    return Proof(lesson.id, "untouched scene", "; ".join(problems))


def solved(lesson: Lesson, name: str, seed: str) -> Proof:
    mine = drawn(lesson, seed)
    world = boot(lesson, seed)
    problems = []
    passed: set[str] = set()
    for script, done in stretches(dict(mine.solutions)[name]):
        code, output = run(world, script, session="solution")
        due = [task for task in mine.tasks if (task.id in done if done else task.id not in passed)]
        if any(not task.before for task in due):  # what comes before another is said and not brought about: no waiting
            world.advance(SETTLE)
        problems += [f"the script ends with {code}: {output.strip()[-300:]}"] if code else []
        verdicts = [(task, judge(world, task)) for task in due]
        problems += [f"{task.id}: {told(finding)}" for task, finding in verdicts if not finding.is_met]
        problems += [f"{task.id} comes too late" for task in due if task.before and not is_open(world, mine, task)]
        passed.update(done)
    return Proof(lesson.id, f"solution {name}, seed {seed}", "; ".join(problems))


def is_sound(lesson: Lesson, task_id: str, seed: str) -> bool:
    """Whether a task's check comes to a verdict, whichever, in the untouched scene and in each solved one.

    Where it does, and does not in a learner's world, it is that world which is odd.
    """
    mine = drawn(lesson, seed)
    try:
        for script in ("", *dict(mine.solutions).values()):
            world = boot(lesson, seed)
            run(world, script, session="solution")
            world.advance(SETTLE)
            judge(world, mine.task(task_id))
    except Exception:
        return False
    return bool(mine.solutions)


def is_open(world: World, lesson: Lesson, task: Task) -> bool:
    """Whether what a task comes before is neither done nor on its way."""
    return judge(world, lesson.task(task.before)).state is State.FAIL


def stretches(script: str) -> list[tuple[str, list[str]]]:
    """A solution in stretches, each with the tasks that its last line, `#: task task`, says are done by then: what a
    later one undoes stays passed. The last stretch is followed by all the rest."""
    pieces = DONE.split(script)
    return [*zip(pieces[:-1:2], map(str.split, pieces[1::2]), strict=True), (pieces[-1], [])]


def mistaken(lesson: Lesson, number: int) -> Proof:
    problems = []
    for seed in some_seeds(lesson, number):
        mine, finding = answered_by(lesson, "wrong", number, seed)
        if finding.is_met:
            problems.append(f"seed {seed}: {mine.task} passes")
        elif not is_told(mine, finding):
            problems.append(f"seed {seed}: {mine.task} says {told(finding)}")
    return Proof(lesson.id, f"wrong answer {lesson.wrong[number].name}", "; ".join(problems))


def remarked(lesson: Lesson, number: int) -> Proof:
    """Whether an answer that could be better passes, and is told so."""
    problems = []
    for seed in some_seeds(lesson, number):
        mine, finding = answered_by(lesson, "remarked", number, seed)
        if not (finding.is_met and is_told(mine, finding)):
            problems.append(f"seed {seed}: {mine.task} says {told(finding)}")
    return Proof(lesson.id, f"remark on {lesson.remarked[number].name}", "; ".join(problems))


def answered_by(lesson: Lesson, kind: Literal["wrong", "remarked"], number: int, seed: str) -> tuple[Wrong, Finding]:
    """A known answer as it is drawn, and what is found of its task after it."""
    mine, world = drawn(lesson, seed), boot(lesson, seed)
    answer = (mine.wrong if kind == "wrong" else mine.remarked)[number]
    run(world, answer.script, session=kind)
    world.advance(answer.settle)
    return answer, judge(world, mine.task(answer.task))


def is_told(answer: Wrong, finding: Finding) -> bool:
    return all(finding.message.get(language) == answer.says[language] for language in LANGUAGES)


def shown(lesson: Lesson, language: str) -> Proof:
    """Run the commands of the text one after another in the lesson's own scene; compare what it says they print."""
    mine = drawn(lesson, SEEDS[0])
    world = boot(lesson, SEEDS[0])
    problems = []
    for number, block in enumerate(commands(mine.text[language])):
        code, output = run(world, block.command, session=f"shown{number}")
        if code not in block.codes:
            problems.append(f"`{block.command}` ends with {code}: {output.strip()[-200:]}")
        problems += [f"`{block.command}` does not print {line!r}" for line in block.missing(output)]
        world.advance(block.pause)
    return Proof(lesson.id, f"commands shown ({language})", "; ".join(problems))


def told(finding: Finding) -> str:
    expected, seen, message = (texts.get("en", "") for texts in (finding.expected, finding.seen, finding.message))
    return f"{finding.state}: expected {expected}, seen {seen}{f', {message}' if message else ''}"


if __name__ == "__main__":
    sys.exit(main())
