"""Brace expansion: `a{b,c}d` and `{1..5}`, before anything else is expanded."""

from simulator.shell.nodes import Part, Word

MOST = 10_000
"""More words than this are refused by leaving the braces as they are."""


def expand_braces(word: Word) -> list[Word]:
    """The words that a word stands for."""
    if not any(part[0] == "plain" and "{" in part[1] for part in word):
        return [word]
    letters: list[Part] = []
    for part in word:
        if part[0] == "plain":
            letters.extend(("plain", character) for character in part[1])
        else:
            letters.append(part)
    return [_joined(expanded) for expanded in _expand(letters)]


def _expand(letters: list[Part]) -> list[list[Part]]:
    for start, letter in enumerate(letters):
        if letter != ("plain", "{"):
            continue
        found = _alternatives(letters, start)
        if found is None:
            continue
        end, alternatives = found
        rest = _expand(letters[end + 1 :])
        middle = [inner for alternative in alternatives for inner in _expand(alternative)]
        if len(middle) * len(rest) > MOST:
            return [letters]
        return [letters[:start] + inner + after for inner in middle for after in rest]
    return [letters]


def _alternatives(letters: list[Part], start: int) -> tuple[int, list[list[Part]]] | None:
    """The closing brace that belongs to the one at `start`, and what is between the commas (or the range)."""
    depth = 0
    parts: list[list[Part]] = []
    current: list[Part] = []
    for end in range(start + 1, len(letters)):
        letter = letters[end]
        if letter == ("plain", "}") and not depth:
            if parts:
                return end, [*parts, current]
            numbers = _range("".join(part[1] for part in current) if all(p[0] == "plain" for p in current) else "")
            return None if numbers is None else (end, [[("plain", text)] for text in numbers])
        if letter == ("plain", ",") and not depth:
            parts.append(current)
            current = []
            continue
        depth += (letter == ("plain", "{")) - (letter == ("plain", "}"))
        current.append(letter)
    return None


def _range(text: str) -> list[str] | None:
    ends = text.split("..")
    if len(ends) not in (2, 3):
        return None
    try:
        first, last = int(ends[0]), int(ends[1])
        step = abs(int(ends[2])) if len(ends) == 3 else 1
    except ValueError:
        if len(ends[0]) == len(ends[1]) == 1 and (ends[0] + ends[1]).isalpha() and len(ends) == 2:
            low, high = ord(ends[0]), ord(ends[1])
            step = 1 if low <= high else -1
            return [chr(code) for code in range(low, high + step, step)]
        return None
    if abs(last - first) > MOST:
        return None
    digits = max(len(end.lstrip("-")) for end in ends[:2])
    padded = any(end.lstrip("-").startswith("0") and len(end.lstrip("-")) > 1 for end in ends[:2])
    step = (step or 1) * (1 if first <= last else -1)
    numbers = range(first, last + (1 if step > 0 else -1), step)
    return [f"{number:0{digits + (number < 0)}d}" if padded else str(number) for number in numbers]


def _joined(parts: list[Part]) -> Word:
    joined: list[Part] = []
    for part in parts:
        if part[0] == "plain" and joined and joined[-1][0] == "plain":
            joined[-1] = ("plain", joined[-1][1] + part[1])
        else:
            joined.append(part)
    return tuple(joined)
