"""JSON merge patch: applied by the server, and made by clients for kinds without a schema.

Upstream: github.com/evanphx/json-patch v4 (RFC 7386), k8s.io/apimachinery/pkg/util/jsonmergepatch
"""

from simulator.machinery.objects import Object
from simulator.machinery.patches.errors import PatchConflictError, PatchError
from simulator.machinery.patches.json_patch import json_kind
from simulator.machinery.patches.values import Json, go_text, private, same


def apply(original: Object, patch: Json) -> Object:
    """The object with the patch merged in, as a private copy. Raises `PatchError` (400) for what is no patch."""
    if not isinstance(patch, dict):
        kind = json_kind(patch)
        raise PatchError(
            f"error decoding patch: json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}", 400
        )
    return merged(private(original), private(patch))


def merged(original: Object, patch: Object) -> Object:
    """Merge one private copy into another; what is touched has its keys sorted, as Go's maps."""
    for key, value in patch.items():
        if value is None:
            original.pop(key, None)
        elif isinstance(value, dict) and isinstance(original.get(key), dict):
            original[key] = merged(original[key], value)
        else:
            original[key] = without_nulls(value)
    return dict(sorted(original.items()))


def without_nulls(value: Json) -> Json:
    """What a patch adds as a whole: nulls in its maps delete nothing, they are left out."""
    if isinstance(value, dict):
        return {key: without_nulls(entry) for key, entry in sorted(value.items()) if entry is not None}
    if isinstance(value, list):
        return [without_nulls(entry) for entry in value]
    return value


def two_way(original: Object, modified: Object) -> Object:
    """The patch that makes `modified` of `original`. Upstream: jsonpatch.CreateMergePatch"""
    patch: Object = {}
    for key, value in modified.items():
        if key not in original:
            patch[key] = value
        elif isinstance(value, dict) and isinstance(original[key], dict):
            if below := two_way(original[key], value):
                patch[key] = below
        elif not same(original[key], value):
            patch[key] = value
    patch.update(dict.fromkeys(key for key in original if key not in modified))
    return patch


def three_way(original: Object, modified: Object, current: Object) -> Object:
    """The patch that brings `current` to `modified`, deleting only what `original` had. Raises `PatchConflictError`."""
    changes = only_values(two_way(current, modified))
    deletions = only_nulls(two_way(original, modified))
    if conflicting(changes, deletions):
        words = "conflicts with changes made from original to current"
        raise PatchConflictError(f"patch:\n{go_text(changes)}\n{words}:\n{go_text(deletions)}\n", 409)
    return merged(private(deletions), private(changes))


def only_values(patch: Object) -> Object:
    """The patch without what it deletes; a map that is empty from the start is a value."""
    kept: Object = {}
    for key, value in patch.items():
        if isinstance(value, dict) and value:
            if below := only_values(value):
                kept[key] = below
        elif value is not None:
            kept[key] = value
    return kept


def only_nulls(patch: Object) -> Object:
    kept: Object = {}
    for key, value in patch.items():
        if value is None:
            kept[key] = None
        elif isinstance(value, dict) and (below := only_nulls(value)):
            kept[key] = below
    return kept


def conflicting(left: Json, right: Json) -> bool:
    """Whether two patches disagree about anything. Upstream: mergepatch.HasConflicts"""
    if isinstance(left, dict) and isinstance(right, dict):
        return any(conflicting(value, right[key]) for key, value in left.items() if key in right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) != len(right) or any(map(conflicting, left, right))
    return not same(left, right)


def changes_identity(patch: Object) -> bool:
    """Whether a patch touches apiVersion, kind or name, which clients refuse. Upstream: mergepatch preconditions"""
    metadata = patch.get("metadata")
    return "apiVersion" in patch or "kind" in patch or (isinstance(metadata, dict) and "name" in metadata)
