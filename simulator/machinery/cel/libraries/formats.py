"""Named formats of text. Upstream: apiserver/pkg/cel/library/format.go"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from simulator.machinery import names
from simulator.machinery.cel.functions import function
from simulator.machinery.cel.libraries import urls
from simulator.machinery.cel.values import NAMES, NOTHING, CELError, Optional, timestamp

FORMAT = "kubernetes.NamedFormat"
UUID: Final = re.compile(r"(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Format:
    name: str


NAMES[Format] = FORMAT


def as_prefix(rule: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    """The rule for the beginning of a name, which may end with a dash."""
    return lambda text: rule(names.prefix(text))


def uri(text: str) -> list[str]:
    try:
        urls.parse(text)
    except CELError as error:
        return [str(error).partition(": ")[2]]
    return []


def byte(text: str) -> list[str]:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ["invalid base64"]
    return []


def is_moment(text: str) -> bool:
    try:
        timestamp(text)
    except CELError:
        return False
    return True


def date(text: str) -> list[str]:
    return [] if DATE.fullmatch(text) and is_moment(text) else ["invalid date"]


def datetime(text: str) -> list[str]:
    return [] if not DATE.fullmatch(text) and is_moment(text) else ["invalid datetime"]


def uuid(text: str) -> list[str]:
    return [] if UUID.fullmatch(text) else ["does not match the UUID format"]


RULES: Final[dict[str, Callable[[str], list[str]]]] = {
    "dns1123Label": names.dns_label,
    "dns1123Subdomain": names.dns_subdomain,
    "dns1035Label": names.dns_1035_label,
    "qualifiedName": names.qualified_name,
    "dns1123LabelPrefix": as_prefix(names.dns_label),
    "dns1123SubdomainPrefix": as_prefix(names.dns_subdomain),
    "dns1035LabelPrefix": as_prefix(names.dns_1035_label),
    "labelValue": names.label_value,
    "uri": uri,
    "uuid": uuid,
    "byte": byte,
    "date": date,
    "datetime": datetime,
}


def declare(name: str) -> None:
    function(f"format.{name}() -> {FORMAT}", since=31)(lambda: Format(name))


for each in RULES:
    declare(each)


@function(f"format.named(string) -> optional_type({FORMAT})", since=31)
def named(name: str) -> Optional:
    return Optional(Format(name)) if name in RULES else NOTHING


@function(f"{FORMAT}#validate(string) -> optional_type(list(string))", since=31)
def validate(value: Format, text: str) -> Optional:
    wrong = RULES[value.name](text)
    return Optional(wrong) if wrong else NOTHING
