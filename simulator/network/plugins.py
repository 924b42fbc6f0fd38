"""What CoreDNS's plugins make of their arguments, and how they refuse them. Upstream: coredns plugin/*/setup.go"""

from simulator.machinery.objects import Object
from simulator.network.resolver import is_address

PATH = "/etc/coredns/Corefile"
PORT = 53
POD_MODES = ("disabled", "insecure", "verified")
MOST_UPSTREAMS = 15


class CorefileError(Exception):
    """What CoreDNS says of a Corefile that it cannot use."""


def wrong(stanza: Object, words: str, line: int = 0) -> CorefileError:
    where = line or stanza["line"]
    return CorefileError(f"plugin/{stanza['name']}: {PATH}:{where} - Error during parsing: {words}")


def miscounted(stanza: Object, word: str, line: int = 0) -> CorefileError:
    return wrong(stanza, f"Wrong argument count or unexpected line ending after '{word}'", line)


def check_kubernetes(stanza: Object) -> None:
    zones = stanza["arguments"]
    if zones and all(zone.rstrip(".").endswith(".arpa") for zone in zones):
        raise CorefileError("plugin/kubernetes: non-reverse zone name must be used")
    for words, line in zip(stanza["lines"], stanza["numbers"], strict=True):
        match words:
            case ["pods", mode]:
                if mode not in POD_MODES:
                    listed = "disabled, verified, insecure"
                    raise CorefileError(f"plugin/kubernetes: wrong value for pods: {mode},  must be one of: {listed}")
            case ["ttl", seconds]:
                check_ttl(stanza, seconds, line)
            case ["fallthrough", *_] | ["noendpoints"] | ["endpoint_pod_names"] | ["ignore", "empty_service"]:
                pass
            case ["namespaces" | "labels" | "namespace_labels" | "endpoint" | "kubeconfig" | "tls", _, *_]:
                pass
            case [
                "multicluster" | "startup_timeout" | "apiserver_qps" | "apiserver_burst" | "apiserver_max_inflight",
                _,
            ]:
                pass
            case ["pods" | "ttl" | "namespaces" | "noendpoints" | "labels" | "endpoint", *_]:
                raise miscounted(stanza, words[-1], line)
            case _:
                raise wrong(stanza, f"unknown property '{words[0]}'", line)


def check_ttl(stanza: Object, seconds: str, line: int) -> None:
    if not seconds.lstrip("-").isdecimal():
        raise CorefileError(f'plugin/{stanza["name"]}: strconv.Atoi: parsing "{seconds}": invalid syntax')
    if not 0 <= int(seconds) <= 3600:
        raise wrong(stanza, f"ttl must be in range [0, 3600]: {seconds}", line)


FORWARD_WORDS = (
    "except", "max_fails", "health_check", "force_tcp", "prefer_udp", "tls", "tls_servername", "expire", "policy",
    "max_concurrent", "next", "failfast_all_unhealthy_upstreams", "failover", "max_connect_attempts", "max_age",
    "max_idle_conns",
)  # fmt: skip


def check_forward(stanza: Object) -> None:
    source, *targets = stanza["arguments"] or [""]
    if not targets:
        raise miscounted(stanza, source or "forward")
    if len(targets) > MOST_UPSTREAMS:
        raise CorefileError(f"plugin/forward: more than {MOST_UPSTREAMS} TOs configured: {len(targets)}")
    for target in targets:
        host = upstream(target)[0]
        if not target.startswith("/") and not is_address(host):
            raise CorefileError(f'plugin/forward: not an IP address or file: "{target}"')
    for words, line in zip(stanza["lines"], stanza["numbers"], strict=True):
        if words[0] not in FORWARD_WORDS:
            raise wrong(stanza, f"unknown property '{words[0]}'", line)


def check_hosts(stanza: Object) -> None:
    for words, line in zip(stanza["lines"], stanza["numbers"], strict=True):
        if words[0] in ("fallthrough", "no_reverse", "reload"):
            continue
        if words[0] == "ttl":
            if len(words) < 2:
                raise miscounted(stanza, "ttl", line)
            if not words[1].isdecimal() or not 0 < int(words[1]) <= 65535:
                raise wrong(stanza, f"ttl provided is invalid: {words[1]}", line)
        elif len(words) < 2 or not is_address(words[0]):
            raise wrong(stanza, f"unknown property '{words[0]}'", line)


def check_cache(stanza: Object) -> None:
    known = ("success", "denial", "prefetch", "serve_stale", "servfail", "disable", "keepttl")
    for words, line in zip(stanza["lines"], stanza["numbers"], strict=True):
        if words[0] not in known:
            raise miscounted(stanza, words[0], line)


def check_alone(stanza: Object) -> None:
    """Plugins that take nothing at all."""
    if stanza["arguments"]:
        raise miscounted(stanza, stanza["arguments"][0])


CHECKS = {
    "kubernetes": check_kubernetes,
    "forward": check_forward,
    "hosts": check_hosts,
    "cache": check_cache,
    "loop": check_alone,
}


def upstream(target: str) -> tuple[str, int]:
    """Address and port of one `forward` target."""
    host = target.partition("://")[2] or target
    name, colon, port = host.rpartition(":")
    return (name, int(port)) if colon and port.isdecimal() and ":" not in name else (host, PORT)
