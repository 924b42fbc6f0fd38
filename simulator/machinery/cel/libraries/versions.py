"""Semantic versions. Upstream: apiserver/pkg/cel/library/semverlib.go, github.com/blang/semver"""

import re
from dataclasses import dataclass
from functools import total_ordering

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.values import NAMES, CELError

SEMVER = "kubernetes.Semver"
NUMBER = r"(0|[1-9][0-9]*)"
FORM = re.compile(
    rf"{NUMBER}\.{NUMBER}\.{NUMBER}(?:-([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?(?:\+[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*)?"
)


@total_ordering
@dataclass(frozen=True, slots=True)
class Semver:
    major: int
    minor: int
    patch: int
    early: tuple[str, ...] = ()
    """What comes after a dash; versions without come later."""

    @property
    def order(self) -> tuple[int, int, int, bool, tuple[tuple[int, int, str], ...]]:
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in self.early)
        return self.major, self.minor, self.patch, not self.early, parts

    def __lt__(self, other: "Semver") -> bool:
        return self.order < other.order


NAMES[Semver] = SEMVER


def parse(text: str) -> Semver:
    if len(text) > 256:
        raise CELError("Version string is too long")
    found = FORM.fullmatch(text)
    if found is None:
        if not text:
            raise CELError("Version string empty")
        if text.count(".") < 2:
            raise CELError("No Major.Minor.Patch elements found")
        raise CELError(f'Invalid character(s) found in version "{text}"')
    early = tuple((found[4] or "").split(".")) if found[4] else ()
    return Semver(int(found[1]), int(found[2]), int(found[3]), early)


def normalized(text: str) -> str:
    """Without a leading v and leading zeros, with all three numbers."""
    parts = text.removeprefix("v").split(".", 2)
    for index, part in enumerate(parts):
        if len(part) > 1:
            left = part.lstrip("0")
            parts[index] = left if left and left[0].isdigit() else f"0{left}"
    if len(parts) < 3 and any(sign in parts[-1] for sign in "+-"):
        raise CELError("short version cannot contain PreRelease/Build meta data")
    return ".".join([*parts, "0", "0"][:3])


@function(f"semver(string) -> {SEMVER}", f"semver(string, bool) -> {SEMVER}", since=33)
def semver(text: str, normalize: bool = False) -> Semver:
    return parse(normalized(text) if normalize else text)


@function("isSemver(string) -> bool", "isSemver(string, bool) -> bool", since=33)
def is_semver(text: str, normalize: bool = False) -> bool:
    try:
        semver(text, normalize)
    except CELError:
        return False
    return True


@function(f"{SEMVER}#major() -> int", since=33)
def major(value: Semver) -> int:
    return value.major


@function(f"{SEMVER}#minor() -> int", since=33)
def minor(value: Semver) -> int:
    return value.minor


@function(f"{SEMVER}#patch() -> int", since=33)
def patch(value: Semver) -> int:
    return value.patch


@function(f"{SEMVER}#isGreaterThan({SEMVER}) -> bool", since=33)
def is_greater(value: Semver, other: Semver) -> bool:
    return value > other


@function(f"{SEMVER}#isLessThan({SEMVER}) -> bool", since=33)
def is_less(value: Semver, other: Semver) -> bool:
    return value < other


@function(f"{SEMVER}#compareTo({SEMVER}) -> int", since=33)
def compare(value: Semver, other: Semver) -> int:
    return (value > other) - (value < other)
