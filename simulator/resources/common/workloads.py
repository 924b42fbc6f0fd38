"""Validation that Deployments, ReplicaSets, DaemonSets, StatefulSets, Jobs share. Upstream: pkg/apis/apps/validation"""

from typing import Any

from simulator.machinery import names
from simulator.machinery.field import Raw, forbidden, invalid, not_supported, required
from simulator.machinery.objects import Object
from simulator.machinery.selectors import Selector, SelectorError, from_object
from simulator.resources.common.metadata import NEGATIVE, Errors, validate_count
from simulator.resources.common.pod_spec import labels_text, validate_template
from simulator.resources.common.selectors import is_empty, validate_selector

MISMATCH = "`selector` does not match template `labels`"


def shown_selector(selector: Object | None) -> Object | None:
    """A selector as messages show it: the same order of fields always, nothing empty."""
    if selector is None:
        return None
    shown: Object = {}
    if selector.get("matchLabels"):
        shown["matchLabels"] = dict(sorted(selector["matchLabels"].items()))
    if selector.get("matchExpressions"):
        order = ("key", "operator", "values")
        shown["matchExpressions"] = [
            {name: item[name] for name in order if item.get(name)} for item in selector["matchExpressions"]
        ]
    return shown


def validate_own_selector(spec: Object, path: str, kind: str) -> Errors:
    """A workload has to say which Pods are its own, and cannot mean all."""
    selector = spec.get("selector")
    if selector is None:
        yield required(f"{path}.selector")
        return
    yield from validate_selector(selector, f"{path}.selector")
    if is_empty(selector):
        yield invalid(f"{path}.selector", shown_selector(selector), f"empty selector is invalid for {kind}")


def matcher(spec: Object) -> Selector | None:
    """What a workload selects; None where its selector cannot be understood."""
    try:
        return from_object(spec.get("selector"))
    except SelectorError:
        return None


def validate_selected(selector: Selector, template: Object, path: str) -> Errors:
    """The Pods that the template makes are among those the selector takes; no selector takes none."""
    labels = (template.get("metadata") or {}).get("labels") or {}
    if not selector.matches(labels):
        yield invalid(f"{path}.metadata.labels", Raw(labels_text(labels)), MISMATCH)


def validate_lasting_template(spec: Object, path: str, kind: str) -> Errors:
    """The template of Pods that are meant to run on."""
    template, selector = spec.get("template") or {}, matcher(spec)
    if selector is None:
        yield invalid("spec.selector", shown_selector(spec.get("selector")), "invalid label selector")
        return
    yield from validate_selected(selector, template, path)
    yield from validate_template(template, path)
    yield from validate_lasting(template, path, kind)


def validate_lasting(template: Object, path: str, kind: str) -> Errors:
    pod = template.get("spec") or {}
    if pod.get("restartPolicy") != "Always":
        yield not_supported(f"{path}.spec.restartPolicy", pod.get("restartPolicy", ""), ("Always",))
    if pod.get("activeDeadlineSeconds") is not None:
        yield forbidden(f"{path}.spec.activeDeadlineSeconds", f"activeDeadlineSeconds in {kind} is not Supported")


def validate_counts(spec: Object, path: str, *fields: str) -> Errors:
    for field in fields:
        yield from validate_count(spec.get(field), f"{path}.{field}")


def validate_share(value: Any, path: str) -> Errors:
    """A number, or a percentage."""
    if isinstance(value, str):
        for message in names.percent(value):
            yield invalid(path, value, message)
    elif isinstance(value, int) and value < 0:
        yield invalid(path, value, NEGATIVE)


def validate_at_most_all(value: Any, path: str) -> Errors:
    if isinstance(value, str) and not names.percent(value) and int(value[:-1]) > 100:
        yield invalid(path, value, "must not be greater than 100%")


def is_zero(value: Any) -> bool:
    return value in (0, None) or (isinstance(value, str) and not names.percent(value) and int(value[:-1]) == 0)
