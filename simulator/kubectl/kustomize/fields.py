"""Fields of a kustomization file and their types, and what Go's JSON decoder says of other ones.

Upstream: sigs.k8s.io/kustomize/api/types
"""

from collections.abc import Iterator
from typing import Any

STRUCTS: dict[str, dict[str, str]] = {
    "Kustomization": {
        "apiVersion": "string",
        "bases": "[]string",
        "buildMetadata": "[]string",
        "commonAnnotations": "map[string]string",
        "commonLabels": "map[string]string",
        "components": "[]string",
        "configMapGenerator": "[]types.ConfigMapArgs",
        "configurations": "[]string",
        "crds": "[]string",
        "generatorOptions": "types.GeneratorOptions",
        "generators": "[]string",
        "helmChartInflationGenerator": "any",
        "helmCharts": "[]any",
        "helmGlobals": "any",
        "imageTags": "[]types.Image",
        "images": "[]types.Image",
        "inventory": "any",
        "kind": "string",
        "labels": "[]types.Label",
        "metadata": "any",
        "namePrefix": "string",
        "nameSuffix": "string",
        "namespace": "string",
        "openapi": "map[string]string",
        "patches": "[]types.Patch",
        "patchesJson6902": "[]types.Patch",
        "patchesStrategicMerge": "[]types.PatchStrategicMerge",
        "replacements": "[]types.ReplacementField",
        "replicas": "[]types.Replica",
        "resources": "[]string",
        "secretGenerator": "[]types.SecretArgs",
        "sortOptions": "types.SortOptions",
        "transformers": "[]string",
        "validators": "[]string",
        "vars": "[]types.Var",
    },
    "Var": {"fieldref": "types.FieldSelector", "name": "string", "objref": "types.Target"},
    "FieldSelector": {"fieldpath": "string"},
    "Target": dict.fromkeys(("apiVersion", "group", "kind", "name", "namespace", "version"), "string"),
    "ConfigMapArgs": {
        "behavior": "string",
        "env": "string",
        "envs": "[]string",
        "files": "[]string",
        "literals": "[]string",
        "name": "string",
        "namespace": "string",
        "options": "types.GeneratorOptions",
    },
    "GeneratorOptions": {
        "annotations": "map[string]string",
        "disableNameSuffixHash": "bool",
        "immutable": "bool",
        "labels": "map[string]string",
    },
    "Image": {"digest": "string", "name": "string", "newName": "string", "newTag": "string", "tagSuffix": "string"},
    "Label": {
        "fields": "[]types.FieldSpec",
        "includeSelectors": "bool",
        "includeTemplates": "bool",
        "pairs": "map[string]string",
    },
    "FieldSpec": {"create": "bool", "group": "string", "kind": "string", "path": "string", "version": "string"},
    "Patch": {"options": "map[string]bool", "patch": "string", "path": "string", "target": "types.Selector"},
    "Selector": {
        "annotationSelector": "string",
        "group": "string",
        "kind": "string",
        "labelSelector": "string",
        "name": "string",
        "namespace": "string",
        "version": "string",
    },
    "ReplacementField": {
        "path": "string",
        "source": "types.SourceSelector",
        "sourceValue": "string",
        "targets": "[]types.TargetSelector",
    },
    "SourceSelector": {
        "fieldPath": "string",
        "group": "string",
        "kind": "string",
        "name": "string",
        "namespace": "string",
        "options": "types.FieldOptions",
        "version": "string",
    },
    "TargetSelector": {
        "fieldPaths": "[]string",
        "options": "types.FieldOptions",
        "reject": "[]types.Selector",
        "select": "types.Selector",
    },
    "FieldOptions": {"create": "bool", "delimiter": "string", "encoding": "string", "index": "int"},
    "Replica": {"count": "int64", "name": "string"},
    "SortOptions": {"legacySortOptions": "types.LegacySortOptions", "order": "string"},
    "LegacySortOptions": {"orderFirst": "[]string", "orderLast": "[]string"},
}
STRUCTS["SecretArgs"] = STRUCTS["ConfigMapArgs"] | {"type": "string"}
NAMED = {"apiVersion": "string", "fieldSpecs": "[]types.FieldSpec", "kind": "string", "metadata": "any"}
PLUGINS: dict[str, dict[str, str]] = {
    "AnnotationsTransformer": {"annotations": "map[string]string"},
    "ConfigMapGenerator": STRUCTS["ConfigMapArgs"],
    "HashTransformer": {},
    "ImageTagTransformer": {"imageTag": "types.Image"},
    "LabelTransformer": {"labels": "map[string]string"},
    "NamespaceTransformer": {"unsetOnly": "bool"},
    "PatchJson6902Transformer": {"jsonOp": "string", "path": "string", "target": "types.Selector"},
    "PatchStrategicMergeTransformer": {"paths": "[]string", "patches": "string"},
    "PatchTransformer": STRUCTS["Patch"],
    "PrefixSuffixTransformer": {"prefix": "string", "suffix": "string"},
    "PrefixTransformer": {"prefix": "string"},
    "ReplacementTransformer": {"replacements": "[]types.ReplacementField"},
    "ReplicaCountTransformer": {"replica": "types.Replica"},
    "SecretGenerator": STRUCTS["SecretArgs"],
    "SuffixTransformer": {"suffix": "string"},
    "ValueAddTransformer": {"targets": "[]types.ValueTarget", "value": "string"},
}
"""What configures the built-in plugins, by their kind."""
STRUCTS |= {kind: NAMED | own for kind, own in PLUGINS.items()}
STRUCTS["ValueTarget"] = {"fieldPath": "string", "filePathPosition": "int", "selector": "types.Selector"}
SPECS = "types.FsSlice"
STRUCTS |= {
    "TransformerConfig": {
        **dict.fromkeys(
            (
                "commonAnnotations", "commonLabels", "images", "labels", "namePrefix", "nameSuffix", "namespace",
                "replicas", "templateLabels", "varReference",
            ),
            SPECS,
        ),
        "nameReference": "builtinconfig.nbrSlice",
    },
    "NameBackReferences": {**dict.fromkeys(("group", "kind", "version"), "string"), "fieldSpecs": SPECS},
}  # fmt: skip
SLICES = {SPECS: "[]types.FieldSpec", "builtinconfig.nbrSlice": "[]builtinconfig.NameBackReferences"}
"""Types that have a name of their own, and what they are lists of."""
EMBEDDED = {"FieldSpec": "Gvk.", "NameBackReferences": "Gvk."}
"""Structs that have a group, a version and a kind in a struct of their own, as it is told in errors."""
SCALARS = {"string": str, "bool": bool, "int": int, "int64": int, "types.PatchStrategicMerge": str}


def problems(value: Any, type: str, struct: str = "", path: str = "") -> Iterator[str]:
    """What the decoder says of a value that is to have this type; keys come in the order of the alphabet."""
    if value is None or type == "any":
        return
    slice = SLICES.get(type, type)
    if slice.startswith("[]"):
        if isinstance(value, list):
            for item in value:
                yield from problems(item, slice[2:], struct, path)
        else:
            yield unsuitable(value, type, struct, path)
    elif type.startswith("map[string]"):
        if isinstance(value, dict):
            for key in sorted(value):
                yield from problems(value[key], type.removeprefix("map[string]"), struct, path)
        else:
            yield unsuitable(value, type, struct, path)
    elif type in SCALARS:
        if not isinstance(value, SCALARS[type]) or (SCALARS[type] is int and isinstance(value, bool)):
            yield unsuitable(value, type, struct, path)
    elif isinstance(value, dict):
        yield from struct_problems(value, plain(type), path)
    else:
        yield unsuitable(value, type, struct, path)


def struct_problems(value: dict[str, Any], struct: str, path: str) -> Iterator[str]:
    known = STRUCTS[struct]
    for key in sorted(value):
        if key in known:
            inner = EMBEDDED.get(struct, "") + key if key in ("group", "version", "kind") else key
            yield from problems(value[key], known[key], struct, f"{path}.{inner}" if path else inner)
        else:
            yield f'json: unknown field "{key}"'


def unsuitable(value: Any, type: str, struct: str, path: str) -> str:
    where = f"Go struct field {struct}.{path}" if struct else "Go value"
    return f"json: cannot unmarshal {go_kind(value)} into {where} of type {type or 'types.Kustomization'}"


def go_kind(value: Any) -> str:
    """What Go's decoder calls a value of JSON."""
    return {str: "string", bool: "bool", dict: "object", list: "array"}.get(value.__class__, "number")


def plain(type: str) -> str:
    """A type without its package."""
    return type.removeprefix("types.").removeprefix("builtinconfig.")


def decoded(value: Any, type: str) -> Any:
    """A value without problems as the decoder has it: null is what a type has where nothing is said."""
    type = plain(SLICES.get(type, type))
    if value is None:
        return zero(type)
    if type.startswith("[]"):
        return [decoded(item, type[2:]) for item in value]
    if type.startswith("map[string]"):
        return {key: decoded(inner, type.removeprefix("map[string]")) for key, inner in value.items()}
    if type in STRUCTS:
        known = STRUCTS[type]
        return {key: decoded(inner, known.get(key, "any")) for key, inner in value.items() if inner is not None}
    return value


def zero(type: str) -> Any:
    if type == "any":
        return None
    if type.startswith("[]"):
        return []
    return "" if type == "PatchStrategicMerge" else SCALARS[type]() if type in SCALARS else {}
