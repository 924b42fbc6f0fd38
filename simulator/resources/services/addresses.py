"""Validation of a Service's addresses and of their families. Upstream: ValidateServiceClusterIPsRelatedFields"""

from simulator.machinery import names
from simulator.machinery.field import duplicate, invalid, not_supported
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors, validate_name

FAMILIES = ("IPv4", "IPv6")
POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
NO_ADDRESS = ("", "None")


def validate_addresses(spec: Object) -> Errors:
    for index, address in enumerate(spec.get("externalIPs") or ()):
        yield from validate_external(address, f"spec.externalIPs[{index}]")
    if spec.get("type") == "ExternalName":
        return
    families, policy = spec.get("ipFamilies") or [], spec.get("ipFamilyPolicy")
    for index, family in enumerate(families):
        if family not in FAMILIES:
            yield not_supported(f"spec.ipFamilies[{index}]", family, FAMILIES)
        elif family in families[:index]:
            yield duplicate(f"spec.ipFamilies[{index}]", family)
    if policy is not None and policy not in POLICIES:
        yield not_supported("spec.ipFamilyPolicy", policy, POLICIES)
    yield from validate_cluster_ips(spec, families)


def validate_cluster_ips(spec: Object, families: list[str]) -> Errors:
    address, addresses = spec.get("clusterIP", ""), spec.get("clusterIPs") or []
    if address and addresses and addresses[0] != address:
        yield invalid("spec.clusterIPs", addresses, "first value must match `clusterIP`")
    if len(addresses) > 2:
        yield invalid("spec.clusterIPs", addresses, "may only hold up to 2 values")
    if "None" in addresses and len(addresses) > 1:
        yield invalid("spec.clusterIPs", addresses, "'None' must be the first and only value")
    for index, value in enumerate(addresses):
        if value in NO_ADDRESS:
            continue
        place = f"spec.clusterIPs[{index}]"
        wrong = list(validate_name(value, place, names.ip))
        yield from wrong
        if not wrong and index < len(families) and families[index] != family_of(value):
            rule = f"expected an {families[index]} value as indicated by `ipFamilies[{index}]`"
            yield invalid(place, value, rule)


def family_of(address: str) -> str:
    return "IPv6" if ":" in address else "IPv4"


def validate_external(address: str, path: str) -> Errors:
    """An address that routers can bring to a node. Upstream: ValidateNonSpecialIP"""
    from ipaddress import ip_address

    if not names.is_ip(address):
        yield invalid(path, address, names.IP_RULE)
        return
    parsed = ip_address(address)
    if parsed.is_unspecified:
        yield invalid(path, address, f"may not be unspecified ({address})")
    if parsed.is_loopback:
        yield invalid(path, address, "may not be in the loopback range (127.0.0.0/8, ::1/128)")
    if parsed.is_link_local:
        yield invalid(path, address, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")


def validate_address_changes(spec: Object, before: Object) -> Errors:
    """The first address and family stay; a second may come and go. Upstream: validateUpgradeDowngradeClusterIPs"""
    if "ExternalName" in (spec.get("type"), before.get("type")):
        return
    for field, noun in (("clusterIPs", "clusterIP"), ("ipFamilies", "ipFamily")):
        new, old = spec.get(field) or [], before.get(field) or []
        if not old or old[0] == "":
            continue
        if not new:
            yield invalid(f"spec.{field}[0]", new, f"primary {noun} can not be unset")
        elif new[0] != old[0]:
            yield invalid(f"spec.{field}[0]", new, "may not change once set")
        elif len(new) > 1 and len(old) > 1 and new[1] != old[1]:
            yield invalid(f"spec.{field}[1]", new, "may not change once set")
