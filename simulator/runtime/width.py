"""How many columns text takes on a terminal. Upstream: wcwidth(3), Unicode UAX #11"""

from unicodedata import combining, east_asian_width


def width(text: str) -> int:
    """Columns of the text: wide East Asian characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(columns(character) for character in text)


def columns(character: str) -> int:
    if character < "\u0300":
        return 1
    if combining(character) or character in "\u200b\u200c\u200d\ufe0f" or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
