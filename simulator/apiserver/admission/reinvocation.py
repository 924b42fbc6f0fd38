"""Who is asked a second time because of what others changed after them.

Upstream: apiserver/pkg/admission/plugin/webhook/mutating/reinvocationcontext.go
"""

from dataclasses import dataclass, field

from simulator.apiserver.admission.chain import Attributes
from simulator.machinery.objects import Object


@dataclass(slots=True)
class Course[Key]:
    """What was asked in the first round, and who has to be asked again."""

    invoked: list[Key] = field(default_factory=list)
    """Those that want to be asked again if something changes after them."""
    again: list[Key] = field(default_factory=list)
    output: Object | None = None

    def changed(self) -> None:
        """Something changed: whoever wants to is asked again."""
        self.again += [key for key in self.invoked if key not in self.again]
        self.invoked = []


def course_of[Key](plugin: str, attributes: Attributes) -> Course[Key]:
    """The course a plugin has taken with a write; begun in the first round, looked at again in the second."""
    course: Course[Key] = attributes.notes.setdefault(plugin, Course())
    if attributes.is_reinvocation and course.output != attributes.object:
        course.changed()
    return course
