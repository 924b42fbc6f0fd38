"""The gym and the exams, as folders."""

from lessons.course import load
from lessons.draws import drawn
from lessons.exercises import everything, exams, gym


def test_ids_are_not_used_twice() -> None:
    ids = [lesson.id for lesson in everything()]
    assert sorted(ids) == sorted(set(ids))


def test_every_exam_has_a_time_and_a_mark() -> None:
    for exam in exams().modules:
        assert exam.minutes > 0 and 0 < exam.needed <= 100, exam.id


def test_every_world_of_the_gym_has_hints_and_no_exam_task_has() -> None:
    assert all(task.hints["en"] for world in gym().lessons() for task in world.tasks)
    assert not any(task.hints["en"] for each in exams().lessons() for task in each.tasks)


def test_every_world_of_the_gym_draws_its_namespace() -> None:
    for world in gym().lessons():
        names = {drawn(world, str(seed)).scene["namespace"] for seed in range(20)}
        assert len(names) == 3, world.id


def test_every_cause_is_named_before_the_repair_for_one_point_of_five() -> None:
    for world in gym().lessons():
        told = [(task.id, task.points, task.before) for task in world.tasks]
        assert told == [("cause", 1, "mended"), ("mended", 4, "")], world.id


def test_the_course_is_apart() -> None:
    assert not {lesson.id for lesson in load().lessons()} & {each.id for each in gym().lessons()}
