"""What Tab offers: commands, variables, files, and what a program's own completer knows. Upstream: readline(3)"""

from __future__ import annotations

from posixpath import commonprefix
from typing import TYPE_CHECKING, NamedTuple

from simulator.runtime.errors import OSFailure
from simulator.runtime.programs import COMPLETERS
from simulator.shell.interpreter import BUILTINS

if TYPE_CHECKING:
    from simulator.shell.interpreter import Shell

BREAKS = frozenset("|&;(<>")
SPECIAL = frozenset(" \t'\"\\$`*?[]{}()<>|&;#~!")


class Completion(NamedTuple):
    insertion: str
    candidates: list[str]


def complete(shell: Shell, before: str) -> Completion:
    """What to insert at the cursor, and the candidates when that is not decided."""
    words = split(before)
    word = words[-1]
    if word.startswith("$") and "/" not in word:
        prefix = "${" if word.startswith("${") else "$"
        names = sorted(name for name in shell.variables if name.startswith(word[len(prefix) :]))
        return _chosen(word, [prefix + name for name in names], ending="}" if prefix == "${" else " ", quote=False)
    command = words[0] if len(words) > 1 else None
    if command is None and "/" not in word:
        return _chosen(word, commands(shell, word), ending=" ", quote=True)
    completer = COMPLETERS.get(_program(shell, command)) if command is not None else None
    if completer is not None and command is not None:
        found = sorted(set(completer(shell.process, [_program(shell, command), *words[1:]], len(words) - 1)))
        if found:
            return _chosen(word, [name for name in found if name.startswith(word)], ending=" ", quote=False)
    return _files(shell, word, folders_only=command in ("cd", "pushd", "rmdir"))


def _program(shell: Shell, command: str) -> str:
    alias = shell.aliases.get(command, command).split()
    return (alias[0] if alias else command).rsplit("/", 1)[-1]


def split(text: str) -> list[str]:
    """The words of the last command on a line, quotes taken away; the last one is the word at the cursor."""
    words, current, quote, position = [], "", "", 0
    while position < len(text):
        character = text[position]
        if quote:
            if character == quote:
                quote = ""
            else:
                current += character
        elif character in "'\"":
            quote = character
        elif character == "\\" and position + 1 < len(text):
            position += 1
            current += text[position]
        elif character in " \t":
            if current:
                words.append(current)
            current = ""
        elif character in BREAKS:
            words, current = ([*words, current] if character in "<>" else []), ""
        else:
            current += character
        position += 1
    while words and "=" in words[0] and words[0].partition("=")[0].isidentifier():
        words.pop(0)
    return [*words, current]


def commands(shell: Shell, prefix: str) -> list[str]:
    """Names of commands: builtins, functions, aliases, programs on the path."""
    found = {name for known in (BUILTINS, shell.functions, shell.aliases) for name in known if name.startswith(prefix)}
    files = shell.process.files
    for folder in (shell.get("PATH") or "").split(":"):
        try:
            found |= {name for name in files.names(folder or ".") if name.startswith(prefix)}
        except OSFailure:
            continue
    return sorted(found)


def _files(shell: Shell, word: str, *, folders_only: bool) -> Completion:
    folder, slash, prefix = word.rpartition("/")
    place = folder + slash
    home = shell.get("HOME") or "/"
    real = home + place[1:] if place.startswith("~/") else place
    files = shell.process.files
    try:
        entries = files.entries(real or ".")
    except OSFailure:
        return Completion("", [])
    names = sorted(name for name in entries if name.startswith(prefix) and (prefix or name[0] != "."))
    folders = {
        name for name in names if entries[name]["kind"] == "directory"
        or (entries[name]["kind"] == "link" and files.is_directory(real + name))
    }  # fmt: skip
    if folders_only:
        names = [name for name in names if name in folders]
    if len(names) == 1:
        name = names[0]
        return Completion(quoted(name[len(prefix) :]) + ("/" if name in folders else " "), [])
    common = commonprefix(names)
    return Completion(quoted(common[len(prefix) :]), [name + "/" * (name in folders) for name in names])


def _chosen(word: str, found: list[str], *, ending: str, quote: bool) -> Completion:
    if len(found) == 1:
        rest = found[0][len(word) :]
        ending = "" if found[0].endswith(("=", "/")) else ending
        return Completion((quoted(rest) if quote else rest) + ending, [])
    rest = commonprefix(found)[len(word) :]
    return Completion(quoted(rest) if quote else rest, found)


def quoted(text: str) -> str:
    return "".join("\\" + character if character in SPECIAL else character for character in text)
