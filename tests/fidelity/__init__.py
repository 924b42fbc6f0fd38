"""Judges: each compares the simulator with the real thing over cases that none of us wrote."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Result:
    """How many cases of a judge are equal, and a line for each that is not."""

    name: str
    equal: int
    total: int
    differences: list[str] = field(default_factory=list)
