"""Defaults of Endpoints. Upstream: SetDefaults_Endpoints"""

from simulator.machinery.objects import Object


def default(obj: Object) -> None:
    for subset in obj.get("subsets") or ():
        for port in subset.get("ports") or ():
            port["protocol"] = port.get("protocol") or "TCP"
