"""Defaults of a Secret. Upstream: SetDefaults_Secret, pkg/apis/core/v1/conversion.go"""

from base64 import b64encode

from simulator.machinery.objects import Object


def default(obj: Object) -> None:
    """`stringData` is written over `data`, and is never shown."""
    plain = obj.pop("stringData", None)
    if plain:
        encoded = {key: b64encode(text.encode()).decode() for key, text in plain.items()}
        obj["data"] = {**(obj.get("data") or {}), **encoded}
    obj["type"] = obj.get("type") or "Opaque"
