"""The rules of schemas (`x-kubernetes-validations`), compiled.

Upstream: apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go
"""

from dataclasses import dataclass, field
from typing import Final

from simulator.machinery.cel import LATEST, CELError, Program, compile
from simulator.machinery.cel.language import Language
from simulator.machinery.cel.schemas import Described, describe
from simulator.machinery.cel.types import BOOL, STRING, optional_of
from simulator.machinery.objects import Object

RULES: Final = "x-kubernetes-validations"
SELF, OLD = "self", "oldSelf"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a schema, with what it compiles to or why it does not."""

    spec: Object
    program: Program | None = field(default=None, repr=False)
    error: str = ""
    message: Program | None = field(default=None, repr=False)
    message_error: str = ""

    @property
    def is_transition(self) -> bool:
        """Whether the rule looks at the value before, too."""
        return self.program is not None and self.program.uses(OLD)

    @property
    def takes_missing_old(self) -> bool:
        return bool(self.spec.get("optionalOldSelf"))

    @property
    def title(self) -> str:
        """How errors name the rule."""
        return str(self.spec.get("message") or self.spec.get("rule") or "").strip()

    @property
    def default_message(self) -> str:
        told = self.spec.get("message") or ""
        return told.strip() if told else f"failed rule: {self.title}"


def compile_rules(
    schema: Object, language: Language = LATEST, *, is_root: bool = False
) -> tuple[Described | None, list[Rule]]:
    """What rules see of a schema's values, and the schema's own rules; those below it are not looked at."""
    asked = schema.get(RULES) or []
    if not asked:
        return None, []
    described = describe(schema, "selfType", is_root=is_root)
    if described is None:
        return None, [Rule(each, error=unfit(schema)) for each in asked]
    return described, [compile_rule(each, described, language) for each in asked]


def unfit(schema: Object) -> str:
    keeps = "true" if schema.get("x-kubernetes-preserve-unknown-fields") else "false"
    return (
        f"rule declared on schema that does not support validation rules type: '{schema.get('type', '')}' "
        f"x-kubernetes-preserve-unknown-fields: '{keeps}'"
    )


def compile_rule(spec: Object, described: Described, language: Language) -> Rule:
    if not (spec.get("rule") or "").strip():
        return Rule(spec)
    before = optional_of(described.type) if spec.get("optionalOldSelf") else described.type
    variables = {SELF: described.type, OLD: before}
    try:
        program = compile(spec["rule"], variables, language=language)
    except CELError as error:
        return Rule(spec, error=f"compilation failed: {error}")
    if program.type != BOOL:
        return Rule(spec, error="cel expression must evaluate to a bool")
    told = spec.get("messageExpression") or ""
    if not told.strip():
        return Rule(spec, program)
    try:
        message = compile(told, variables, language=language)
    except CELError as error:
        return Rule(spec, program, message_error=f"messageExpression compilation failed: {error}")
    if message.type != STRING:
        return Rule(spec, program, message_error="messageExpression must evaluate to a string")
    return Rule(spec, program, message=message)


def field_path(schema: Object, text: str) -> str | None:
    """The path a rule's `fieldPath` means, as errors show it; None where there is no such field."""
    path = ""
    steps = steps_of(text)
    if steps is None:
        return None
    for name in steps:
        if schema.get("properties"):
            below = schema["properties"].get(name)
            path += f".{name}" if path else name
        else:
            below = schema.get("additionalProperties")
            path += f"[{name}]"
        if not isinstance(below, dict):
            return None
        schema = below
    return path


def steps_of(text: str) -> list[str] | None:
    """The names in `.a.b['c d']`; None for what is no such path."""
    steps: list[str] = []
    while text:
        if text.startswith("['"):
            name, closing, text = text[2:].partition("']")
            if not closing:
                return None
        elif text.startswith("."):
            end = min((index for index in (text.find(".", 1), text.find("[", 1)) if index > 0), default=len(text))
            name, text = text[1:end], text[end:]
        else:
            return None
        steps.append(name)
    return steps
