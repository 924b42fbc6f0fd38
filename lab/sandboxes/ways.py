"""The ways that requests have taken through a cluster's network, as the picture draws them."""

from typing import Any

from lab.sandboxes.picture import OWN

MOST = 6
"""How many of the newest calls are told at a time."""
CALLS_OF_OURS = ("default/kubernetes",)
"""A Service that everybody calls all the time."""


def ways(network: Any, since: int) -> tuple[list[dict[str, Any]], int]:
    """The calls after a number that say something about the learner's objects, and the number of the latest call."""
    found = network.trace.calls(since)
    told = [way for number, call in found if (way := way_of(number, call)) is not None]
    return told[-MOST:], found[-1][0] if found else since


def way_of(number: int, call: dict[str, Any]) -> dict[str, Any] | None:
    """One call: from whom, past which Service, to whom, and what came of it or stopped it."""
    hops = {hop[0]: hop for hop in call["hops"]}
    service = next((hops[kind][1] for kind in ("service", "rejected", "dropped") if kind in hops), "")
    refused = hops.get("refused")
    to = hops["arrived"][1] if "arrived" in hops else f"Pod/{refused[2]}" if refused and refused[1] == "Ingress" else ""
    ends = [each.removeprefix("Pod/").partition("/")[0] for each in (call["from"], to) if each.startswith("Pod/")]
    if service in CALLS_OF_OURS or service.partition("/")[0] in OWN or (ends and all(each in OWN for each in ends)):
        return None
    return {
        "number": number,
        "from": call["from"],
        "service": service,
        "to": to,
        "called": hops["name"][1] if "name" in hops else call["to"],
        "asked": call.get("asked", ""),
        "outcome": call["outcome"],
        "stopped": "policy" if refused else next((kind for kind in ("rejected", "dropped") if kind in hops), ""),
        "direction": refused[1] if refused else "",
    }
