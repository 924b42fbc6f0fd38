"""Defaults of an IngressClass. Upstream: SetDefaults_IngressClass"""

from simulator.machinery.objects import Object


def default(obj: Object) -> None:
    parameters = (obj.get("spec") or {}).get("parameters")
    if parameters and not parameters.get("scope"):
        parameters["scope"] = "Cluster"
