"""Fields of a kustomization file and of what configures steps, and their types.

Upstream: sigs.k8s.io/kustomize/api/types
"""

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
        "helmChartInflationGenerator": "[]types.HelmChartArgs",
        "helmCharts": "[]types.HelmChart",
        "helmGlobals": "types.HelmGlobals",
        "imageTags": "[]types.Image",
        "images": "[]types.Image",
        "kind": "string",
        "labels": "[]types.Label",
        "metadata": "types.ObjectMeta",
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
    "FieldSelector": {"fieldPath": "string"},
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
    "Patch": {"options": "types.PatchArgs", "patch": "string", "path": "string", "target": "types.Selector"},
    "PatchArgs": dict.fromkeys(("allowKindChange", "allowNameChange"), "bool"),
    "ObjectMeta": {
        **dict.fromkeys(("name", "namespace"), "string"),
        **dict.fromkeys(("annotations", "labels"), "map[string]string"),
    },
    "HelmGlobals": dict.fromkeys(("chartHome", "configHome"), "string"),
    "HelmChart": {
        **dict.fromkeys(("debug", "devel", "includeCRDs", "skipHooks", "skipTests"), "bool"),
        **dict.fromkeys(
            (
                "kubeVersion",
                "name",
                "nameTemplate",
                "namespace",
                "releaseName",
                "repo",
                "valuesFile",
                "valuesMerge",
                "version",
            ),
            "string",
        ),
        **dict.fromkeys(("additionalValuesFiles", "apiVersions"), "[]string"),
        "valuesInline": "any",
    },
    "HelmChartArgs": {
        **dict.fromkeys(
            (
                "chartHome",
                "chartName",
                "chartRepoName",
                "chartRepoUrl",
                "chartVersion",
                "helmBin",
                "helmHome",
                "releaseName",
                "releaseNamespace",
                "values",
                "valuesMerge",
            ),
            "string",
        ),
        "extraArgs": "[]string",
        "valuesLocal": "any",
    },
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
    "SortOptions": {"legacySortOptions": "types.LegacySortOptions", "order": "types.SortOrder"},
    "LegacySortOptions": {"orderFirst": "[]string", "orderLast": "[]string"},
}
STRUCTS["SecretArgs"] = STRUCTS["ConfigMapArgs"] | {"type": "string"}
SPECS = "types.FsSlice"
NAMED = {"apiVersion": "any", "fieldSpecs": "[]types.FieldSpec", "kind": "any", "metadata": "types.ObjectMeta"}
PLUGINS: dict[str, dict[str, str]] = {
    "AnnotationsTransformer": {"annotations": "map[string]string"},
    "ConfigMapGenerator": STRUCTS["ConfigMapArgs"],
    "HashTransformer": {},
    "ImageTagTransformer": {"imageTag": "types.Image"},
    "LabelTransformer": {"labels": "map[string]string"},
    "NamespaceTransformer": {"unsetOnly": "bool"},
    "PatchJson6902Transformer": {"jsonOp": "string", "path": "string", "target": "types.Selector"},
    "PatchStrategicMergeTransformer": {"paths": "[]types.PatchStrategicMerge", "patches": "string"},
    "PatchTransformer": STRUCTS["Patch"],
    "PrefixSuffixTransformer": {"fieldSpecs": SPECS, "prefix": "string", "suffix": "string"},
    "PrefixTransformer": {"fieldSpecs": SPECS, "prefix": "string"},
    "ReplacementTransformer": {"replacements": "[]types.ReplacementField"},
    "ReplicaCountTransformer": {"replica": "types.Replica"},
    "SecretGenerator": STRUCTS["SecretArgs"],
    "SuffixTransformer": {"fieldSpecs": SPECS, "suffix": "string"},
    "ValueAddTransformer": {"targets": "[]builtins.Target", "value": "string"},
}
"""What configures the built-in plugins, by their kind."""
STRUCTS |= {f"{kind}Plugin": NAMED | own for kind, own in PLUGINS.items()}
STRUCTS["ValueTarget"] = {"fieldPath": "string", "filePathPosition": "int", "selector": "types.Selector"}
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
ALIASES = {
    SPECS: "[]types.FieldSpec",
    "builtinconfig.nbrSlice": "[]builtinconfig.NameBackReferences",
    "[]builtins.Target": "[]types.ValueTarget",
}
"""Types that errors know under another name, and what they are."""
GVK = dict.fromkeys(("group", "kind", "version"), "Gvk.")
RES_ID = {**{field: f"ResId.{way}" for field, way in GVK.items()}, **dict.fromkeys(("name", "namespace"), "ResId.")}
GENERATOR = {
    **dict.fromkeys(("behavior", "name", "namespace", "options"), "GeneratorArgs."),
    **dict.fromkeys(("env", "envs", "files", "literals"), "GeneratorArgs.KvPairSources."),
}
EMBEDDED: dict[str, dict[str, str]] = {
    "Kustomization": dict.fromkeys(("apiVersion", "kind"), "TypeMeta."),
    "FieldSpec": GVK,
    "NameBackReferences": GVK,
    "Target": GVK,
    "Selector": RES_ID,
    "SourceSelector": RES_ID,
    "ConfigMapArgs": GENERATOR,
    "SecretArgs": GENERATOR,
    "ConfigMapGeneratorPlugin": {field: f"ConfigMapArgs.{way}" for field, way in GENERATOR.items()},
    "SecretGeneratorPlugin": {
        "type": "SecretArgs.", **{field: f"SecretArgs.{way}" for field, way in GENERATOR.items()}
    },
    "ReplacementField": dict.fromkeys(("source", "sourceValue", "targets"), "Replacement."),
}  # fmt: skip
"""Fields that Go has in a struct within the struct, and how errors tell the way there."""
SCALARS = {"string": str, "bool": bool, "int": int, "int64": int}
SCALARS |= dict.fromkeys(("types.PatchStrategicMerge", "types.SortOrder"), str)
