"""Lists and compound commands, one operation each: sequences, conditions, loops, groups, substitutions.

Upstream: bash(1), Lists and Compound Commands
"""

from __future__ import annotations

from typing import Any

from simulator.kernel.clock import SECOND
from simulator.runtime.programs import Outcome, Wait
from simulator.shell import conditions
from simulator.shell.expansion import Abandon, Expander
from simulator.shell.interpreter import Frame, Journaled, Shell, operation
from simulator.shell.nodes import Incomplete, SyntaxMistake
from simulator.shell.parser import parse_next
from simulator.shell.patterns import matches
from simulator.shell.redirection import apply


@operation("node")
def do_node(shell: Shell, frame: Frame) -> None:
    shell.frames.pop()
    shell.begin(frame["node"], tail=not shell.frames)


@operation("source")
def do_source(shell: Shell, frame: Frame) -> Outcome | None:
    """The next complete command of a text."""
    shell.line = frame["line"]
    try:
        node, at, line = parse_next(frame["text"], frame["at"], frame["line"], tuple(shell.aliases.items()))
    except SyntaxMistake as mistake:
        if isinstance(mistake, Incomplete) and mistake.expected == "<<" and not shell.interactive:
            shell.line = frame["line"] + frame["text"].rstrip("\n").count("\n", frame["at"])
            shell.end_document(frame, mistake)
            return None
        if isinstance(mistake, Incomplete):
            quoted = "matching" in str(mistake)
            shell.line = frame["line"] + (0 if quoted else frame["text"].rstrip("\n").count("\n", frame["at"]) + 1)
        return shell.refuse(mistake, frame["text"])
    if node is None:
        shell.pop()
        return None
    if "v" in shell.options:
        shell.process.write(2, frame["text"][frame["at"] : at])
    shell.has_read(at - frame["at"])
    frame["at"], frame["line"] = at, line
    only = (
        len(shell.frames) == 1
        and not frame["text"][at:].strip()
        and "EXIT" not in shell.traps
        and not shell.interactive
    )
    shell.begin(node, tail=only)
    return None


@operation("sequence")
def do_sequence(shell: Shell, frame: Frame) -> None:
    nodes = frame["node"][1]
    if frame["at"] == len(nodes):
        shell.pop()
        if not nodes:
            shell.status = 0
        return
    frame["at"] += 1
    last = frame["at"] == len(nodes) and bool(frame.get("tail"))
    shell.begin(nodes[frame["at"] - 1], tail=last)


@operation("andor")
def do_and_or(shell: Shell, frame: Frame) -> None:
    _, first, rest = frame["node"]
    at = frame["at"]
    frame["at"] += 1
    if at == 0:
        shell.begin(first, quiet=True)
        return
    if at > len(rest):
        shell.pop()
        return
    operator, node = rest[at - 1]
    if (operator == "&&") == (shell.status == 0):
        shell.begin(node, quiet=at < len(rest))


@operation("time")
def do_time(shell: Shell, frame: Frame) -> None:
    if frame["at"] == 0:
        frame["at"] = shell.process.now
        shell.begin(frame["node"][1])
        return
    shell.pop()
    passed = (shell.process.now - frame["at"]) / SECOND
    real = f"{int(passed // 60)}m{passed % 60:.3f}s"
    shell.process.write(2, f"\nreal\t{real}\nuser\t0m0.000s\nsys\t0m0.000s\n")


@operation("if")
def do_if(shell: Shell, frame: Frame) -> None:
    _, clauses, otherwise, _ = frame["node"]
    at = frame["at"]
    if frame.get("chosen"):
        shell.pop()
    elif at and shell.status == 0:
        frame["chosen"] = True
        shell.begin(clauses[at - 1][1])
    elif at < len(clauses):
        frame["at"] += 1
        shell.begin(clauses[at][0], quiet=True)
    elif otherwise is not None:
        frame["chosen"] = True
        shell.begin(otherwise)
    else:
        shell.pop()
        shell.status = 0


@operation("while")
def do_while(shell: Shell, frame: Frame) -> None:
    """`at`: 0 ask, 1 answered, 2 the body has run; `result` is the status of the last body."""
    _, condition, body, until, _ = frame["node"]
    if frame["at"] == 2:
        frame["result"], frame["at"] = shell.status, 0
    if frame["at"] == 0:
        frame["at"] = 1
        shell.begin(condition, quiet=True)
    elif (shell.status == 0) != until:
        frame["at"] = 2
        shell.begin(body)
    else:
        shell.pop()
        shell.status = frame.get("result", 0)


@operation("for")
def do_for(shell: Shell, frame: Frame) -> None:
    _, name, words, body, _ = frame["node"]
    if "items" not in frame:
        if words is None:
            frame["items"] = shell.arguments
        else:
            with Journaled(shell, frame) as expander:
                frame["items"] = tuple(field for word in words for field in expander.fields(word))
        if not frame["items"]:
            shell.status = 0
    if frame["at"] == len(frame["items"]):
        shell.pop()
        return
    shell.assign(name, frame["items"][frame["at"]])
    frame["at"] += 1
    shell.begin(body)


@operation("select")
def do_select(shell: Shell, frame: Frame) -> None:
    raise Abandon("select is not simulated; ask with `read` instead")


@operation("loop")
def do_loop(shell: Shell, frame: Frame) -> None:
    """`for ((start; condition; step))`; `at`: 0 start, 1 condition, 2 step."""
    _, start, condition, step, body, _ = frame["node"]
    frame["journal"] = frame["journal"] if frame.get("stopped") else ()
    frame["stopped"] = True  # until this round's expansion has come to its end
    with Journaled(shell, frame) as expander:
        if frame["at"] != 1:
            expander.number(expander.text(start if frame["at"] == 0 else step))
        if condition and not expander.number(expander.text(condition)):
            shell.pop()
            return
    frame["stopped"] = False
    frame["at"] = 2
    shell.begin(body)


@operation("case")
def do_case(shell: Shell, frame: Frame) -> None:
    _, subject, clauses, _ = frame["node"]
    if frame.get("going") == ";;" or frame["at"] >= len(clauses):
        if not frame.get("going"):
            shell.status = 0
        shell.pop()
        return
    with Journaled(shell, frame) as expander:
        text = expander.text(subject)
        for number in range(frame["at"], len(clauses)):
            found, body, terminator = clauses[number]
            if frame.get("going") == ";&" or any(matches(expander.pattern(word), text) for word in found):
                frame["going"], frame["at"] = terminator, number + 1
                shell.begin(body)
                return
    frame["at"] = len(clauses)


@operation("group")
def do_group(shell: Shell, frame: Frame) -> None:
    shell.frames.pop()
    shell.begin(frame["node"][1], tail=bool(frame.get("tail")), quiet=bool(frame.get("quiet")))


@operation("function")
def do_function(shell: Shell, frame: Frame) -> None:
    shell.functions[frame["node"][1]] = frame["node"][2]
    shell.pop()
    shell.status = 0


@operation("arithmetic")
def do_arithmetic(shell: Shell, frame: Frame) -> None:
    with Journaled(shell, frame) as expander:
        try:
            value = expander.number(expander.text(frame["node"][1]))
        except Abandon as mistake:
            shell.complain(f"((: {mistake}")
            value = 0
    shell.pop()
    shell.end_command(int(value == 0), frame)


@operation("test")
def do_test(shell: Shell, frame: Frame) -> None:
    with Journaled(shell, frame) as expander:
        answer = _ask(shell, expander, frame["node"][1])
    shell.pop()
    shell.end_command(int(not answer), frame)


def _ask(shell: Shell, expander: Expander, question: Any) -> bool:
    kind = question[0]
    if kind == "not":
        return not _ask(shell, expander, question[1])
    if kind in ("and", "or"):
        left = _ask(shell, expander, question[1])
        return left if left == (kind == "or") else _ask(shell, expander, question[2])
    if kind == "word":
        return bool(expander.text(question[1]))
    if kind == "unary":
        return shell.ask(question[1], expander.text(question[2]))
    return _compare(shell, expander, question)


def _compare(shell: Shell, expander: Expander, question: Any) -> bool:
    _, operator, one, other = question
    left = expander.text(one)
    if operator in ("=", "==", "!="):
        return bool(matches(expander.pattern(other), left) == (operator != "!="))
    if operator == "=~":
        return shell.match_expression(left, expander.expression(other))
    right = expander.text(other)
    if operator in ("-eq", "-ne", "-lt", "-le", "-gt", "-ge"):
        left, right = str(expander.number(left)), str(expander.number(right))
    return conditions.compare(operator, left, right, shell.process.files)


@operation("redirected")
def do_redirected(shell: Shell, frame: Frame) -> None:
    """A compound command with redirections: before it, and after it."""
    if "saved" in frame:
        shell.pop()
        return
    node = frame["node"]
    with Journaled(shell, frame) as expander:
        targets = [(fd, operator, expander.text(word)) for fd, operator, word in node[-1]]
    frame["saved"] = apply(shell, targets)
    shell.begin((*node[:-1], ()), quiet=bool(frame.get("quiet")))


@operation("capture")
def do_capture(shell: Shell, frame: Frame) -> Outcome | None:
    """Gather the output of a substitution, then wait for its child."""
    if frame["reader"] is not None:
        while (part := shell.process.read(frame["reader"])) is not None:
            if not part:
                shell.process.close(frame["reader"])
                frame["reader"] = None
                break
            frame["output"] += part
            shell.process.spend(len(frame["output"]) // 10_000)
            if len(frame["output"]) > 4 << 20:
                raise Abandon("the output of a command substitution grew too large")
        else:
            return Wait("resume", readable=(frame["reader"],))
    shell.collect()
    if frame["pid"] not in shell.finished:
        return Wait("resume", children=True)
    shell.substituted = shell.finished.pop(frame["pid"])[0]
    shell.pop()
    text = frame["output"].replace(b"\0", b"").decode("utf-8", "surrogateescape").rstrip("\n")
    below = shell.frames[-1]
    below["journal"] = (*below["journal"], text)
    return None


@operation("trapped")
def do_trapped(shell: Shell, frame: Frame) -> None:
    shell.pop()
    shell.status = frame["status"]


@operation("after")
def do_after(shell: Shell, frame: Frame) -> None:
    """A builtin or a function has ended: what it changed for its time is undone."""
    shell.pop()
    shell.end_command(shell.status, frame)
