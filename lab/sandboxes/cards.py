"""What a page is told beside the picture of the one thing it looks at: Events, a program's last lines, why it is so."""

from typing import Any, NamedTuple

from lab.sandboxes.desks import lines, pods_of
from lab.sandboxes.events import events
from lab.sandboxes.live import LiveWorld
from lab.sandboxes.plainly import located, plainly
from lab.sandboxes.why import Step, why

RESOURCES = {"pod": "pods", "service": "services", "node": "nodes"}


class About(NamedTuple):
    """What a page looks at: a `pod`, `service`, `node` or `desk` by its names, or all of a `namespace`.

    Anything else is an `object`, whose name is `Deployment/web`.
    """

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    node: str = ""
    why: bool = False

    @classmethod
    def asked(cls, message: Any) -> "About":
        """What a page asks about; nothing where it makes no sense."""
        match message:
            case {"kind": str(kind), "namespace": str(space), "name": str(name), "uid": str(uid), "node": str(node)}:
                return cls(kind, space, name, uid, node, message.get("why") is True)
        return cls()

    def outside(self) -> "About":
        """The same, as far as the API tells it to anybody."""
        return About() if self.kind == "desk" else self._replace(why=False)


def pulse(cluster: Any, about: About) -> list[str]:
    """What of it changes without any write: what a program has said last."""
    return lines(cluster, about.name, about.node) if about.kind == "desk" else []


def card(live: LiveWorld, cluster: Any, about: About) -> dict[str, Any]:
    """What is told of it now."""
    match about.kind:
        case "namespace":
            return {"events": events(cluster.store, about.namespace)}
        case "desk":
            told: dict[str, Any] = {"lines": lines(cluster, about.name, about.node)}
            pod = (
                pods_of(cluster.store.list("pods", "kube-system")).get((about.name, about.node)) if about.why else None
            )
            return told | ({"chain": chain(live, cluster, "pods", "kube-system", pod["pod"])} if pod else {})
        case "pod" | "service" | "node":
            node = about.kind == "node"
            space, uid = ("default", about.name) if node else (about.namespace, about.uid)
            told = {"events": events(cluster.store, space, uid)}
            where = RESOURCES[about.kind], "" if node else about.namespace, about.name
            return told | ({"chain": chain(live, cluster, *where)} if about.why else {})
        case "object":
            told = plainly(cluster, live.world.clock.now, about.namespace, about.name)
            found = located(cluster, about.namespace, about.name) if about.why else None
            if found is not None:
                resource, obj = found
                metadata = obj["metadata"]
                told["chain"] = chain(live, cluster, resource.key, metadata.get("namespace", ""), metadata["name"])
            return told
    return {}


def chain(live: LiveWorld, cluster: Any, resource: str, namespace: str, name: str) -> list[dict[str, Any]]:
    """Why an object is as it is, each step with the command that was begun before it, where it was typed."""
    return [numbered(live, step) for step in why(cluster, resource, namespace, name)]


def numbered(live: LiveWorld, step: Step) -> dict[str, Any]:
    terminal, number = live.commands.at(step.at) if step.typed else ("", 0)
    return {**step._asdict(), "terminal": terminal, "command": number}
