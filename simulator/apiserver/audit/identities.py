"""As whom the components of a cluster speak to its API server, as they are in a cluster made with kubeadm."""

from typing import Final

from simulator.api.requests import User
from simulator.machinery.releases import Release

COMMIT: Final = "0000000"
ACCOUNTS: Final = "system:serviceaccounts"
NAMED: Final[dict[str, tuple[str, tuple[str, ...], str, str]]] = {
    "kube-scheduler": ("system:kube-scheduler", (), "kube-scheduler", "/scheduler"),
    "kube-apiserver": ("system:apiserver", ("system:masters",), "kube-apiserver", ""),
}
"""Components that are no controllers: user, groups, program, and the end of the user agent."""


def user_of(component: str, node: str) -> User:
    if component == "kubelet":
        return User(f"system:node:{node or 'unknown'}", ("system:nodes", "system:authenticated"))
    if component in NAMED:
        name, own, _, _ = NAMED[component]
        return User(name, (*own, "system:authenticated"))
    account = f"system:serviceaccount:kube-system:{component}"
    return User(account, (ACCOUNTS, f"{ACCOUNTS}:kube-system", "system:authenticated"))


def agent_of(component: str, release: Release) -> str:
    """The user agent of a component's program."""
    system = f"v{release} (linux/amd64) kubernetes/{COMMIT}"
    if component == "kubelet":
        return f"kubelet/{system}"
    if component in NAMED:
        _, _, program, rest = NAMED[component]
        return f"{program}/{system}{rest}"
    return f"kube-controller-manager/{system}/{user_of(component, '').name}"
