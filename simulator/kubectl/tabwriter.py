"""Columns of text: cells end at tabs, and cells that stand below each other get the same width.

Upstream: Go's text/tabwriter
"""

type Line = list[str]


def aligned(text: str, *, smallest: int = 6, padding: int = 3) -> str:
    """A text with its tabs turned into blanks. `smallest` is the least width of a column, padding included."""
    if "\t" not in text:
        return text
    lines = [line.split("\t") for line in text.split("\n")]
    written: list[str] = []
    _format(lines, 0, len(lines), [], smallest, padding, written)
    return "\n".join(written)


def described(text: str) -> str:
    """As `kubectl describe` aligns: two blanks between columns, and no least width."""
    return aligned(text, smallest=0, padding=2)


def _format(
    lines: list[Line], start: int, end: int, widths: list[int], smallest: int, padding: int, written: list[str]
) -> None:
    column = len(widths)
    here = start
    while here < end:
        if column >= len(lines[here]) - 1:
            here += 1
            continue
        _write(lines, start, here, widths, written)
        start = here
        width = smallest
        while here < end and column < len(lines[here]) - 1:
            width = max(width, len(lines[here][column]) + padding)
            here += 1
        _format(lines, start, here, [*widths, width], smallest, padding, written)
        start = here
    _write(lines, start, end, widths, written)


def _write(lines: list[Line], start: int, end: int, widths: list[int], written: list[str]) -> None:
    for line in lines[start:end]:
        parts = []
        for index, cell in enumerate(line):
            parts.append(cell)
            if index < len(widths):
                parts.append(" " * (widths[index] - len(cell)))
        written.append("".join(parts))
