"""Work with text. Upstream: cel-go/ext/strings.go (version 2)"""

from typing import Any

from simulator.machinery.cel.functions import function
from simulator.machinery.cel.values import CELError, Exhausted

LONGEST = 4 * 1024 * 1024


@function("string#contains(string) -> bool")
def has(text: str, part: str) -> bool:
    return part in text


@function("string#startsWith(string) -> bool")
def starts(text: str, part: str) -> bool:
    return text.startswith(part)


@function("string#endsWith(string) -> bool")
def ends(text: str, part: str) -> bool:
    return text.endswith(part)


@function("string#charAt(int) -> string")
def char_at(text: str, index: int) -> str:
    if not 0 <= index <= len(text):
        raise CELError(f"index out of range: {index}")
    return text[index : index + 1]


@function("string#indexOf(string) -> int", "string#indexOf(string, int) -> int")
def index_of(text: str, part: str, start: int = 0) -> int:
    if not 0 <= start <= len(text) and part:
        raise CELError(f"index out of range: {start}")
    return text.find(part, start)


@function("string#lastIndexOf(string) -> int", "string#lastIndexOf(string, int) -> int")
def last_index_of(text: str, part: str, start: int | None = None) -> int:
    if start is None:
        return text.rfind(part)
    if not 0 <= start <= len(text):
        raise CELError(f"index out of range: {start}")
    return text.rfind(part, 0, start + len(part))


@function("list(string)#join() -> string", "list(string)#join(string) -> string")
def join(parts: list[Any], between: str = "") -> str:
    if not all(isinstance(part, str) for part in parts):
        raise CELError("no such overload")
    check_size(sum(map(len, parts)) + len(between) * len(parts))
    return between.join(parts)


@function("string#lowerAscii() -> string")
def lower(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


@function("string#upperAscii() -> string")
def upper(text: str) -> str:
    return "".join(letter.upper() if letter.isascii() else letter for letter in text)


@function("string#replace(string, string) -> string", "string#replace(string, string, int) -> string")
def replace(text: str, old: str, new: str, count: int = -1) -> str:
    found = text.count(old) if old else len(text) + 1
    times = found if count < 0 else min(found, count)
    check_size(len(text) + times * max(0, len(new) - len(old)))
    return text.replace(old, new, count)


@function("string#split(string) -> list(string)", "string#split(string, int) -> list(string)")
def split(text: str, separator: str, limit: int = -1) -> list[str]:
    if limit == 0:
        return []
    if not separator:
        letters = list(text)
        return letters if limit < 0 or limit >= len(letters) else [*letters[: limit - 1], "".join(letters[limit - 1 :])]
    return text.split(separator) if limit < 0 else text.split(separator, limit - 1)


@function("string#substring(int) -> string", "string#substring(int, int) -> string")
def substring(text: str, start: int, end: int | None = None) -> str:
    end = len(text) if end is None else end
    if start > end:
        raise CELError(f"invalid substring range. start: {start}, end: {end}")
    for index in (start, end):
        if not 0 <= index <= len(text):
            raise CELError(f"index out of range: {index}")
    return text[start:end]


@function("string#trim() -> string")
def trim(text: str) -> str:
    return text.strip()


ESCAPES = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
ESCAPES.update({"\\": "\\\\", '"': '\\"'})


@function("strings.quote(string) -> string")
def quote(text: str) -> str:
    return '"' + "".join(ESCAPES.get(letter, letter) for letter in text) + '"'


def check_size(size: int) -> None:
    """A text is built only if it does not grow beyond measure."""
    if size > LONGEST:
        raise Exhausted
