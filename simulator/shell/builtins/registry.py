"""The commands that a shell carries out itself, by name. Upstream: bash(1) SHELL BUILTIN COMMANDS"""

from __future__ import annotations

from collections.abc import Callable

from simulator.shell.interpreter import BUILTINS, Shell

type Builtin = Callable[[Shell, list[str]], int | None]


def builtin[B: Builtin](*names: str) -> Callable[[B], B]:
    """Register a function as the builtin of these names."""

    def register(method: B) -> B:
        for name in names:
            BUILTINS[name] = method
        return method

    return register
