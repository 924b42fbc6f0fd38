"""Images that hold kubectl, for Jobs that work on the cluster they run in."""

from simulator.runtime.images.base import ALPINE, tools
from simulator.runtime.images.catalogue import layer, repository

MINORS = range(31, 38)
TAGS = {f"1.{minor}.0": f"1.{minor}.0" for minor in MINORS}

KUBECTL = layer("kubectl", tools(["kubectl"], "/bin"))
repository(
    "registry.k8s.io/kubectl",
    {f"v{tag}": version for tag, version in TAGS.items()},
    19_600_000,
    (KUBECTL,),
    entrypoint=("/bin/kubectl",),
)
repository(
    "docker.io/alpine/k8s",
    TAGS,
    312_000_000,
    (ALPINE, layer("alpine-k8s", tools(["bash", "curl", "jq", "kubectl"], "/usr/bin"))),
    command=("bash",),
    cwd="/apps",
)
