"""The course: lessons as folders of files, the scenes they start in, and the checks that look at what came of them.

Knows the simulator, not the web. `load` reads the course, `boot` makes the world of a lesson, `checks.run` judges a
task.
"""

from lessons.course import Course, Lesson, Module, Task, load
from lessons.scenes import boot

__all__ = ["Course", "Lesson", "Module", "Task", "boot", "load"]
