"""Which test honours which row of the conformance list."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conformance.cluster import Cluster

TAGS = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class Honour:
    """A test, with the rows that hold when it passes."""

    rows: tuple[str, ...]
    test: Callable[..., None]
    case: tuple[Any, ...] = ()

    def check(self) -> None:
        """Run the test on a cluster of its own. Raises what the test raises."""
        self.test(Cluster(), *self.case)


LEDGER: list[Honour] = []


def title(codename: str) -> str:
    """A row's key: its codename without the tags in brackets, such as `[sig-node]` and `[Conformance]`."""
    return " ".join(TAGS.sub(" ", codename).split())


def honours[**P](*rows: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """This test, which takes a cluster, checks all that these rows (by title) demand."""

    def enter(test: Callable[P, None]) -> Callable[P, None]:
        LEDGER.append(Honour(rows, test))
        return test

    return enter


def honours_each(cases: dict[str, Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """This test, which takes a cluster and a `case`, checks for each row what its case describes."""

    def enter(test: Callable[..., None]) -> Callable[..., None]:
        LEDGER.extend(Honour((row,), test, (case,)) for row, case in cases.items())
        return pytest.mark.parametrize("case", [pytest.param(case, id=row) for row, case in cases.items()])(test)

    return enter
