"""Label selectors and field selectors: read from text or objects, asked whether they match, written back.

Upstream: k8s.io/apimachinery/pkg/labels, pkg/fields, pkg/apis/meta/v1/helpers.go
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from simulator.machinery import field
from simulator.machinery.golang import quoted
from simulator.machinery.names import label_value as label_value_errors
from simulator.machinery.names import qualified_name as label_key_errors


class SelectorError(ValueError):
    """A selector cannot be understood; the message is upstream's."""


class Operator(StrEnum):
    IN = "in"
    NOT_IN = "notin"
    EQUALS = "="
    DOUBLE_EQUALS = "=="
    NOT_EQUALS = "!="
    GREATER = "gt"
    LESS = "lt"
    EXISTS = "exists"
    DOES_NOT_EXIST = "!"


BINARY: Final = (
    Operator.IN,
    Operator.NOT_IN,
    Operator.EQUALS,
    Operator.DOUBLE_EQUALS,
    Operator.NOT_EQUALS,
    Operator.GREATER,
    Operator.LESS,
)
SYMBOLS: Final = {Operator.GREATER: ">", Operator.LESS: "<", Operator.IN: " in ", Operator.NOT_IN: " notin "}
OF_EXPRESSIONS: Final = {
    "In": Operator.IN,
    "NotIn": Operator.NOT_IN,
    "Exists": Operator.EXISTS,
    "DoesNotExist": Operator.DOES_NOT_EXIST,
}
POSITIVE: Final = (Operator.IN, Operator.EQUALS, Operator.DOUBLE_EQUALS)
NEGATIVE: Final = (Operator.NOT_IN, Operator.NOT_EQUALS)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition on the label `key`."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        value = labels.get(self.key)
        operator = self.operator
        if operator in POSITIVE:
            return value in self.values
        if operator in NEGATIVE:
            return value not in self.values
        if operator is Operator.EXISTS:
            return value is not None
        if operator is Operator.DOES_NOT_EXIST:
            return value is None
        actual, limit = integer(value or ""), integer(self.values[0])
        if actual is None or limit is None:
            return False
        return actual > limit if operator is Operator.GREATER else actual < limit

    def __str__(self) -> str:
        if self.operator is Operator.EXISTS:
            return self.key
        if self.operator is Operator.DOES_NOT_EXIST:
            return "!" + self.key
        values = ",".join(sorted(self.values))
        if self.operator in (Operator.IN, Operator.NOT_IN):
            values = f"({values})"
        return self.key + SYMBOLS.get(self.operator, self.operator) + values


@dataclass(frozen=True, slots=True)
class Selector:
    """Conditions that all have to hold. Without any it matches everything, unless it is `NOTHING`."""

    requirements: tuple[Requirement, ...] = ()
    exact: tuple[tuple[str, str], ...] = ()
    """The requirements that are plain equalities, which most are."""
    others: tuple[Requirement, ...] = ()
    selectable: bool = True

    def matches(self, labels: Mapping[str, str] | None) -> bool:
        labels = labels or {}
        for key, value in self.exact:
            if labels.get(key) != value:
                return False
        for requirement in self.others:
            if not requirement.matches(labels):
                return False
        return self.selectable

    @property
    def is_empty(self) -> bool:
        """Whether it matches everything."""
        return self.selectable and not self.requirements

    def exact_value(self, key: str) -> str | None:
        """The one value that the selector requires of a label, if it does."""
        for requirement in self.requirements:
            if requirement.key == key:
                single = requirement.operator in POSITIVE and len(requirement.values) == 1
                return requirement.values[0] if single else None
        return None

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements))


EVERYTHING: Final = Selector()
NOTHING: Final = Selector(selectable=False)


def integer(text: str) -> int | None:
    """A text as a 64-bit integer. Upstream: strconv.ParseInt"""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 30:
        return None
    number = int(text)
    return number if -(1 << 63) <= number < 1 << 63 else None


def selector_of(requirements: Collection[Requirement]) -> Selector:
    ordered = tuple(sorted(requirements, key=lambda requirement: requirement.key))
    exact, others = [], []
    for requirement in ordered:
        if requirement.operator in POSITIVE and len(requirement.values) == 1:
            exact.append((requirement.key, requirement.values[0]))
        else:
            others.append(requirement)
    return Selector(ordered, tuple(exact), tuple(others))


def required(key: str, operator: Operator, values: tuple[str, ...] = ()) -> Requirement:
    """A requirement that has been checked. Raises `SelectorError`. Upstream: labels.NewRequirement"""
    errors = []
    if problems := label_key_errors(key):
        errors.append(field.invalid("key", key, "; ".join(problems)))
    errors += number_of_values_errors(operator, values)
    for index, value in enumerate(values):
        if problems := label_value_errors(value):
            errors.append(field.invalid(f"values[{index}][{key}]", value, "; ".join(problems)))
    if errors:
        raise SelectorError(field.aggregate(errors))
    return Requirement(key, operator, values)


def number_of_values_errors(operator: Operator, values: tuple[str, ...]) -> list[field.FieldError]:
    count = len(values)
    if operator in (Operator.IN, Operator.NOT_IN) and not count:
        return [field.invalid("values", [], "for 'in', 'notin' operators, values set can't be empty")]
    if operator in (Operator.EQUALS, Operator.DOUBLE_EQUALS, Operator.NOT_EQUALS) and count != 1:
        return [field.invalid("values", list(values), "exact-match compatibility requires one single value")]
    if operator in (Operator.EXISTS, Operator.DOES_NOT_EXIST) and count:
        return [field.invalid("values", list(values), "values set must be empty for exists and does not exist")]
    if operator not in (Operator.GREATER, Operator.LESS):
        return []
    errors = []
    if count != 1:
        errors.append(field.invalid("values", list(values), "for 'Gt', 'Lt' operators, exactly one value is required"))
    for index, value in enumerate(values):
        if integer(value) is None:
            detail = "for 'Gt', 'Lt' operators, the value must be an integer"
            errors.append(field.invalid(f"values[{index}]", value, detail))
    return errors


# The text form


WHITESPACE: Final = " \t\r\n"
SPECIAL: Final = "=!(),><"
SYMBOL_TOKENS: Final = (")", ",", "!", "==", "=", ">", "<", "!=", "(")
END: Final = ("end", "")
type Token = tuple[str, str]
"""Its kind (`identifier`, `end`, `error`, else the literal) and its literal."""


@lru_cache(maxsize=4096)
def parse(text: str) -> Selector:
    """Read the text form, such as `app=web,tier in (a, b),!old`. Raises `SelectorError`."""
    return selector_of(Parser(tokens_of(text)).parse())


def tokens_of(text: str) -> list[Token]:
    tokens = []
    position = 0
    while position < len(text):
        character = text[position]
        if character in WHITESPACE:
            position += 1
        elif character in SPECIAL:
            position, token = symbol_at(text, position)
            tokens.append(token)
        else:
            start = position
            while position < len(text) and text[position] not in WHITESPACE + SPECIAL:
                position += 1
            word = text[start:position]
            tokens.append((word if word in ("in", "notin") else "identifier", word))
    return [*tokens, END]


def symbol_at(text: str, position: int) -> tuple[int, Token]:
    """The longest symbol that starts here; the lexer reads on over symbols until one is known."""
    literal, found = "", ""
    while position < len(text) and text[position] in SPECIAL:
        literal += text[position]
        if literal in SYMBOL_TOKENS:
            found = literal
        elif found:
            break
        position += 1
    if not found:
        return position, ("error", f"error expected: keyword found '{literal}'")
    return position, (found, found)


class Parser:
    """Recursive descent over the tokens; `in` and `notin` are words like any other where a key or value may stand."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0

    def peek(self) -> Token:
        kind, literal = self.tokens[self.position]
        return ("identifier" if kind in ("in", "notin") else kind), literal

    def take(self) -> Token:
        token = self.peek()
        if token != END:
            self.position += 1
        return token

    def parse(self) -> list[Requirement]:
        requirements: list[Requirement] = []
        while True:
            kind, literal = self.peek()
            if kind == "end":
                return requirements
            if kind not in ("identifier", "!"):
                raise SelectorError(f"found '{literal}', expected: !, identifier, or 'end of string'")
            try:
                requirements.append(self.requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from error
            kind, literal = self.take()
            if kind == "end":
                return requirements
            if kind != ",":
                raise SelectorError(f"found '{literal}', expected: ',' or 'end of string'")
            kind, literal = self.peek()
            if kind not in ("identifier", "!"):
                raise SelectorError(f"found '{literal}', expected: identifier after ','")

    def requirement(self) -> Requirement:
        kind, key = self.take()
        negated = kind == "!"
        if negated:
            kind, key = self.take()
        if kind != "identifier":
            raise SelectorError(f"found '{key}', expected: identifier")
        if problems := label_key_errors(key):
            raise SelectorError(str(field.invalid("<nil>", key, "; ".join(problems))))
        if self.peek()[0] in ("end", ","):
            return required(key, Operator.DOES_NOT_EXIST if negated else Operator.EXISTS)
        if negated:
            return required(key, Operator.DOES_NOT_EXIST)
        operator = self.operator()
        values = self.values() if operator in (Operator.IN, Operator.NOT_IN) else self.exact_value()
        return required(key, operator, values)

    def operator(self) -> Operator:
        kind, literal = self.tokens[self.position]
        self.take()
        kind = {">": "gt", "<": "lt"}.get(kind, kind)
        if kind not in BINARY:
            raise SelectorError(f"found '{literal}', expected: {', '.join(BINARY)}")
        return Operator(kind)

    def values(self) -> tuple[str, ...]:
        kind, literal = self.take()
        if kind != "(":
            raise SelectorError(f"found '{literal}' expected: '('")
        kind, literal = self.peek()
        if kind == ")":
            self.take()
            return ("",)
        if kind not in ("identifier", ","):
            raise SelectorError(f"found '{literal}', expected: ',', ')' or identifier")
        values = self.identifiers()
        if self.take()[0] != ")":
            raise SelectorError(f"found '{literal}', expected: ')'")
        return tuple(sorted(values))

    def identifiers(self) -> dict[str, None]:
        """Values between commas up to the closing parenthesis; nothing between two of them is an empty value."""
        values: dict[str, None] = {}
        while True:
            kind, literal = self.take()
            if kind == "identifier":
                values[literal] = None
                following, literal = self.peek()
                if following == ")":
                    return values
                if following != ",":
                    raise SelectorError(f"found '{literal}', expected: ',' or ')'")
            elif kind == ",":
                following, _ = self.peek()
                if not values or following in (")", ","):
                    values[""] = None
                if following == ")":
                    return values
            else:
                raise SelectorError(f"found '{literal}', expected: ',', or identifier")

    def exact_value(self) -> tuple[str, ...]:
        if self.peek()[0] in ("end", ","):
            return ("",)
        kind, literal = self.take()
        if kind != "identifier":
            raise SelectorError(f"found '{literal}', expected: identifier")
        return (literal,)


# The object form


def from_object(selector: Mapping[str, Any] | None) -> Selector:
    """What a LabelSelector selects: nothing when absent, everything when empty. Raises `SelectorError`."""
    if selector is None:
        return NOTHING
    requirements = [
        required(key, Operator.EQUALS, (value,)) for key, value in (selector.get("matchLabels") or {}).items()
    ]
    for expression in selector.get("matchExpressions") or ():
        operator = OF_EXPRESSIONS.get(expression.get("operator", ""))
        if operator is None:
            raise SelectorError(f"{quoted(expression.get('operator', ''))} is not a valid label selector operator")
        requirements.append(required(expression.get("key", ""), operator, tuple(expression.get("values") or ())))
    return selector_of(requirements)


def from_labels(labels: Mapping[str, str] | None) -> Selector:
    """What a plain map selects, such as a Service's: those with all its labels; everything when empty."""
    return selector_of([Requirement(key, Operator.EQUALS, (value,)) for key, value in (labels or {}).items()])


def formatted(selector: Mapping[str, Any] | None) -> str:
    """A LabelSelector in one line, as `kubectl get -o wide` shows it. Upstream: metav1.FormatLabelSelector"""
    try:
        return str(from_object(selector)) or "<none>"
    except SelectorError:
        return "<error>"
