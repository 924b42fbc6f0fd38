"""The clients that kubectl is built of: what each asks answers to be, and where in its source it logs what it says.

Upstream: cli-runtime/pkg/resource, client-go/{gentype,discovery,openapi,scale,rest}
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

JSON: Final = "application/json"
ANY: Final = f"{JSON}, */*"
PROTOBUF: Final = "application/vnd.kubernetes.protobuf"
AGGREGATED: Final = f"{JSON};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,{JSON}"
TABLE: Final = f"{JSON};as=Table;v=v1;g=meta.k8s.io,{JSON};as=Table;v=v1beta1;g=meta.k8s.io,{JSON}"

DOING: Final = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
"""What a request does where its caller does not say more, such as `list`."""
HELPER: Final = {
    "get": "helper.go:105",
    "list": "helper.go:113",
    "watch": "helper.go:170",
    "follow": "helper.go:182",
    "namespace": "visitor.go:104",
    "delete": "helper.go:202",
    "create": "helper.go:246",
    "patch": "helper.go:269",
    "compare": "helper.go:294",
    "update": "helper.go:319",
}
GENERATED: Final = {
    "get": "type.go:165",
    "list": "type.go:183",
    "watch": "type.go:201",
    "create": "type.go:213",
    "update": "type.go:229",
    "delete": "type.go:257",
    "patch": "type.go:289",
}
REFLECTOR: Final = "reflector.go:863"
GET: Final = "get.go:693"
"""Who tells of a watch that was refused."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one of the clients speaks to the server."""

    accept: str = ""
    lines: Mapping[str, str] = field(default_factory=dict)
    """Where it logs bodies, by what is done; what is the same for everything stands under the empty word."""
    keeps_kinds: bool = False
    """Whether objects stay as they came; Go's structs lose apiVersion and kind."""
    packs: bool = False
    """Whether objects are sent as protobuf."""
    content_type: str = JSON
    """What objects are said to be; empty where that is left to the server."""
    raw: bool = False
    """Whether a path is asked for without knowing what it means, and what is sent is read while it is sent."""
    failures: Mapping[str, str] = field(default_factory=dict)
    """Of a dialect that hands on what it hears as it comes: where it logs an answer that is an error."""
    answers: str = ""
    """Where it logs answers, if that is elsewhere."""
    upgrades: tuple[tuple[str, str], ...] = ()
    """Headers by which it asks for another protocol instead of an answer."""

    @property
    def asking(self) -> dict[str, str]:
        """The headers that say what is wanted."""
        return dict(self.upgrades) or {"accept": self.accept}

    def limits(self, doing: str) -> bool:
        """Whether the server is told how long it may take; the clients of each kind leave that to whoever lists."""
        return self.lines is not GENERATED or doing not in ("list", "watch")

    def line(self, doing: str) -> str:
        """Where it logs what it sends."""
        return self.lines.get(doing) or self.lines.get("", "")

    def heard(self, doing: str, *, failed: bool) -> str:
        """Where it logs what it hears; empty where it does not."""
        if self.failures:
            return (self.failures.get(doing) or self.failures[""]) if failed else ""
        if failed and doing in ("watch", "follow"):
            return GET if self.lines is HELPER else REFLECTOR
        return self.answers or self.line(doing)


UNSTRUCTURED: Final = Dialect(JSON, HELPER, keeps_kinds=True)
"""Objects of any kind, as they are: what most commands work with."""
TYPED: Final = Dialect(ANY, HELPER)
"""The same client with objects read into the types that kubectl is built with."""
TABLES: Final = Dialect(TABLE, HELPER, keeps_kinds=True)
CLIENTSET: Final = Dialect(f"{PROTOBUF},{JSON}", GENERATED, packs=True)
"""The generated client of each kind."""
DYNAMIC: Final = Dialect(
    JSON, {"get": "simple.go:243", "list": "simple.go:258", "watch": "simple.go:271"}, keeps_kinds=True
)
"""The client of any kind that follows objects."""
METRICS: Final = Dialect(f"{PROTOBUF}, */*", GENERATED)
SCALES: Final = Dialect(
    ANY, {"get": "client.go:168", "update": "client.go:211", "patch": "client.go:232"}, content_type=""
)
EVICTIONS: Final = Dialect(ANY, {"": "eviction_expansion.go:38"})
LOGS: Final = Dialect(ANY, {"": "logs.go:497"}, failures={"": "logs.go:396"})
RAW: Final = Dialect(
    ANY,
    {"": "raw.go:84"},
    raw=True,
    failures={"get": "get.go:174", "create": "create.go:107", "update": "replace.go:123", "delete": "delete.go:161"},
)
API_GROUPS: Final = Dialect(AGGREGATED, {"/api": "discovery_client.go:665", "/apis": "discovery_client.go:721"})
RESOURCES: Final = Dialect(ANY, {"": "discovery_client.go:828"})
OPENAPI: Final = Dialect(ANY, {"": "client.go:102"})
GROUP_VERSION: Final = Dialect(JSON, {"": "groupversion.go:117"})
SWAGGER: Final = Dialect("application/com.github.proto-openapi.spec.v2@v1.0+protobuf", {"": "discovery_client.go:1181"})
SERVER_VERSION: Final = Dialect(ANY, {"": "discovery_client.go:1162"})
TOKENS: Final = Dialect(CLIENTSET.accept, {"": "serviceaccount.go:87"}, packs=True)
DUMPED_LOGS: Final = Dialect(ANY, {"": "clusterinfo_dump.go:284"}, answers="request.go:1109")
