"""The packages of Kubernetes on a node: which are installed, which are held, and which could be.

Upstream: kubernetes/release cmd/krel/templates/latest, apt-get(8), pkgs.k8s.io
"""

import re
from fnmatch import fnmatchcase
from typing import Any

from simulator.machinery.releases import NEWEST, Release, newest, release
from simulator.nodeshell.files import SOURCES
from simulator.nodeshell.host import Host

REVISION = "1.1"
"""What follows the release in the version of a package."""
SOURCE = re.compile(
    r"^\s*deb\s+(?:\[[^]]*\]\s*)?(https?://pkgs\.k8s\.io/core:/stable:/v(\d+\.\d+)/deb/?)\s+/\s*$", re.M
)
SUMMARIES = {
    "kubeadm": "Command-line utility for administering a Kubernetes cluster",
    "kubectl": "Command-line utility for interacting with a Kubernetes cluster",
    "kubelet": "Node agent for Kubernetes clusters",
}
SIZES = {"kubeadm": "12.5 MB", "kubectl": "11.7 MB", "kubelet": "15.9 MB"}


def site(series: str) -> str:
    """Where the packages of a minor version are."""
    return f"https://pkgs.k8s.io/core:/stable:/v{series}/deb"


def sources(host: Host) -> list[str]:
    """The minor versions whose repositories the node's list of sources names."""
    files = host.cluster.machines.volumes.view(host.nodes.machine(host.name))
    text = files.text(SOURCES) if files.is_file(SOURCES) else ""
    return [found[1] for found in SOURCE.findall(text[:10_000])]


class Packages:
    """What `apt` and `dpkg` ask and change."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def _change(self, **fields: Any) -> None:
        self._host.nodes.change(self._host.name, packages={**self._host.nodes.packages(self._host.name), **fields})

    def installed(self, name: str) -> Release:
        return release(self._host.nodes.packages(self._host.name)["installed"][name])

    def install(self, name: str, wanted: Release) -> None:
        before = self._host.nodes.packages(self._host.name)["installed"]
        self._change(installed={**before, name: str(wanted)})

    def held(self) -> list[str]:
        return list(self._host.nodes.packages(self._host.name)["held"])

    def hold(self, name: str, *, held: bool) -> None:
        self._change(held=sorted({*self.held(), name} if held else {*self.held()} - {name}))

    def refresh(self) -> list[str]:
        """Fetch the lists of all sources; returns the minor versions that nobody has published."""
        named = sources(self._host)
        self._change(lists=[series for series in named if series in NEWEST])
        return [series for series in named if series not in NEWEST]

    def available(self) -> list[Release]:
        """What can be installed, newest first."""
        lists = self._host.nodes.packages(self._host.name)["lists"]
        return sorted(
            (newest(each)._replace(patch=patch) for each in lists for patch in range(NEWEST[each] + 1)), reverse=True
        )

    def matching(self, pattern: str) -> Release | None:
        """The newest that can be installed whose version is like `1.36.2-1.1` or `1.36.2-*`."""
        return next((each for each in self.available() if fnmatchcase(version(each), pattern)), None)


def version(of: Release) -> str:
    """As a package has it: `1.37.1-1.1`."""
    return f"{of}-{REVISION}"
