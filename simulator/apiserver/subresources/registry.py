"""The subresources the server knows, and the resources that are answered instead of stored: one line each."""

from simulator.apiserver.aggregation import measured
from simulator.apiserver.subresources import Handler, reviews
from simulator.apiserver.subresources.binding import binding
from simulator.apiserver.subresources.componentstatuses import component_status
from simulator.apiserver.subresources.connect import attach, execute, log, port_forward
from simulator.apiserver.subresources.eviction import eviction
from simulator.apiserver.subresources.finalize import finalize
from simulator.apiserver.subresources.proxy import node_proxy, pod_proxy, service_proxy
from simulator.apiserver.subresources.scale import scale
from simulator.apiserver.subresources.status import update_part
from simulator.apiserver.subresources.token import token

SUBRESOURCES: dict[tuple[str, str], Handler] = {
    ("*", "status"): update_part,
    ("*", "scale"): scale,
    ("certificatesigningrequests.certificates.k8s.io", "approval"): update_part,
    ("namespaces", "finalize"): finalize,
    ("nodes", "proxy"): node_proxy,
    ("pods", "attach"): attach,
    ("pods", "binding"): binding,
    ("pods", "ephemeralcontainers"): update_part,
    ("pods", "eviction"): eviction,
    ("pods", "exec"): execute,
    ("pods", "log"): log,
    ("pods", "portforward"): port_forward,
    ("pods", "proxy"): pod_proxy,
    ("pods", "resize"): update_part,
    ("serviceaccounts", "token"): token,
    ("services", "proxy"): service_proxy,
}

VIRTUAL: dict[str, Handler] = {
    "bindings": binding,
    "componentstatuses": component_status,
    "nodes.metrics.k8s.io": measured,
    "pods.metrics.k8s.io": measured,
    "localsubjectaccessreviews.authorization.k8s.io": reviews.local_access,
    "selfsubjectaccessreviews.authorization.k8s.io": reviews.self_access,
    "selfsubjectreviews.authentication.k8s.io": reviews.self_review,
    "selfsubjectrulesreviews.authorization.k8s.io": reviews.self_rules,
    "subjectaccessreviews.authorization.k8s.io": reviews.access,
    "tokenreviews.authentication.k8s.io": reviews.token_review,
}
