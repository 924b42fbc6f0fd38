"""Which commands a mistyped word may have meant. Upstream: cobra's SuggestionsFor"""

from simulator.kubectl.command import Command

FARTHEST = 2


def suggestions(word: str, parent: Command) -> str:
    """The part of the error that names them, or nothing."""
    close = [
        child.name
        for child in parent.commands
        if not child.hidden
        and (distance(word.lower(), child.name.lower()) <= FARTHEST or child.name.lower().startswith(word.lower()))
    ]
    return "\n\nDid you mean this?\n" + "".join(f"\t{name}\n" for name in close) if close else ""


def distance(left: str, right: str) -> int:
    """How many letters must be added, removed or replaced (Levenshtein)."""
    row = list(range(len(right) + 1))
    for index, letter in enumerate(left, 1):
        previous, row[0] = row[0], index
        for column, other in enumerate(right, 1):
            previous, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, previous + (letter != other))
    return row[-1]
