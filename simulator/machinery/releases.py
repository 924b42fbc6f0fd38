"""Releases of Kubernetes: which there are, and what kubeadm sets up beside each.

Upstream: cmd/kubeadm/app/constants, dl.k8s.io/release/stable-1.N.txt
"""

import re
from functools import lru_cache
from typing import NamedTuple

NEWEST = {
    "1.25": 16, "1.26": 15, "1.27": 16, "1.28": 15, "1.29": 15, "1.30": 14, "1.31": 14, "1.32": 13, "1.33": 13,
    "1.34": 11, "1.35": 8, "1.36": 5, "1.37": 1,
}  # fmt: skip
"""The newest patch release of each minor version."""
STABLE = "1.37"
"""The newest minor version."""
FORM = re.compile(r"v?(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?")


class Release(NamedTuple):
    """One release; a later one is greater."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @property
    def series(self) -> str:
        """The minor version that it belongs to: `1.37`."""
        return f"{self.major}.{self.minor}"


class Companions(NamedTuple):
    """The versions of what is no part of Kubernetes, as kubeadm installs them."""

    etcd: str
    coredns: str
    pause: str


COMPANIONS = {
    "1.33": Companions("3.5.24-0", "v1.12.0", "3.10"),
    "1.34": Companions("3.6.5-0", "v1.12.1", "3.10.1"),
    "1.35": Companions("3.6.6-0", "v1.13.1", "3.10.1"),
    "1.36": Companions("3.6.8-0", "v1.14.2", "3.10.2"),
    "1.37": Companions("3.7.0-0", "v1.14.6", "3.10.2"),
}
OLDER = Companions("3.5.24-0", "v1.11.3", "3.10")


@lru_cache(maxsize=64)
def release(text: str) -> Release:
    """The release that `1.36.2`, `v1.36.2` or `1.36` (its newest) names. Raises ValueError."""
    found = FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"no release: {text}")
    major, minor, patch = found.groups()
    series = f"{int(major)}.{int(minor)}"
    return Release(int(major), int(minor), NEWEST.get(series, 0) if patch is None else int(patch))


def newest(series: str) -> Release:
    """The newest release of a minor version."""
    return release(series)


def exists(wanted: Release) -> bool:
    """Whether a release has been published."""
    return wanted.series in NEWEST and wanted.patch <= NEWEST[wanted.series]


def companions(wanted: Release) -> Companions:
    return COMPANIONS.get(wanted.series, OLDER)
