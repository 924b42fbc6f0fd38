"""Label and node selectors, compiled once and asked often. Upstream: component-helpers/scheduling/corev1"""

from collections.abc import Callable, Mapping, Sequence

from simulator.machinery.objects import Object
from simulator.machinery.selectors import from_object

type Matcher = Callable[[Mapping[str, str]], bool]


def label_matcher(selector: Object | None) -> Matcher:
    """A predicate over labels; no selector matches nothing, an empty one everything."""
    return from_object(selector).matches


def requirement(expression: Object) -> Matcher:
    """One `{key, operator, values}`; an operator that is unknown, or short of values, matches nothing."""
    key: str = expression["key"]
    values: Sequence[str] = expression.get("values") or ()
    match expression.get("operator"):
        case "In":
            return lambda labels: labels.get(key) in values
        case "NotIn":
            return lambda labels: labels.get(key) not in values
        case "Exists":
            return lambda labels: key in labels
        case "DoesNotExist":
            return lambda labels: key not in labels
        case "Gt" if len(values) == 1:
            return lambda labels: _compare(labels.get(key), values[0]) > 0
        case "Lt" if len(values) == 1:
            return lambda labels: _compare(labels.get(key), values[0]) < 0
    return lambda labels: False


def _compare(value: str | None, bound: str) -> int:
    """Sign of value minus bound as whole numbers; 0 where either is none."""
    try:
        return int(value or "") - int(bound)
    except ValueError:
        return 0


type NodeMatcher = Callable[[Object], bool]


def node_matcher(terms: Sequence[Object]) -> NodeMatcher:
    """A predicate over Nodes: one of the terms must hold; an empty term holds for none."""
    compiled = [_term(term) for term in terms if term.get("matchExpressions") or term.get("matchFields")]
    return lambda node: any(holds(node) for holds in compiled)


def _term(term: Object) -> NodeMatcher:
    by_labels = [requirement(one) for one in term.get("matchExpressions") or ()]
    by_fields = [requirement(one) for one in term.get("matchFields") or ()]

    def matches(node: Object) -> bool:
        metadata = node.get("metadata") or {}
        labels = metadata.get("labels") or {}
        if not all(holds(labels) for holds in by_labels):
            return False
        fields = {"metadata.name": metadata.get("name") or ""}
        return all(holds(fields) for holds in by_fields)

    return matches


def required_nodes(spec: Object) -> NodeMatcher | None:
    """Where a Pod's nodeSelector and required node affinity let it run; None where it asks for nothing.

    Upstream: component-helpers/scheduling/corev1/nodeaffinity GetRequiredNodeAffinity
    """
    wanted: Mapping[str, str] = spec.get("nodeSelector") or {}
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if not wanted and required is None:
        return None
    by_terms = None if required is None else node_matcher(required.get("nodeSelectorTerms") or ())

    def matches(node: Object) -> bool:
        labels = (node.get("metadata") or {}).get("labels") or {}
        if any(labels.get(key) != value for key, value in wanted.items()):
            return False
        return by_terms is None or by_terms(node)

    return matches


def tolerates(tolerations: Sequence[Object], taint: Object) -> bool:
    return any(_tolerates(one, taint) for one in tolerations)


def _tolerates(toleration: Object, taint: Object) -> bool:
    """Upstream: k8s.io/api/core/v1/toleration.go ToleratesTaint"""
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    if toleration.get("key") and toleration["key"] != taint.get("key"):
        return False
    given, wanted = toleration.get("value") or "", taint.get("value") or ""
    match toleration.get("operator") or "Equal":
        case "Equal":
            return bool(given == wanted)
        case "Exists":
            return True
        case "Lt":
            return _compare(wanted, given) < 0
        case "Gt":
            return _compare(wanted, given) > 0
    return False
