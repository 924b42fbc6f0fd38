"""Selectors of devices. Upstream: pkg/apis/resource/validation (validateSelector)"""

from collections.abc import Sequence

from simulator.machinery.cel import CELError
from simulator.machinery.cel.devices import LONGEST, compile_selector, is_too_dear
from simulator.machinery.cel.language import Language
from simulator.machinery.field import forbidden, invalid, required, too_long, too_many
from simulator.machinery.objects import Object
from simulator.resources.common.metadata import Errors

MOST = 32


def validate_selectors(language: Language, selectors: Sequence[Object], path: str) -> Errors:
    if len(selectors) > MOST:
        yield too_many(path, len(selectors), MOST)
    for index, selector in enumerate(selectors):
        if selector.get("cel") is None:
            yield required(f"{path}[{index}].cel")
        else:
            yield from validate_expression(
                language, selector["cel"].get("expression") or "", f"{path}[{index}].cel.expression"
            )


def validate_expression(language: Language, text: str, path: str) -> Errors:
    if len(text) > LONGEST:
        yield too_long(path, LONGEST)
        return
    try:
        program = compile_selector(text, language)
    except CELError as error:
        yield invalid(path, text, str(error))
        return
    if is_too_dear(program):
        yield forbidden(path, "too complex, exceeds cost limit")
