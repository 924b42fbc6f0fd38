"""Transcripts: what a person types and sees, in a text file.

    #### a title
    $ kubectl get pods
    No resources found in default namespace.

    $ kubectl apply -f - <<EOF
    …
    EOF
    (10s pass)
    $ cat > web.yaml <<EOF
    …
    EOF

A line such as `(a world of 1.31 without scheduler, kubelet)` at the top says what cluster it is; else it is the lab's.

Transcripts in `judged` hold commands only: what they show is not ours to keep, the real program alone judges it.

Standard output comes first, then standard error, then `[exit N]` where N is not 0. Names that chance makes, addresses
and ages are compared as symbols.
"""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from simulator.spec import DEFAULT_START, VERSION, WorldSpec, lab

CORPUS = Path(__file__).parent / "corpus"

SYMBOLS = (
    (re.compile(r"(?<=:)0x[0-9a-f]{9,}\b"), "<POINTER>"),
    (re.compile(r"(?<=yaml\.Node\)\()0x[0-9a-f]+(?=\))"), "<POINTER>"),
    (re.compile(r"(?<=&\{)0x[0-9a-f]+(?= <nil>\})"), "<POINTER>"),
    (re.compile(r"(?<=node-debugger-)(\S+)-[a-z0-9]{5}\b"), r"\1-<SUF>"),
    (re.compile(r"/(LIVE|MERGED)-\d+"), r"/\1-<N>"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} [+-]\d{4}"), "<TIME>"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<UID>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<SHA>"),
    (re.compile(r"(?<=hash=)[0-9A-F]{128}"), "<SHA>"),
    (
        re.compile(r"-[bcdfghjklmnpqrstvwxz2456789]{8,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})?\b"),
        "-<HASH>",
    ),
    (re.compile(r"(?<=pod-template-hash=)[a-z0-9]+"), "<HASH>"),
    (re.compile(r"(pod-template-hash\"?: \"?)[a-z0-9]+"), r"\1<HASH>"),
    (re.compile(r"kube-api-access-[a-z0-9]{5}"), "kube-api-access-<SUF>"),
    (re.compile(r"debugger-[a-z0-9]{5}"), "debugger-<SUF>"),
    (re.compile(r"(milliseconds|Milliseconds)=\d+"), r"\1=<MS>"),
    (re.compile(r"(timeout=\d+m\d+s&)?timeoutSeconds=\d+"), "timeoutSeconds=<CHANCE>"),
    (re.compile(r'(totalItems=\d+ duration)="[^"]+"'), r'\1="<DURATION>"'),
    (re.compile(r"(Sec-Websocket-Accept): \S+"), r"\1: <KEY>"),
    (re.compile(r"(?<=sinceTime=)\d[\dTZ%A-]+"), "<TIME>"),
    (re.compile(r"\b(10|100|172|192)\.\d+\.\d+\.\d+\b"), "<IP>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "<TIME>"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} UTC"), "<TIME>"),
    (re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}"), "<TIME>"),
    (re.compile(r'(resourceVersion=|resourceVersion\\*"?: ?\\*"?|Resource Version: +)\d+'), r"\1<RV>"),
    (re.compile(r"[EFIW]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ (\S+?):\d+\]"), r"<LOG> \1]"),
    (re.compile(r"(?<![^\s(])(\d+[dhms](\d+[hms])?|<unknown>|<invalid>)(?= ago| \(x| over|\)|[ \t]|$)", re.M), "<AGE>"),
    (re.compile(r"\(x\d+ over <AGE>\)"), "(xN over <AGE>)"),
    (re.compile(r"\b3[0-2]\d{3}\b"), "<PORT>"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://<SERVER>"),
    (re.compile(r"http://<IP>:8080"), "http://<SERVER>"),
    (re.compile(r"(?<=\.)[0-9a-f]{16}\b"), "<EVENT>"),
)

TIMING = (
    (re.compile(r"\b(cp|node)-\d\b"), "<NODE>"),
    (re.compile(r"in [\dms.]+ \([\dms.]+ including waiting\)\. Image size: \d+ bytes"), "in <DURATION>"),
    (re.compile(r"\b\d+% +\d+Mi +\d+%"), "<USE>"),
    (re.compile(r"\b\d+/\d+\b"), "<READY>"),
    (
        re.compile(r"\b(Pending|ContainerCreating|Running|ErrImagePull|ImagePullBackOff|CrashLoopBackOff|Error)\b"),
        "<STATUS>",
    ),
    (re.compile(r"^(Events:|LAST SEEN |NAMESPACE +LAST SEEN )(.*\n)(.+\n?)*", re.M), r"\1\2<EVENTS>\n"),
    (re.compile(r"\b(True|False)( +\S*)?$", re.M), "<CONDITION>"),
)
"""What scheduler, controllers and kubelets decide: where Pods run, how far they are, what has been reported of them.

Recorded transcripts leave that out, so that tuning a component does not change what kubectl is said to show.
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done: a kubectl command, a file written, or time that passes."""

    line: str
    stdin: str = ""
    file: str = ""
    seconds: float = 0
    title: str = ""
    expected: str = ""
    world: str = ""

    @property
    def words(self) -> list[str]:
        return shlex.split(self.line.removeprefix("kubectl "))

    @property
    def is_command(self) -> bool:
        return self.line.startswith("kubectl ")


def read(path: Path) -> list[Step]:
    return list(parse(path.read_text().splitlines()))


def spec(steps: list[Step], start: int = DEFAULT_START) -> WorldSpec:
    """The world in which a transcript plays."""
    described = next((step.world for step in steps if step.world), "")
    version = re.search(r" of (\d+\.\d+)", described)
    without = re.search(r" without ([\w, -]+)", described)
    return lab(
        kubernetes=version[1] if version else VERSION,
        without=tuple(without[1].split(", ")) if without else (),
        start=start,
    )


def parse(lines: list[str]) -> Iterator[Step]:
    rest = list(lines)
    while rest:
        line = rest.pop(0)
        if line.startswith("(a world "):
            yield Step("", world=line)
        elif line.startswith("#### "):
            yield Step("", title=line.removeprefix("#### "))
        elif passed := re.fullmatch(r"\((\d+)s pass\)", line):
            yield Step("", seconds=float(passed.group(1)))
        elif line.startswith("$ "):
            command, marker, _ = line[2:].partition(" <<EOF")
            content = ""
            if marker:
                body = []
                while (part := rest.pop(0)) != "EOF":
                    body.append(part)
                content = "\n".join(body) + "\n"
            if command.startswith("cat > "):
                yield Step("", stdin=content, file=command.removeprefix("cat > "))
                continue
            shown = []
            while rest and not rest[0].startswith(("$ ", "#### ")) and not re.fullmatch(r"\(\d+s pass\)", rest[0]):
                shown.append(rest.pop(0))
            yield Step(command, stdin=content, expected="\n".join(shown).strip("\n"))


def symbolic(text: str) -> str:
    """A text with everything that chance and time decide as symbols; where widths depend on it, blanks count as one."""
    for pattern, symbol in SYMBOLS:
        text = pattern.sub(symbol, text)
    lines = [re.sub(r"[ \t]{2,}", "  ", line.rstrip()) if "<" in line else line.rstrip() for line in text.split("\n")]
    if any(symbol in text for symbol in ("<HASH>", "<AGE>", "<IP>", "<TIME>")):
        lines = [re.sub(r"[ \t]{2,}", "  ", re.sub(r"^-[- ]+$", "---", line)) for line in lines]
    return "\n".join(lines)


def steady(text: str) -> str:
    """A text of symbols without what the timing of the cluster's components decides."""
    for pattern, symbol in TIMING:
        text = pattern.sub(symbol, text)
    return re.sub(r" {2,}", "  ", text).strip()


def shown(out: str, err: str, code: int | None) -> str:
    """What a terminal shows of a command."""
    text = out + ("" if not out or out.endswith("\n") else "\n") + err
    if code:
        text = text.rstrip("\n") + f"\n[exit {code}]"
    if code is None:
        text = text.rstrip("\n") + "\n[goes on]"
    return text.strip("\n")


def written(played: Iterable[tuple[Step, str]]) -> str:
    """A transcript as its file has it, from its steps and what they show."""
    parts = []
    for step, text in played:
        heredoc = f" <<EOF\n{step.stdin}EOF" if step.stdin else ""
        if step.world:
            parts.append(f"{step.world}\n")
        elif step.title:
            parts.append(f"#### {step.title}\n")
        elif step.file:
            parts.append(f"$ cat > {step.file}{heredoc}\n")
        elif step.seconds:
            parts.append(f"({step.seconds:.0f}s pass)\n")
        else:
            parts.append(f"$ {step.line}{heredoc}\n" + (f"{text}\n\n" if text else "\n"))
    return "".join(parts)
