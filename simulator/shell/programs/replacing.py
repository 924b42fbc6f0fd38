"""Programs that change characters and names in text: tr, envsubst. Upstream: coreutils(1), gettext(1)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.runtime.process import Process
from simulator.runtime.programs import program
from simulator.shell.lexer import escape
from simulator.shell.patterns import CLASSES
from simulator.shell.programs.base import Run, Stream, Usage, options


def characters(text: str) -> list[str]:
    """The characters that an operand of `tr` means, in order."""
    found: list[str] = []
    position = 0
    while position < len(text):
        if (
            text.startswith("[:", position)
            and (end := text.find(":]", position)) > 0
            and text[position + 2 : end] in CLASSES
        ):
            name = text[position + 2 : end]
            found += [chr(code) for code in range(128) if _in_class(chr(code), name)]
            position = end + 2
            continue
        if text[position] == "\\":
            character, position = escape(text, position)
            character = character[-1]
        else:
            character, position = text[position], position + 1
        if text[position : position + 1] == "-" and position + 1 < len(text):
            last, position = text[position + 1], position + 2
            found += [chr(code) for code in range(ord(character), ord(last) + 1)]
        else:
            found.append(character)
    return found


def _in_class(character: str, name: str) -> bool:
    import re2

    return re2.match(f"^[{CLASSES[name]}]$", character) is not None or (
        character == "\n" and name in ("space", "cntrl")
    )


@program("tr")
class Tr(Stream):
    by_lines = False

    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        flags, words = options(process, "dscCt", {"delete": "d", "squeeze-repeats": "s", "complement": "c"}, stop=True)
        if not words or (len(words) < 2 and not ("d" in flags or "s" in flags)):
            raise Usage("missing operand" + (f" after ‘{words[0]}’" if words else ""))
        first = characters(words[0])
        second = characters(words[1]) if len(words) > 1 else []
        complement = "c" in flags or "C" in flags
        table = {}
        if second and "d" not in flags and not complement:
            padded = second + [second[-1]] * (len(first) - len(second))
            table = dict(zip(first, padded, strict=False))
        return {
            **flags,
            "first": "".join(first),
            "second": "".join(second),
            "table": table,
            "complement": complement,
        }, []

    def memory(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"last": "", "half": b""}

    def take(self, process: Process, run: Run, data: bytes) -> None:
        settings = run.settings
        text = data.decode("utf-8", "surrogateescape")
        first, second = set(settings["first"]), set(settings["second"])
        complement = settings["complement"]
        made = []
        last = run.memory["last"]
        squeezed = second or (first if not complement else None)
        for character in text:
            member = (character in first) != complement
            if member and "d" in settings:
                continue
            if member and settings["second"] and "d" not in settings:
                character = settings["second"][-1] if complement else settings["table"][character]
            if (
                "s" in settings
                and character == last
                and ((squeezed is None and member) or (squeezed is not None and character in squeezed))
            ):
                continue
            made.append(character)
            last = character
        run.memory["last"] = last
        process.write(1, "".join(made))


@program("envsubst")
class Envsubst(Stream):
    def begin(self, process: Process) -> tuple[dict[str, Any], list[str]]:
        _, words = options(process, "v", {"variables": "v"})
        return {"names": words[0] if words else None}, []

    def take(self, process: Process, run: Run, data: bytes) -> None:
        import re2

        names = run.settings["names"]

        def value(found: Any) -> str:
            name = found.group(1) or found.group(2)
            if names is not None and f"${name}" not in names and f"${{{name}}}" not in names:
                return str(found.group(0))
            return process.env.get(name, "")

        text = data.decode("utf-8", "surrogateescape")
        process.write(1, re2.sub(r"\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})", value, text))
