"""As whom the components of a cluster speak to its API server, as they are in a cluster made with kubeadm."""

from collections.abc import Mapping
from typing import Final

from simulator.api.requests import User
from simulator.machinery.releases import Release

COMMIT: Final = "0000000"
ACCOUNTS: Final = "system:serviceaccounts"
ELECTION: Final = "leader-election"
"""The end of the user agent that asks for the lease of a program of which one instance acts."""
NAMED: Final[dict[str, tuple[str, tuple[str, ...], str, str]]] = {
    "kube-controller-manager": ("system:kube-controller-manager", (), "kube-controller-manager", f"/{ELECTION}"),
    "kube-scheduler": ("system:kube-scheduler", (), "kube-scheduler", "/scheduler"),
    "kube-apiserver": ("system:apiserver", ("system:masters",), "kube-apiserver", ""),
}
"""Components that are no controllers: user, groups, program, and the end of the user agent."""
PROGRAMS: Final[Mapping[str, str]] = {
    "api-priority-and-fairness-config-consumer-v1": "kube-apiserver",
    "apiservice-status-available-controller": "kube-apiserver",
    "gateway-lab-controller": "gateway-lab",
    "ingress-lab-controller": "ingress-lab",
    "kubeadm": "kubeadm",
    "kubelet": "kubelet",
    "service-controller": "cloud-controller-manager",
    "snapshot-controller": "snapshot-controller",
}
"""In which program a component runs, where that is not the controller manager."""


def user_of(component: str, node: str) -> User:
    if component == "kubelet":
        return User(f"system:node:{node or 'unknown'}", ("system:nodes", "system:authenticated"))
    if component in NAMED:
        name, own, _, _ = NAMED[component]
        return User(name, (*own, "system:authenticated"))
    account = f"system:serviceaccount:kube-system:{component}"
    return User(account, (ACCOUNTS, f"{ACCOUNTS}:kube-system", "system:authenticated"))


def program_of(component: str) -> str:
    """The program of a component: the first word of its user agent."""
    if component in NAMED:
        return NAMED[component][2]
    return PROGRAMS.get(component, "kube-controller-manager")


def agent_of(component: str, release: Release, resource: str = "") -> str:
    """The user agent with which a component's program asks for a resource."""
    system = f"v{release} (linux/amd64) kubernetes/{COMMIT}"
    program = program_of(component)
    if component in NAMED:
        own = NAMED[component][3]
        return f"{program}/{system}/{ELECTION}" if own and resource == "leases" else f"{program}/{system}{own}"
    if program != "kube-controller-manager":
        return f"{program}/{system}"
    return f"{program}/{system}/{user_of(component, '').name}"
