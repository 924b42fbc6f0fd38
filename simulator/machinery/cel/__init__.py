"""The Common Expression Language as Kubernetes speaks it: compile an expression, evaluate it with plain values.

`compile` reads and checks an expression against the types of its variables, `Program.evaluate` carries it out. Both
raise `CELError` in upstream's words. Nothing is kept but caches; what an expression may cost is limited.
Upstream: github.com/google/cel-go, apiserver/pkg/cel
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.machinery.cel.checker import Checked, Objects, check
from simulator.machinery.cel.evaluator import Compiler, Scope, Step
from simulator.machinery.cel.functions import NONE
from simulator.machinery.cel.language import Language
from simulator.machinery.cel.syntax import BINDINGS, parse
from simulator.machinery.cel.types import Type
from simulator.machinery.cel.values import CELError, Exhausted, weigh

PER_CALL: Final = 100_000
"""What one evaluation may cost; about a tenth of a second. Upstream allows ten times as much."""
TO_BEGIN: Final = 5
"""What an evaluation costs however little it does."""
PER_REQUEST: Final = 500_000
"""What all evaluations for one request may cost."""
LATEST: Final = Language()
TOO_DEAR: Final = "operation cancelled: actual cost limit exceeded"


class CostExceeded(CELError):
    """An evaluation that cost more than it may."""

    def __init__(self, message: str = TOO_DEAR) -> None:
        super().__init__(message)


@dataclass(slots=True)
class Budget:
    """What the evaluations for one request may still cost together."""

    left: int = PER_REQUEST


@dataclass(frozen=True, slots=True)
class Program:
    """A checked expression, ready to be carried out."""

    text: str
    type: Type
    checked: Checked
    step: Step

    def evaluate(self, variables: Mapping[str, Any], budget: Budget | None = None) -> Any:
        """The value of the expression. Raises `CELError`, and `CostExceeded` where it costs too much."""
        scope = Scope(dict(variables), PER_CALL)
        try:
            scope.spend(TO_BEGIN)
            found = self.step(scope)
            weigh(found, scope.spend)
            return found
        except Exhausted:
            raise CostExceeded() from None
        except RecursionError:
            raise CELError("expression nested too deeply") from None
        except UnicodeEncodeError:  # a YAML text can spell halves of letters, which no other form of text can
            raise CELError("invalid UTF-8 in string") from None
        finally:
            if budget is not None:
                budget.left -= scope.spent

    def uses(self, name: str) -> bool:
        """Whether a variable occurs in the expression."""
        return name in self.checked.names.values()


def compile(
    text: str,
    variables: Mapping[str, Type],
    objects: Objects = lambda name: None,
    *,
    language: Language = LATEST,
    added: frozenset[str] = NONE,
) -> Program:
    """Read and check an expression, which may use some libraries more (`added`). Raises `CELError`."""
    level = language.level(text)
    try:
        checked = check(parse(text, level, binds=BINDINGS in added), variables, objects, level, added)
        return Program(text, checked.type, checked, Compiler(checked).step(checked.tree.root))
    except RecursionError:
        raise CELError("expression nested too deeply") from None


__all__ = ["Budget", "CELError", "CostExceeded", "Program", "Type", "compile"]
