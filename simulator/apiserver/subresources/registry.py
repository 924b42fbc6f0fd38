"""The subresources the server knows, and the resources that are answered instead of stored: one line each."""

from simulator.apiserver.subresources import Handler
from simulator.apiserver.subresources.binding import binding
from simulator.apiserver.subresources.connect import attach, execute, log, port_forward
from simulator.apiserver.subresources.eviction import eviction
from simulator.apiserver.subresources.finalize import finalize
from simulator.apiserver.subresources.scale import scale
from simulator.apiserver.subresources.status import update_part

SUBRESOURCES: dict[tuple[str, str], Handler] = {
    ("*", "status"): update_part,
    ("*", "scale"): scale,
    ("certificatesigningrequests.certificates.k8s.io", "approval"): update_part,
    ("namespaces", "finalize"): finalize,
    ("pods", "attach"): attach,
    ("pods", "binding"): binding,
    ("pods", "ephemeralcontainers"): update_part,
    ("pods", "eviction"): eviction,
    ("pods", "exec"): execute,
    ("pods", "log"): log,
    ("pods", "portforward"): port_forward,
    ("pods", "resize"): update_part,
}

VIRTUAL: dict[str, Handler] = {
    "bindings": binding,
}
