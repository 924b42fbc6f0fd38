"""Defaults of a LimitRange. Upstream: SetDefaults_LimitRangeItem"""

from simulator.machinery.objects import Object


def default(obj: Object) -> None:
    """For containers: a limit left out is the maximum; a request left out is the limit, else the minimum."""
    for item in obj.setdefault("spec", {}).get("limits") or ():
        if item.get("type") != "Container":
            continue
        limits = {**(item.get("max") or {}), **(item.get("default") or {})}
        requests = {**(item.get("min") or {}), **limits, **(item.get("defaultRequest") or {})}
        for name, quantities in (("default", limits), ("defaultRequest", requests)):
            if quantities:
                item[name] = quantities
