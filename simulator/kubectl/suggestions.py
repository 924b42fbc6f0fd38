"""Which commands a mistyped word may have meant. Upstream: cobra's SuggestionsFor"""

from simulator.kubectl.command import Command

FARTHEST = 2
MEANT = {
    "get": ("list", "ls"),
    "delete": ("remove", "rm"),
    "describe": ("inspect",),
    "top": ("stats",),
}
"""Words of other programs for what a command does."""


def suggestions(word: str, parent: Command) -> str:
    """The part of the error that names them, or nothing."""
    close = [child.name for child in parent.commands if not child.hidden and could_be(word.lower(), child)]
    return "\n\nDid you mean this?\n" + "".join(f"\t{name}\n" for name in close) if close else ""


def could_be(word: str, command: Command) -> bool:
    return (
        distance(word, command.name) <= FARTHEST or command.name.startswith(word) or word in MEANT.get(command.name, ())
    )


def distance(left: str, right: str) -> int:
    """How many letters must be added, removed or replaced (Levenshtein)."""
    row = list(range(len(right) + 1))
    for index, letter in enumerate(left, 1):
        previous, row[0] = row[0], index
        for column, other in enumerate(right, 1):
            previous, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, previous + (letter != other))
    return row[-1]
