"""agnhost: the many small servers and probes of Kubernetes' own tests. Upstream: test/images/agnhost

A sub-command is a program of its own: a class in one of these modules, with the flags that it takes.
"""

from simulator.runtime.images.agnhost import (  # noqa: F401  # each registers its sub-commands
    checks,
    consumers,
    guestbook,
    health,
    incluster,
    logs,
    mounts,
    netexec,
    nettest,
    servers,
    snat,
    sockets,
    webhook,
)
from simulator.runtime.images.agnhost.command import SUBCOMMANDS, Agnhost
from simulator.runtime.images.base import ALPINE
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.nodes import executable

__all__ = ["SUBCOMMANDS", "Agnhost"]

VERSIONS = ("2.56", "2.55", "2.53", "2.47", "2.40", "2.39", "2.21")
AGNHOST = layer(
    "agnhost",
    {"/agnhost": executable("agnhost"), "/usr/bin/dig": executable("dig"), "/usr/bin/curl": executable("curl")},
)
for where in ("registry.k8s.io/e2e-test-images/agnhost", "k8s.gcr.io/e2e-test-images/agnhost"):
    repository(
        where,
        {**{version: version for version in VERSIONS}, "latest": VERSIONS[0]},
        51_200_000,
        (ALPINE, AGNHOST),
        entrypoint=("/agnhost",),
        command=("pause",),
    )
