"""Built-in steps that are configured by an object: in `generators`, `transformers` and `validators`.

Upstream: sigs.k8s.io/kustomize/api/internal/builtins, api/internal/plugins/loader
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from simulator.kubectl.errors import CommandError
from simulator.kubectl.kustomize.decoding import decoded, problems, texts, yaml_problems
from simulator.kubectl.kustomize.fieldspecs import FieldSpec, Form, changed_at, specs_in
from simulator.kubectl.kustomize.generators import one, options_of, with_hash
from simulator.kubectl.kustomize.kustomization import Misconfigured
from simulator.kubectl.kustomize.loading import Loader
from simulator.kubectl.kustomize.patches import is_meant, json_patches, patches, strategic_patches
from simulator.kubectl.kustomize.replacements import replaced
from simulator.kubectl.kustomize.resources import Id, Item
from simulator.kubectl.kustomize.transformers import (
    in_namespace,
    with_affixes,
    with_images,
    with_pairs,
    with_replicas,
)
from simulator.machinery.objects import Object

type Run = Callable[[Loader, Object, list[Item]], list[Item]]

GENERATORS = {"ConfigMapGenerator": "ConfigMap", "SecretGenerator": "Secret"}
UNSIMULATED = ("IAMPolicyGenerator",)


class Plugin(NamedTuple):
    """A step and its configuration."""

    config: Object
    origin: Object

    @property
    def kind(self) -> str:
        return str(self.config["kind"])

    def generated(self, loader: Loader) -> Item:
        """What a generator makes. Raises CommandError."""
        metadata = self.config["metadata"]
        told = {**self.config, "name": metadata.get("name"), "namespace": metadata.get("namespace")}
        return one(loader, told, GENERATORS[self.kind], options_of({}, self.config.get("options") or {}))

    def transformed(self, loader: Loader, items: list[Item]) -> list[Item]:
        """The items after a transformer. Raises CommandError."""
        try:
            return TRANSFORMERS[self.kind](loader, self.config, items)
        except Misconfigured as error:
            raise fails(self.config, error.problem) from None


def fails(config: Object, problem: str) -> CommandError:
    return CommandError(f"plugin {Id.of(config)} fails configuration: {problem}")


def plugin(item: Item, *, generates: bool) -> Plugin:
    """The step that an object configures. Raises CommandError."""
    config, id = item.object, item.id
    if id.group or id.version != "builtin":
        raise CommandError(f"external plugins disabled; unable to load external plugin '{id.kind}'")
    if id.kind == "HelmChartInflationGenerator":
        raise fails(config, "must specify --enable-helm")
    if id.kind in UNSIMULATED:
        raise CommandError(f"the plugin {id.kind} is not simulated")
    if id.kind not in (*GENERATORS, *TRANSFORMERS):
        raise CommandError(f"unable to load builtin {str(id).partition('/')[0]}")
    if generates and id.kind not in GENERATORS:
        raise CommandError(f"plugin {id} not a generator")
    if not generates and id.kind in GENERATORS:
        raise CommandError(f"plugin {id} not a transformer")
    config = understood(config)
    if id.kind in NAMING and config.get("fieldSpecs") is None:
        raise fails(config, "fieldSpecs is not expected to be nil")
    file = (item.origin or {}).get("path")
    configured = {"apiVersion": "builtin", "kind": id.kind, "name": id.name}
    if id.namespace:
        configured["namespace"] = id.namespace
    return Plugin(config, {"configuredIn": file, "configuredBy": configured})


def understood(config: Object) -> Object:
    """A configuration as the step it is for decodes it. Raises CommandError."""
    kind = str(config["kind"])
    if kind == "HashTransformer":
        return config
    type = f"builtins.{kind}Plugin"
    said = texts(config, type)
    if kind in NAMING:
        wrong = list(yaml_problems(config, type))
        if kind == "PrefixSuffixTransformer":
            wrong = wrong[:1]  # it reads what is for the prefix first
        if wrong:
            raise fails(config, "yaml: unmarshal errors:" + "".join(f"\n  {problem}" for problem in wrong))
    elif wrong := [problem for problem in problems(said, type) if "unknown field" not in problem]:
        doing = "unmarshalling NamespaceTransformer config: " if kind == "NamespaceTransformer" else ""
        raise fails(config, f"{doing}error unmarshaling JSON: while decoding JSON: {wrong[0]}")
    return {**decoded(said, type), "metadata": config["metadata"]}


def affixed(_: Loader, config: Object, items: list[Item], fields: Sequence[str]) -> list[Item]:
    for field in fields:
        begin, end = (config.get(name) or "" if field == name else "" for name in ("prefix", "suffix"))
        items = with_affixes(items, begin, end, specs_in(config.get("fieldSpecs")))
    return items


def labelled(_: Loader, config: Object, items: list[Item], field: str) -> list[Item]:
    return with_pairs(items, config.get(field) or {}, specs_in(config.get("fieldSpecs")))


def moved(_: Loader, config: Object, items: list[Item]) -> list[Item]:
    namespace = config["metadata"].get("namespace") or ""
    if not namespace:
        return items
    specs = specs_in(config.get("fieldSpecs"))
    return [
        item
        if config.get("unsetOnly") and item.id.namespace
        else item.holding(in_namespace(item.object, namespace, specs))
        for item in items
    ]


def valued(_: Loader, config: Object, items: list[Item]) -> list[Item]:
    """The items with one value in a field of each."""
    for target in config.get("targets") or ():
        if target.get("filePathPosition"):
            raise CommandError("filePathPosition of a ValueAddTransformer is not simulated")
        spec = FieldSpec(target.get("fieldPath", ""), create=True)
        items = [
            item.holding(changed_at(item.object, spec, lambda _: config.get("value"), Form.SCALAR))
            if is_meant(item, target.get("selector") or {})
            else item
            for item in items
        ]
    return items


def listed(config: Object, field: str) -> list[Any]:
    value = config.get(field) or []
    return value if isinstance(value, list) else [value]


NAMING = ("PrefixTransformer", "SuffixTransformer", "PrefixSuffixTransformer")
TRANSFORMERS: dict[str, Run] = {
    "AnnotationsTransformer": partial(labelled, field="annotations"),
    "HashTransformer": lambda _, config, items: [with_hash(item) for item in items],
    "ImageTagTransformer": lambda _, config, items: with_images(
        items, [config.get("imageTag") or {}], specs_in(config.get("fieldSpecs"))
    ),
    "LabelTransformer": partial(labelled, field="labels"),
    "NamespaceTransformer": moved,
    "PatchJson6902Transformer": lambda loader, config, items: json_patches(
        loader, {"patchesJson6902": [{**config, "patch": config.get("jsonOp")}]}, items
    ),
    "PatchStrategicMergeTransformer": lambda loader, config, items: strategic_patches(
        loader, {"patchesStrategicMerge": [*listed(config, "paths"), *listed(config, "patches")]}, items
    ),
    "PatchTransformer": lambda loader, config, items: patches(loader, {"patches": [config]}, items),
    "PrefixSuffixTransformer": partial(affixed, fields=("prefix", "suffix")),
    "PrefixTransformer": partial(affixed, fields=("prefix",)),
    "ReplacementTransformer": replaced,
    "ReplicaCountTransformer": lambda _, config, items: with_replicas(
        items, [config.get("replica") or {}], specs_in(config.get("fieldSpecs"))
    ),
    "SuffixTransformer": partial(affixed, fields=("suffix",)),
    "ValueAddTransformer": valued,
}
