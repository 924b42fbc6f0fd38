"""The environment of a container: its own variables, ConfigMaps and Secrets, the Pod's fields, Services.

Upstream: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables), pkg/kubelet/envvars
"""

from base64 import b64decode
from collections.abc import Mapping

from simulator.api.client import Client
from simulator.kubelet.containers import expand
from simulator.kubelet.records import ConfigFailure
from simulator.machinery.objects import Object, at
from simulator.machinery.quantities import parse

API_SERVICE = ("default", "kubernetes")


def environment(client: Client, pod: Object, container: Object, ip: str, host_ip: str) -> dict[str, str]:
    """All variables of a container, in upstream's order of precedence. Raises `ConfigFailure`."""
    namespace = pod["metadata"]["namespace"]
    env: dict[str, str] = {}
    for source in container.get("envFrom") or ():
        env.update(all_of(client, namespace, source))
    services = service_variables(client, pod)
    own: dict[str, str] = {}
    for variable in container.get("env") or ():
        name = variable["name"]
        if "valueFrom" in variable:
            value = value_from(client, pod, container, variable["valueFrom"], ip, host_ip)
            if value is None:
                continue
        else:
            value = expand(variable.get("value", ""), {**services, **env, **own})
        own[name] = value
    env.update(own)
    return {**services, **env}


def all_of(client: Client, namespace: str, source: Object) -> dict[str, str]:
    """Every key of a ConfigMap or Secret."""
    prefix = source.get("prefix", "")
    for field, kind, resource in (("configMapRef", "configmap", "configmaps"), ("secretRef", "secret", "secrets")):
        reference = source.get(field)
        if reference is None:
            continue
        found = client.get(resource, namespace, reference["name"])
        if found is None:
            if reference.get("optional"):
                return {}
            raise ConfigFailure(f'{kind} "{reference["name"]}" not found')
        return {prefix + key: value for key, value in content(found).items()}
    return {}


def content(source: Object) -> dict[str, str]:
    """The data of a ConfigMap or Secret as text, in order of key."""
    values = source.get("data") or {}
    if source["kind"] == "Secret":
        return {key: b64decode(values[key]).decode("utf-8", "replace") for key in sorted(values)}
    return {key: values[key] for key in sorted(values)}


def value_from(client: Client, pod: Object, container: Object, source: Object, ip: str, host_ip: str) -> str | None:
    """The value a reference leads to; None for an optional one that leads nowhere."""
    namespace = pod["metadata"]["namespace"]
    if "fieldRef" in source:
        return field_value(pod, source["fieldRef"]["fieldPath"], ip, host_ip)
    if "resourceFieldRef" in source:
        return resource_value(client, pod, container, source["resourceFieldRef"])
    for field, kind, resource in (
        ("configMapKeyRef", "ConfigMap", "configmaps"),
        ("secretKeyRef", "Secret", "secrets"),
    ):
        reference = source.get(field)
        if reference is None:
            continue
        found = client.get(resource, namespace, reference["name"])
        if found is None:
            if reference.get("optional"):
                return None
            raise ConfigFailure(f'{kind.lower()} "{reference["name"]}" not found')
        values = content(found)
        if reference["key"] not in values:
            if reference.get("optional"):
                return None
            raise ConfigFailure(f"couldn't find key {reference['key']} in {kind} {namespace}/{reference['name']}")
        return values[reference["key"]]
    return ""


def field_value(pod: Object, path: str, ip: str, host_ip: str) -> str:
    """A field of the Pod, as the downward API gives it. Upstream: pkg/fieldpath"""
    metadata, spec = pod["metadata"], pod["spec"]
    simple = {
        "metadata.name": metadata["name"],
        "metadata.namespace": metadata["namespace"],
        "metadata.uid": metadata["uid"],
        "spec.nodeName": spec.get("nodeName", ""),
        "spec.serviceAccountName": spec.get("serviceAccountName", ""),
        "status.podIP": ip,
        "status.podIPs": ip,
        "status.hostIP": host_ip,
        "status.hostIPs": host_ip,
    }
    if path in simple:
        return str(simple[path])
    for field in ("labels", "annotations"):
        values: Mapping[str, str] = metadata.get(field) or {}
        if path == f"metadata.{field}":
            return "\n".join(f'{key}="{escaped(values[key])}"' for key in sorted(values))
        if path.startswith(f"metadata.{field}['"):
            return values.get(path[len(f"metadata.{field}['") : -2], "")
    raise ConfigFailure(f"unsupported fieldPath: {path}")


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def resource_value(client: Client, pod: Object, container: Object, reference: Object) -> str:
    """A request or limit, counted in the divisor; a limit that is not set is all that the node can give.

    Upstream: pkg/api/v1/resource ExtractContainerResourceValue, MergeContainerResourceLimits
    """
    name = reference.get("containerName")
    if name:
        container = next((c for c in pod["spec"]["containers"] if c["name"] == name), container)
    kind, _, resource = reference["resource"].partition(".")
    given = at(container, "resources", kind, resource)
    if given is None:
        node = client.get("nodes", "", pod["spec"].get("nodeName", "")) if kind == "limits" else None
        given = at(node, "status", "allocatable", resource) or "0"
    divisor = parse(reference.get("divisor") or "1")
    if str(reference.get("divisor") or "0") in ("0", ""):
        divisor = parse("1")
    return str(-(-parse(given).milli() // max(divisor.milli(), 1)))


def service_variables(client: Client, pod: Object) -> dict[str, str]:
    """`WEB_SERVICE_HOST` and the rest, for the Services of the Pod's namespace and the API's."""
    namespace = pod["metadata"]["namespace"]
    services = []
    api = client.get("services", *API_SERVICE)
    if api is not None:
        services.append(api)
    if pod["spec"].get("enableServiceLinks", True):
        services += [s for s in client.list("services", namespace) if s is not api]
    env: dict[str, str] = {}
    for service in services:
        address = service["spec"].get("clusterIP")
        if address and address != "None" and service["spec"].get("ports"):
            env.update(variables_of(service, address))
    return env


def variables_of(service: Object, address: str) -> dict[str, str]:
    name = service["metadata"]["name"].upper().replace("-", "_")
    ports = service["spec"]["ports"]
    env = {f"{name}_SERVICE_HOST": address, f"{name}_SERVICE_PORT": str(ports[0]["port"])}
    for port in ports:
        if port.get("name"):
            env[f"{name}_SERVICE_PORT_{port['name'].upper().replace('-', '_')}"] = str(port["port"])
    for number, port in enumerate(ports):
        protocol = port.get("protocol", "TCP")
        url = f"{protocol.lower()}://{address}:{port['port']}"
        prefix = f"{name}_PORT_{port['port']}_{protocol}"
        if number == 0:
            env[f"{name}_PORT"] = url
        env |= {
            prefix: url,
            f"{prefix}_PROTO": protocol.lower(),
            f"{prefix}_PORT": str(port["port"]),
            f"{prefix}_ADDR": address,
        }
    return env
