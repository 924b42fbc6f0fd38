"""Our own kubectl in the stories that the real one is recorded in: the same commands, in the same order, in one process.

What Kubernetes changed since they were recorded stands in `golden_changes`.
"""

import re
import shlex
import sys
from typing import Any

from simulator.api.requests import Request
from tests.fidelity import Result
from tests.fidelity.golden_kubectl import chosen, cluster, difference, recorder, version_of
from tests.kubectl.support import KUBECONFIG, SERVER, MemoryTerminal

NAME = "golden_own_kubectl"
PATIENCE = 60
"""Virtual seconds that an awaited state may take."""
LEARNT = (
    "/api/v1/namespaces/{}/pods",
    "/apis/apps/v1/namespaces/{}/replicasets",
    "/apis/apps/v1/namespaces/{}/controllerrevisions",
    "/apis/batch/v1/namespaces/{}/jobs",
)
"""Objects whose generated names become symbols."""


def run(only: str = "") -> Result:
    tools = recorder()
    differences: list[str] = []
    total = 0
    for story in chosen((only,) if only else ()):
        for step, seen in play(story, tools):
            total += 1
            differences += difference(tools, story["name"], step, seen)
    return Result(NAME, total - len(differences), total, differences)


def play(story: dict[str, Any], tools: Any) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each command of a story with what ours shows, in symbols."""
    namespace = story["name"]
    norm = tools.Norm(namespace, story.get("keep_nodes"))
    terminal = MemoryTerminal(cluster(namespace, version_of(namespace)))
    terminal.run(["create", "ns", namespace])
    terminal.world.advance(2)
    content = KUBECONFIG.replace("    user: admin\n", f"    user: admin\n    namespace: {namespace}\n")
    terminal.write_file(".kube/config", content.replace(SERVER, terminal.server).encode())
    found = []
    for step in story["steps"]:
        if "sleep" in step:
            terminal.world.advance(step["sleep"])
        elif "await" in step:
            wait(terminal, step, namespace, norm)
        elif "cmd" in step:
            found.append((step, once(terminal, step, namespace, norm)))
            terminal.world.advance(0.05)
    return found


def wait(terminal: MemoryTerminal, step: dict[str, Any], namespace: str, norm: Any) -> None:
    for _ in range(PATIENCE * 5):
        ran = terminal.run(shlex.split(step["await"]))
        learn(terminal, namespace, norm)
        if re.search(step["until"], ran.out + ran.err):
            return
        terminal.world.advance(0.2)


def once(terminal: MemoryTerminal, step: dict[str, Any], namespace: str, norm: Any) -> dict[str, Any]:
    try:
        ran = terminal.run(shlex.split(step["cmd"]), step.get("stdin") or "", patience=90_000_000)
        out, err, code = ran.out, ran.err, ran.code
    except Exception as error:  # a crash is a difference like another
        out, err, code = "", f"crashed: {error!r}", -1
    learn(terminal, namespace, norm)
    if step.get("tail"):
        out = (out.rstrip("\n").split("\n") or [""])[-1] + "\n"
    return {"rc": code, "stdout": norm(out), "stderr": norm(err)}


def learn(terminal: MemoryTerminal, namespace: str, norm: Any) -> None:
    for path in LEARNT:
        response = terminal.world.request(Request("GET", path.format(namespace), (), {"accept": "application/json"}))
        body = response.body
        if isinstance(body, dict):
            kind = str(body["kind"]).removesuffix("List")
            for item in body.get("items", ()):
                norm.learn({**item, "kind": kind})


if __name__ == "__main__":
    result = run(sys.argv[1] if len(sys.argv) > 1 else "")
    print("\n".join(result.differences))
    print(f"{result.name} {result.equal}/{result.total}")
