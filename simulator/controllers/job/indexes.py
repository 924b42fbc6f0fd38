"""The numbers of an Indexed Job's Pods. Upstream: pkg/controller/job/indexed_job_utils.go"""

from collections.abc import Iterable

from simulator.machinery.objects import Object, at

INDEX = "batch.kubernetes.io/job-completion-index"
MOST = 100_000
"""The longest run of numbers that is read: what a status claims may be anything."""


def is_indexed(job: Object) -> bool:
    return bool(job["spec"].get("completionMode") == "Indexed")


def index_of(pod: Object) -> int | None:
    text = at(pod, "metadata", "annotations", INDEX)
    return int(text) if text is not None and str(text).isdigit() else None


def parse(text: str) -> set[int]:
    """The numbers of `0-2,4`."""
    numbers: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        start, end = int(first), int(last or first)
        numbers.update(range(start, min(end, start + MOST) + 1))
    return numbers


def written(numbers: Iterable[int]) -> str:
    """`0-2,4`; two neighbours are written `0,1`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    parts = []
    for first, last in runs:
        parts.append(str(first) if first == last else f"{first}{'-' if last > first + 1 else ','}{last}")
    return ",".join(parts)


def pod_for_index(pod: Object, job: Object, index: int) -> Object:
    """The Pod of a number: its annotation, label, host name and environment."""
    metadata, spec = pod["metadata"], pod["spec"]
    name = f"{job['metadata']['name']}-{index}"
    number = {INDEX: str(index)}
    metadata = {
        **metadata,
        "generateName": f"{name}-",
        "annotations": {**metadata.get("annotations", {}), **number},
        "labels": {**metadata.get("labels", {}), **number},
    }
    spec = {**spec, "hostname": name}
    for field in ("containers", "initContainers"):
        if spec.get(field):
            spec[field] = [_with_index(container) for container in spec[field]]
    return {**pod, "metadata": metadata, "spec": spec}


def _with_index(container: Object) -> Object:
    environment = list(container.get("env") or ())
    if any(one["name"] == "JOB_COMPLETION_INDEX" for one in environment):
        return container
    source = {"fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.labels['{INDEX}']"}}
    return {**container, "env": [*environment, {"name": "JOB_COMPLETION_INDEX", "valueFrom": source}]}
