"""Whether the expressions of policies and webhooks compile. Upstream: pkg/apis/admissionregistration/validation"""

from simulator.machinery.cel import CELError
from simulator.machinery.cel.admission import CONDITION, Environment, Results
from simulator.machinery.field import invalid, required
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors


def expression_errors(
    environment: Environment, text: str, path: str, results: Results, *, authorizer: bool = True
) -> Errors:
    """What is wrong with one expression, empty ones aside."""
    if not text.strip():
        return
    try:
        environment.compile(text, *results, authorizer=authorizer)
    except CELError as error:
        yield invalid(path, text, str(error))


def condition_errors(environment: Environment, conditions: list[Object], path: str) -> Errors:
    """What is wrong with expressions that a request has to meet; they know no variables of the policy."""
    for index, condition in enumerate(conditions):
        text = (condition.get("expression") or "").strip()
        yield from expression_errors(environment, text, f"{path}[{index}].expression", CONDITION)


def variable_errors(environment: Environment, variables: list[Object], path: str) -> Errors:
    for index, variable in enumerate(variables):
        place, name, text = f"{path}[{index}]", variable.get("name") or "", variable.get("expression") or ""
        if not name.strip():
            yield required(f"{place}.name", "name is not specified")
        elif not name.isidentifier() or not name.isascii():
            yield invalid(f"{place}.name", name, "name is not a valid CEL identifier")
        if not text.strip():
            yield required(f"{place}.expression", "expression is not specified")
            continue
        try:
            environment.declare(name, text)
        except CELError as error:
            yield invalid(f"{place}.expression", text, str(error))
