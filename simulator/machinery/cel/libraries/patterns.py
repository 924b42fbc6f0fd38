"""Regular expressions in RE2. Upstream: apiserver/pkg/cel/library/regex.go"""

from typing import Any

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.values import CELError
from simulator.machinery.patterns import PatternError, compiled


def expression(pattern: str) -> Any:
    try:
        return compiled(pattern)
    except PatternError as error:
        raise CELError(f"error parsing regexp: {error}") from None


@function("matches(string, string) -> bool", "string#matches(string) -> bool")
def matches(text: str, pattern: str) -> bool:
    return expression(pattern).search(text) is not None


@function("string#find(string) -> string")
def find(text: str, pattern: str) -> str:
    found = expression(pattern).search(text)
    return str(found[0]) if found is not None else ""


@function("string#findAll(string) -> list(string)", "string#findAll(string, int) -> list(string)")
def find_all(text: str, pattern: str, limit: int = -1) -> list[str]:
    found: list[str] = []
    for each in expression(pattern).finditer(text):
        if len(found) == limit:
            break
        found.append(str(each[0]))
    return found
