"""kubectl create poddisruptionbudget. Upstream: kubectl/pkg/cmd/create/create_pdb.go"""

import re

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import CREATING, Collection, completed, create_one, metadata_of
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.labelselectors import label_selector
from simulator.machinery.objects import Object

BUDGETS = Collection(
    "policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", failure="failed to create poddisruptionbudgets:"
)


@command(
    "poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
    summary="Create a pod disruption budget with the specified name",
    description="Create a pod disruption budget with the specified name, selector, and desired minimum available pods.",
    examples=(
        (
            "Keep at least one pod with label app=rails available",
            "kubectl create poddisruptionbudget my-pdb --selector=app=rails --min-available=1",
        ),
        (
            "Keep at least half of the pods with label app=nginx available",
            "kubectl create pdb my-pdb --selector=app=nginx --min-available=50%",
        ),
    ),
    flags=(
        *CREATING,
        Flag("max-unavailable", "", "The most pods, a number or a percentage, that may be missing."),
        Flag("min-available", "", "The least pods, a number or a percentage, that must be there."),
        Flag("selector", "", "The labels of the pods. Only equality is known."),
    ),
    aliases=("pdb",),
)
def poddisruptionbudget(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    name = completed(kubectl)
    selector, low, high = options.text("selector"), options.text("min-available"), options.text("max-unavailable")
    if not selector:
        raise CommandError("a selector must be specified")
    if not low and not high:
        raise CommandError("one of min-available or max-unavailable must be specified")
    if low and high:
        raise CommandError("min-available and max-unavailable cannot be both specified")
    spec: Object = {"selector": label_selector(selector)}
    if low:
        spec["minAvailable"] = amount(low, "min-available")
    else:
        spec["maxUnavailable"] = amount(high, "max-unavailable")
    create_one(kubectl, {"metadata": metadata_of(kubectl, name), "spec": spec}, BUDGETS)
    return None


def amount(text: str, flag: str) -> int | str:
    """A number or a percentage."""
    if re.fullmatch(r"\d+%", text):
        return text
    if not re.fullmatch(r"[+-]?\d+", text):
        raise CommandError(f"invalid format specified for {flag}")
    return int(text)
