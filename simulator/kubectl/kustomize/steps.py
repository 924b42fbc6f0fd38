"""What the fields of a kustomization do to objects, in their order.

Upstream: sigs.k8s.io/kustomize/api/internal/target/kusttarget_configplugin.go
"""

from collections.abc import Callable

from simulator.kubectl.kustomize.configuration import Configuration
from simulator.kubectl.kustomize.loading import Loader
from simulator.kubectl.kustomize.origins import noted, step
from simulator.kubectl.kustomize.patches import json_patches, patches, strategic_patches
from simulator.kubectl.kustomize.replacements import replaced
from simulator.kubectl.kustomize.resources import Item
from simulator.kubectl.kustomize.transformers import (
    with_affixes,
    with_images,
    with_labels,
    with_namespace,
    with_pairs,
    with_replicas,
)
from simulator.machinery.objects import Object

type Transformer = Callable[[Loader, Object, Configuration, list[Item]], list[Item]]

TRANSFORMERS: tuple[tuple[str, str, Transformer], ...] = (
    (
        "PatchStrategicMergeTransformer",
        "patchesStrategicMerge",
        lambda loader, said, _, items: strategic_patches(loader, said, items),
    ),
    ("PatchTransformer", "patches", lambda loader, said, _, items: patches(loader, said, items)),
    (
        "NamespaceTransformer",
        "namespace",
        lambda _, said, known, items: with_namespace(items, said["namespace"], known.namespace),
    ),
    (
        "PrefixTransformer",
        "namePrefix",
        lambda _, said, known, items: with_affixes(items, said["namePrefix"], "", known.name_prefix),
    ),
    (
        "SuffixTransformer",
        "nameSuffix",
        lambda _, said, known, items: with_affixes(items, "", said["nameSuffix"], known.name_suffix),
    ),
    ("LabelTransformer", "labels", lambda _, said, known, items: with_labels(items, said["labels"], known)),
    (
        "LabelTransformer",
        "commonLabels",
        lambda _, said, known, items: with_pairs(items, said["commonLabels"], known.common_labels),
    ),
    (
        "AnnotationsTransformer",
        "commonAnnotations",
        lambda _, said, known, items: with_pairs(items, said["commonAnnotations"], known.common_annotations),
    ),
    ("PatchJson6902Transformer", "patchesJson6902", lambda loader, said, _, items: json_patches(loader, said, items)),
    (
        "ReplicaCountTransformer",
        "replicas",
        lambda _, said, known, items: with_replicas(items, said["replicas"], known.replicas),
    ),
    ("ImageTagTransformer", "images", lambda _, said, known, items: with_images(items, said["images"], known.images)),
    ("ReplacementTransformer", "replacements", lambda loader, said, _, items: replaced(loader, said, items)),
)
"""What is done to the objects where a field asks for it, in this order whatever the order in the file."""
ONCE = ("PatchStrategicMergeTransformer", "ReplacementTransformer")
"""Steps of which there is one, however many entries their field has."""


def done(loader: Loader, said: Object, known: Configuration, items: list[Item], place: str) -> list[Item]:
    """The items after every step that a field of a kustomization asks for. Raises CommandError."""
    for kind, field, transform in TRANSFORMERS:
        if asked := said.get(field):
            times = len(asked) if isinstance(asked, list) and kind not in ONCE else 1
            if field == "labels" and not said.get("commonLabels"):
                times += 1  # the step of commonLabels, which does nothing
            items = noted(transform(loader, said, known, items), [step(place, kind)] * times)
    return items
