"""Who set which field of an object, and server-side apply. Upstream: sigs.k8s.io/structured-merge-diff

A manager is the name a client gives itself. Each function takes whole objects and makes a new one, whose
`metadata.managedFields` tell what each manager set. `now` is a moment (microseconds since 1970).
"""

from simulator.machinery.objects import Object


class ApplyConflicts(ValueError):
    """An apply would change fields that others manage. `conflicts` holds (who, field) in order."""

    def __init__(self, conflicts: list[tuple[str, str]]) -> None:
        super().__init__()
        self.conflicts = conflicts


def apply(
    live: Object | None, applied: Object, *, manager: str, force: bool, now: int, subresource: str = ""
) -> Object:
    """The live object with what a manager applies merged in; raises ApplyConflicts unless forced."""
    raise NotImplementedError


def update(live: Object | None, new: Object, *, manager: str, now: int, subresource: str = "") -> Object:
    """The new object, with what its manager changed against the live one noted."""
    raise NotImplementedError
