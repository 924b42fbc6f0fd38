"""Label selectors of the command line as the API keeps them.

Upstream: k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go (ParseToLabelSelector)
"""

from simulator.kubectl.errors import CommandError
from simulator.machinery import selectors
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object
from simulator.machinery.requirements import Operator, Requirement, SelectorError

OPERATORS = {
    Operator.IN: "In",
    Operator.NOT_IN: "NotIn",
    Operator.EXISTS: "Exists",
    Operator.DOES_NOT_EXIST: "DoesNotExist",
}
EQUAL = (Operator.EQUALS, Operator.DOUBLE_EQUALS)


def label_selector(text: str) -> Object:
    """The selector as an object: equalities by label, everything else as expressions. Raises CommandError."""
    try:
        requirements = selectors.parse(text).requirements
    except SelectorError as error:
        raise CommandError(f"couldn't parse the selector string {quoted(text)}: {error}") from None
    labels = {one.key: one.values[0] for one in requirements if one.operator in EQUAL}
    expressions = [expression(one) for one in requirements if one.operator not in EQUAL]
    found: Object = {}
    if labels:
        found["matchLabels"] = labels
    if expressions:
        found["matchExpressions"] = expressions
    return found


def expression(requirement: Requirement) -> Object:
    """One condition that is no equality."""
    if requirement.operator not in OPERATORS:
        raise CommandError(f"{quoted(str(requirement.operator))} is not a valid label selector operator")
    found: Object = {"key": requirement.key, "operator": OPERATORS[requirement.operator]}
    if requirement.values:
        found["values"] = sorted(requirement.values)
    return found
