"""Exercises prove themselves: what holds is proved, what does not is named; so is what a text claims wrongly."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lessons import boot, checks, count, proofs
from lessons.checks.finding import Finding, State
from lessons.course import Course, Lesson, Task, load
from lessons.draws import draw
from lessons.exercises import gym
from lessons.proofs import prove
from lessons.running import run
from lessons.scenes import SceneError
from lessons.shown import commands
from simulator.world import World
from tests.lessons.support import FILES, course_at, tiny


def problems(lesson: Lesson) -> dict[str, str]:
    return {proof.name: proof.problem for proof in prove(lesson) if proof.problem}


def test_a_good_lesson_proves_itself(tmp_path: Path) -> None:
    lesson = tiny(tmp_path)
    assert [(proof.name, proof.problem) for proof in prove(lesson)] == [
        ("checks as written", ""),
        ("translations", ""),
        ("untouched scene", ""),
        ("solution scale, seed 1", ""),
        ("solution scale, seed 2", ""),
        ("solution scale, seed 3", ""),
        ("wrong answer deleted", ""),
        ("commands shown (en)", ""),
        ("commands shown (ko)", ""),
    ]


def test_a_check_is_sound_where_it_comes_to_a_verdict_in_the_scene_and_when_it_is_solved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = tiny(tmp_path)
    task, judge = lesson.tasks[0].id, proofs.judge
    assert proofs.is_sound(lesson, task, "1")

    def stumbles(world: World, asked: Task) -> Finding:
        found = judge(world, asked)
        if found.is_met:
            raise KeyError("only what is right is stumbled over")
        return found

    monkeypatch.setattr(proofs, "judge", stumbles)
    assert not proofs.is_sound(lesson, task, "1"), "ours: whoever solves it would be told that they had not"


CHECKS = "grow: {all: [{object: Deployment/default/web}]}"
FAILING = [
    ("checks.yaml", CHECKS, {"untouched scene": "grow do not fail", "wrong answer deleted": "says fail: expected Deployment web exists"}),
    ("checks.yaml", CHECKS.replace("web}", "web, pth: .spec}"), {"checks as written": "object does not know pth"}),
    ("solutions/scale.sh", "kubectl get nothing\n", {"solution scale, seed 1": "ends with 1: error: the server doesn't have"}),
    ("solutions/scale.sh", "true\n", {"solution scale, seed 2": "grow: fail: expected .spec.replicas"}),
    ("solutions/scale.sh", None, {"solution": "there is none"}),
    ("wrong/deleted.sh", "# task: grow\n# en: It is gone.\n# ko: 없습니다.\nkubectl delete deployment web\n", {"wrong answer deleted": "grow says fail"}),
    ("wrong/deleted.sh", "# task: grow\n# en: a\n# ko: 가\nkubectl scale deployment/web --replicas={{ number }}\n", {"wrong answer deleted": "grow passes"}),
    ("en.md", "```run\nkubectl get deployments\n```\n\n```prints\nshop 1/1\n```\n", {"commands shown (en)": "does not print 'shop 1/1'"}),
    ("ko.md", "```run\nfalse\n```\n", {"commands shown (ko)": "`false` ends with 1"}),
    ("ko.md", "글.\n", {"translations": "one text has '```run"}),
    ("ko.md", "```run\nkubectl get pods\n```\n", {"translations": "where the other has '```run\\nkubectl get pods"}),
    ("scene.yaml", "world: mars", {"scene": "there is no world mars"}),
    ("scene.yaml", "world: lab1\nscript: echo oh; exit 3", {"scene": "ends with 3: oh"}),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "expected"), FAILING, ids=[f"{row[0]}: {list(row[2])}" for row in FAILING])
def test_a_bad_lesson_says_what_is_wrong(tmp_path: Path, file: str, text: str | None, expected: dict[str, str]) -> None:
    found = problems(tiny(tmp_path, {f"01-tiny/{file}": text}))
    for name, problem in expected.items():
        assert problem in found.get(name, ""), found


def test_every_choice_of_a_list_is_tried(tmp_path: Path) -> None:
    scene = FILES["01-tiny/scene.yaml"].replace("{from: 2, to: 3}", "[2, 3, 4, 5, 6, 7]")
    lesson = tiny(tmp_path, {"01-tiny/scene.yaml": scene})
    seeds = proofs.seeds_of(lesson)
    assert seeds[:3] == ["1", "2", "3"]
    assert {draw(lesson, seed)["number"] for seed in seeds} == {2, 3, 4, 5, 6, 7}
    wrong = replace(
        lesson,
        solutions=(("all-but-seven", "test {{ number }} = 7 || kubectl scale deployment/web --replicas={{ number }}"),),
    )
    found = [proof.problem for proof in prove(wrong) if proof.name.startswith("solution")]
    assert len(found) == len(seeds) and len([each for each in found if each]) == 1


def test_a_learners_world_is_judged_by_what_was_drawn_for_them(tmp_path: Path) -> None:
    lesson = tiny(tmp_path)
    world = boot(lesson, "3")
    assert checks.run(world, lesson, "grow").state is State.FAIL
    run(world, "kubectl scale deployment/web --replicas=3", session="mine")
    world.advance(60)
    drawn_three = {seed for seed in "123456789" if boot(lesson, seed).seed == seed and met(lesson, seed, world)}
    assert drawn_three and drawn_three < set("123456789"), "three is right for some learners, and not for others"


def met(lesson: Lesson, seed: str, world: object) -> bool:
    return checks.run(world.fork(seed=seed), lesson, "grow").is_met


def test_a_scene_with_its_own_namespace_begins_there(tmp_path: Path) -> None:
    scene = "world: lab1\nnamespace: shop\nfiles: {notes/a.txt: hello}\nscript: kubectl create configmap a"
    world = boot(tiny(tmp_path, {"01-tiny/scene.yaml": scene}), "1")
    code, output = run(world, "cat notes/a.txt && kubectl get configmap a -o name && kubectl config view --minify")
    assert code == 0
    assert output.startswith("helloconfigmap/a\n")
    assert "namespace: shop" in output


def test_a_scene_that_cannot_be_set_up_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match="the scene of tiny ends with 1"):
        boot(tiny(tmp_path, {"01-tiny/scene.yaml": "objects: '{kind: Nothing}'"}), "1")


def test_the_command_prints_a_line_a_proof(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    course = load(course_at(tmp_path, {"01-tiny/ko.md": "```run\nfalse\n```\n"}))
    monkeypatch.setattr(proofs, "everything", course.lessons)
    monkeypatch.setattr("sys.argv", ["proofs", "tiny"])
    assert proofs.main() == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ok   tiny: checks as written"
    assert lines[-2:] == ["FAIL tiny: commands shown (ko): `false` ends with 1: ", "7 passed, 2 failed"]


def test_no_such_lesson_proves_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["proofs", "no-such-lesson"])
    assert proofs.main() == 1
    assert capsys.readouterr().out == "0 passed, 0 failed\n"


def test_shown_commands_are_read_with_what_they_claim() -> None:
    text = "```run exit=1,2 wait=20\nkubectl get pod a\n```\n\n```prints\na  1/1\nb\n```\n\n```yaml\nkind: Pod\n```\n```run\nls\n```\n"
    first, second = commands(text)
    assert (first.command, first.codes, first.pause, first.prints) == (
        "kubectl get pod a",
        (1, 2),
        20.0,
        ("a  1/1", "b"),
    )
    assert (second.command, second.codes, second.prints) == ("ls", (0,), ())
    assert first.missing("NAME READY\na      1/1   Running\n") == ["b"]


def test_the_course_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quiz = "questions: [{kind: number, ask: {en: a, ko: 가}, answer: 3, why: {en: b, ko: 나}}]"
    course = load(course_at(tmp_path, {"01-tiny/quiz.yaml": quiz}))
    monkeypatch.setattr(count, "gym", lambda: course)
    monkeypatch.setattr(count, "exams", lambda: Course(()))
    row = {"lessons": 1, "tasks": 1, "questions": 1}
    assert count.count(course) == {"en": row, "ko": row}
    monkeypatch.setattr(count, "load", lambda: course)
    monkeypatch.setattr("sys.argv", ["count", "--json"])
    assert count.main() == 0
    assert json.loads(capsys.readouterr().out) == {"en": row, "ko": row}
    monkeypatch.setattr("sys.argv", ["count"])
    count.main()
    assert capsys.readouterr().out.splitlines()[1].split() == ["en", "1", "1", "1", "1", "0"]


def test_a_scene_of_two_clusters_makes_the_same_in_both(tmp_path: Path) -> None:
    scene = "world: lab1\nclusters: [dev, prod]\nnamespace: shop\nobjects: |\n  {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"
    world = boot(tiny(tmp_path, {"01-tiny/scene.yaml": scene}), "1")
    script = (
        "kubectl config current-context; for each in dev prod; do kubectl get configmap a -o name --context $each; done"
    )
    assert run(world, script) == (0, "dev\nconfigmap/a\nconfigmap/a\n")


def test_a_task_that_a_later_one_undoes_is_judged_where_the_solution_says_it_is_done(tmp_path: Path) -> None:
    again = "kubectl scale deployment/web --replicas={{ number }}\n#: grow\nkubectl scale deployment/web --replicas=0\n"
    wrong = "#: grow\nkubectl scale deployment/web --replicas={{ number }}\n"
    assert problems(tiny(tmp_path / "a", {"01-tiny/solutions/scale.sh": again})) == {}
    found = problems(tiny(tmp_path / "b", {"01-tiny/solutions/scale.sh": wrong}))
    assert "grow: fail: expected .spec.replicas" in found["solution scale, seed 1"]


def test_a_scene_may_do_what_checks_do(tmp_path: Path) -> None:
    world = boot(tiny(tmp_path, {"01-tiny/scene.yaml": "world: lab1\nactions: [{cordon: node-1}]"}), "1")
    assert "node-1 Ready,SchedulingDisabled" in " ".join(run(world, "kubectl get nodes")[1].split())


def test_a_lesson_that_breaks_the_program_fails_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(lesson: Lesson) -> list[proofs.Proof]:
        raise ZeroDivisionError(lesson.id)

    monkeypatch.setattr(proofs, "everything", load(course_at(tmp_path, {})).lessons)
    monkeypatch.setattr(proofs, "prove", broken)
    monkeypatch.setattr("sys.argv", ["proofs"])
    assert proofs.main() == 1
    told = capsys.readouterr().out
    assert told.startswith("FAIL tiny: broke off: Traceback")
    assert told.endswith("ZeroDivisionError: tiny\n\n0 passed, 1 failed\n")


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        pytest.param("{name}\n#: cause\n{repair}", "", id="named, then repaired"),
        pytest.param("{repair}\n{name}\n#: cause\n", "cause comes too late", id="repaired, then named"),
    ],
)
def test_what_comes_before_another_task_is_done_while_that_one_is_open(script: str, problem: str) -> None:
    repair = """kubectl patch service {{ app }} -p '{"spec":{"ports":[{"port":80,"targetPort":8080}]}}'"""
    name = "mkdir -p ~/answers; echo targetPort > ~/answers/cause"
    written = script.replace("{name}", name).replace("{repair}", repair)
    world = replace(gym().find("port-by-name"), solutions=(("it", written),))
    assert proofs.solved(world, "it", "1").problem == problem


REMARKED = """
grow:
  all: [{object: Deployment/default/web, path: .spec.replicas, at_least: 2}]
  remarks:
    - {when: {object: Deployment/default/web, path: .spec.replicas, at_least: 5}, say: {en: That is plenty., ko: 많습니다.}}
"""


@pytest.mark.parametrize(
    ("replicas", "problem"),
    [
        pytest.param(5, "", id="passes with the remark"),
        pytest.param(2, "seed 1: grow says pass", id="passes without"),
        pytest.param(1, "seed 1: grow says fail", id="does not pass"),
    ],
)
def test_a_clumsy_answer_passes_and_is_told_so(tmp_path: Path, replicas: int, problem: str) -> None:
    script = (
        f"# task: grow\n# en: That is plenty.\n# ko: 많습니다.\nkubectl scale deployment/web --replicas={replicas}\n"
    )
    lesson = tiny(tmp_path, {"01-tiny/checks.yaml": REMARKED, "01-tiny/remarked/many.sh": script})
    found = proofs.remarked(lesson, 0).problem
    assert found.startswith(problem) and bool(found) == bool(problem)
