"""What a CustomResourceDefinition goes through on its way to the store.

Upstream: apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go
"""

from simulator.machinery.objects import Object


def prepare_create(obj: Object) -> None:
    """A new definition has no names yet, but knows in which version its objects will be stored."""
    versions = (obj.get("spec") or {}).get("versions") or ()
    stored = [version["name"] for version in versions if version.get("storage") and version.get("name")]
    obj["status"] = {"acceptedNames": {"kind": "", "plural": ""}, "conditions": [], "storedVersions": stored}


def prepare_update(obj: Object, old: Object) -> None:
    """From now on objects are stored in another version, too."""
    versions = (obj.get("spec") or {}).get("versions") or ()
    status = obj.get("status")
    if status is None or versions == ((old.get("spec") or {}).get("versions") or ()):
        return  # what is said of the versions stored is a client's own word, through `/status`
    kept = status.get("storedVersions") or []
    added = [version["name"] for version in versions if version.get("storage") and version.get("name") not in kept]
    if added:
        obj["status"] = {**status, "storedVersions": [*kept, *added]}
