"""Redirections: opening what a command reads and writes, and putting it back. Upstream: bash(1) REDIRECTION"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process

if TYPE_CHECKING:
    from simulator.shell.interpreter import Shell

type Saved = tuple[tuple[int, int | None], ...]
"""Descriptors that were replaced, each with where its former file is kept (None: it was closed)."""

MODES = {"<": "r", ">": "w", ">|": "w", ">>": "a", "<>": "r+"}


def apply(shell: Shell, targets: list[tuple[int | None, str, str]]) -> Saved:
    """Carry out redirections in order; what they replaced can be restored. Raises `OSFailure`."""
    process = shell.process
    saved: list[tuple[int, int | None]] = []

    def replace(descriptor: int) -> None:
        kept = process.duplicate(descriptor) if descriptor in process.fds else None
        saved.append((descriptor, kept))

    try:
        for number, operator, text in targets:
            _redirect(shell, process, replace, number, operator, text)
    except OSFailure:
        restore(process, tuple(saved))
        raise
    return tuple(saved)


def _redirect(shell: Shell, process: Process, replace: object, number: int | None, operator: str, text: str) -> None:
    assert callable(replace)
    descriptor = number if number is not None else 0 if operator in ("<", "<<", "<<<", "<&", "<>") else 1
    if operator in ("&>", "&>>") or (
        operator == ">&" and number is None and not text.rstrip("-").isdecimal() and text != "-"
    ):
        replace(1)
        replace(2)
        process.open(text, "a" if operator == "&>>" else "w", descriptor=1)
        process.duplicate(1, 2)
        return
    if operator in ("<&", ">&"):
        if text != "-" and (not text.rstrip("-").isdecimal() or int(text.rstrip("-")) not in process.fds):
            raise OSFailure("EBADF", text)
        replace(descriptor)
        if text != "-":
            process.duplicate(int(text.rstrip("-")), descriptor)
        if text.endswith("-"):
            process.close(descriptor if text == "-" else int(text[:-1]))
        return
    if operator == ">" and "C" in shell.options and process.files.is_file(text):
        raise OSFailure("EEXIST", text)
    replace(descriptor)
    if operator in ("<<", "<<<"):
        content = text + "\n" * (operator == "<<<")
        process.open_bytes(content.encode("utf-8", "surrogateescape"), descriptor=descriptor)
    else:
        process.open(text, MODES[operator], descriptor=descriptor)


def restore(process: Process, saved: Saved) -> None:
    """Put back what `apply` replaced."""
    for descriptor, kept in reversed(saved):
        if kept is None:
            process.close(descriptor)
        else:
            process.duplicate(kept, descriptor)
            process.close(kept)


def forget(process: Process, saved: Saved) -> None:
    """Let redirections stay, as `exec >file` does."""
    for _, kept in saved:
        if kept is not None:
            process.close(kept)
