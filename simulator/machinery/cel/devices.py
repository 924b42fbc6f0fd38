"""Expressions that pick devices: what they see of one, and what they may cost.

Upstream: k8s.io/dynamic-resource-allocation/cel/compile.go
"""

from typing import Final

from simulator.machinery.cel import CELError, Program, compile
from simulator.machinery.cel.cost import estimate
from simulator.machinery.cel.language import Language
from simulator.machinery.cel.libraries.amounts import QUANTITY
from simulator.machinery.cel.sizes import Sized
from simulator.machinery.cel.syntax import BINDINGS
from simulator.machinery.cel.types import BOOL, DYN, STRING, Type, map_of, object_type

LONGEST: Final = 10 * 1024
"""The most letters of an expression."""
DEAREST: Final = 1_000_000
"""What an expression may be estimated to cost."""
DEVICE: Final = object_type(
    "kubernetes.DRADevice",
    {
        "driver": STRING,
        "attributes": map_of(STRING, map_of(STRING, DYN)),
        "capacity": map_of(STRING, map_of(STRING, Type(QUANTITY))),
        "allowMultipleAllocations": BOOL,
    },
)
DOMAIN, NAME, VALUE, MOST = Sized(63), Sized(32), Sized(64), 32
SIZES: Final = Sized(
    fields={
        "driver": DOMAIN,
        "attributes": Sized(MOST, 2, Sized(MOST, 2, VALUE, NAME, other=VALUE), DOMAIN),
        "capacity": Sized(MOST, 2, Sized(MOST, 2, Sized(), NAME, other=Sized()), DOMAIN),
    }
)
LIBRARIES: Final = frozenset({BINDINGS, "versions"})
NAMES: Final = frozenset({"device"})


def compile_selector(text: str, language: Language) -> Program:
    """Read and check a selector. Raises `CELError`."""
    try:
        program = compile(text, {"device": DEVICE}, language=language, added=LIBRARIES)
    except CELError as error:
        raise CELError(f"compilation failed: {error}") from None
    if program.type not in (BOOL, DYN):
        raise CELError(f"must evaluate to bool or the unknown type, not {program.type}")
    return program


def is_too_dear(program: Program) -> bool:
    """Whether a selector could cost too much."""
    return estimate(program.checked, SIZES, NAMES) > DEAREST
