"""Random commands in both programs: what could be typed and nobody thought of. It finds differences; it is no judge.

`python -m tests.fidelity.walk SEED COUNT [VERB,VERB …]` tells them, each with the seed and its number.
"""

import shlex
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from time import time

from simulator.kernel.clock import SECOND
from simulator.kubectl.command import Command
from simulator.kubectl.commands import KUBECTL
from simulator.kubectl.flags import Flag
from simulator.kubectl.options import GLOBAL
from simulator.machinery import yaml
from simulator.spec import lab
from tests.fidelity.kubectl import Pair, Served, alike
from tests.kubectl.transcripts import Step, shown

WORDS = yaml.load(Path(__file__).with_suffix(".yaml").read_bytes())
EPOCH = 150
"""After so many commands both begin with new worlds."""

type Words = tuple[Command, ...]


def leaves(command: Command, path: Words = ()) -> Iterator[Words]:
    """Every command that does something, with those above it."""
    for child in command.commands:
        if child.name not in WORDS["left_out"]:
            below = (*path, child)
            if child.run is not None:
                yield below
            yield from leaves(child, below)


class Walk:
    """Makes up command lines."""

    def __init__(self, seed: int, verbs: Sequence[str] = ()) -> None:
        self.random = Random(seed)
        self.paths = [
            path for path in leaves(KUBECTL) if (path[0].name in verbs if verbs else path[0].name != "config")
        ]
        self.weights = [WORDS["weights"].get(path[0].name, 1) for path in self.paths]

    def line(self) -> str:
        path = self.random.choices(self.paths, self.weights)[0]
        words = [command.name for command in path]
        arguments = self.arguments(path)
        end = arguments.index("--") if "--" in arguments else len(arguments)
        return "kubectl " + shlex.join([*words, *arguments[:end], *self.flags(path), *arguments[end:]])

    def arguments(self, path: Words) -> list[str]:
        name = path[-1].name
        known = WORDS["arguments"].get(path[0].name) or WORDS["arguments"].get(name)
        if known is not None:
            return shlex.split(self.random.choice(known))
        chance, choose = self.random.random(), self.random.choice
        if chance < 0.35:
            objects = [choose(WORDS["pairs"])]
        elif chance < 0.6:
            objects = [choose(WORDS["kinds"]), choose(WORDS["names"])]
        elif chance < 0.75:
            objects = [choose(WORDS["kinds"])]
        elif chance < 0.82:
            objects = [choose(WORDS["kinds"]), choose(WORDS["names"]), choose(WORDS["names"])]
        elif chance < 0.88:
            objects = [choose(WORDS["pairs"]), choose(WORDS["pairs"])]
        elif chance < 0.95:
            objects = [
                f"{choose(WORDS['kinds'])},{choose(WORDS['kinds'])}",
                *([choose(WORDS["names"])] if self.random.random() < 0.5 else []),
            ]
        else:
            objects = []
        return (
            [*objects, *self.random.choices(WORDS["tails"][name], k=self.random.choice((0, 1, 1, 2)))]
            if name in WORDS["tails"]
            else objects
        )

    def flags(self, path: Words) -> list[str]:
        command, name = path[-1], path[-1].name
        known = {flag.name: flag for flag in command.flags if flag.name not in WORDS["untyped"]}
        chosen = [known[flag] for flag in command.required if flag in known and self.random.random() < 0.9]
        chosen += self.random.sample(
            list(known.values()), min(self.random.choice((0, 0, 1, 1, 1, 2, 2, 3)), len(known))
        )
        chosen += [
            known[flag] for flag, chance in WORDS["usual"].items() if flag in known and self.random.random() < chance
        ]
        if self.random.random() < 0.15:
            chosen.append(self.random.choice([flag for flag in GLOBAL if flag.name not in WORDS["untyped"]]))
        given = [self.typed(flag) for flag in chosen]
        return (
            [*given, "--dry-run=server"]
            if name in WORDS["tried"] and not any("dry-run" in word for word in given)
            else given
        )

    def typed(self, flag: Flag) -> str:
        if flag.name in WORDS["values"]:
            return f"--{flag.name}={self.random.choice(WORDS['values'][flag.name])}"
        if flag.reads == "bool":
            return (
                f"--{flag.name}"
                if self.random.random() < 0.8
                else f"--{flag.name}={self.random.choice(('true', 'false', 'x'))}"
            )
        return f"--{flag.name}={self.random.choice(WORDS['values'].get(flag.reads, WORDS['values']['string']))}"


def begun(served: Served, home: Path) -> Pair:
    """Two worlds with something of everything."""
    pair = Pair(served, home, lab(start=(int(time()) - 90) * SECOND))
    for name, content in WORDS["files"].items():
        pair.write(name, content)
    for name in ("web.yaml", "more.yaml"):
        pair.play(Step(f"kubectl apply -f {name}"))
    pair.advance(3)
    pair.play(Step("kubectl apply -f gadget.yaml"))
    pair.advance(30)
    return pair


def main(seed: int, count: int, verbs: Sequence[str] = ()) -> None:
    walk, served, different = Walk(seed, verbs), Served(), 0
    try:
        for first in range(0, count, EPOCH):
            with tempfile.TemporaryDirectory() as home:
                pair = begun(served, Path(home).resolve())
                for number in range(first, min(first + EPOCH, count)):
                    step = Step(walk.line(), stdin=walk.random.choice(("", "", WORDS["files"]["gadget.yaml"])))
                    ours, theirs = pair.play(step)
                    if alike(step, ours, theirs):
                        continue
                    different += 1
                    pages = [shown(ran.out, ran.err, ran.code) for ran in (ours, theirs)]
                    print(
                        f"=== {seed}/{number}: $ {step.line}\n--- ours\n{pages[0]}\n--- theirs\n{pages[1]}\n",
                        flush=True,
                    )
    finally:
        served.stop()
    print(f"{count - different} of {count} commands alike")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].split(",") if len(sys.argv) > 3 else ())
