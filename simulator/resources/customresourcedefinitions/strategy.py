"""What a CustomResourceDefinition goes through on its way to the store.

Upstream: apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go
"""

from simulator.machinery.objects import Object


def prepare_create(obj: Object) -> None:
    """A new definition has no names yet, but knows in which version its objects will be stored."""
    versions = (obj.get("spec") or {}).get("versions") or ()
    stored = [version["name"] for version in versions if version.get("storage") and version.get("name")]
    obj["status"] = {"acceptedNames": {"kind": "", "plural": ""}, "conditions": [], "storedVersions": stored}
