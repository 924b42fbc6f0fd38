"""Command lines as the programs of a node read them: flags, and the words between them."""

from collections.abc import Collection

type Flags = dict[str, str]


class UnknownFlag(Exception):
    """A flag that a command does not have; its text is the flag as it was given, without a value."""


def parsed(words: Collection[str], values: Collection[str], switches: Collection[str]) -> tuple[Flags, list[str]]:
    """Flags by their names, and the other words. `values` take one, `switches` may. Raises `UnknownFlag`."""
    flags: Flags = {}
    plain: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--":
            return flags, [*plain, *left]
        if not word.startswith("-") or word == "-":
            plain.append(word)
            continue
        name, equals, value = word.lstrip("-").partition("=")
        letters = name if word[1] != "-" and len(name) > 1 and name not in values and name not in switches else ""
        if letters and all(letter in switches for letter in letters[:-1]) and letters[-1] in (*values, *switches):
            left[:0] = [f"-{letter}" for letter in letters[:-1]] + [f"-{letters[-1]}{equals}{value}"]
            continue
        if name not in values and name not in switches:
            raise UnknownFlag(word.partition("=")[0])
        if not equals and name in values and left:
            value = left.pop(0)
        flags[name] = value
    return flags, plain
