"""Which names, labels, keys and ports are well formed; each check gives messages, none when all is well.

Upstream: k8s.io/apimachinery/pkg/util/validation
"""

import re
from ipaddress import ip_address, ip_network
from typing import Final

LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
LABEL_RULE: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character"
)
LABEL_LENGTH: Final = 63
SUBDOMAIN: Final = LABEL + "(\\." + LABEL + ")*"
SUBDOMAIN_RULE: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character"
)
SUBDOMAIN_LENGTH: Final = 253
UNDERSCORED_LABEL: Final = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
UNDERSCORED: Final = UNDERSCORED_LABEL + "(\\." + UNDERSCORED_LABEL + ")*"
UNDERSCORED_RULE: Final = SUBDOMAIN_RULE.replace("characters, '-'", "characters, '_', '-'")
LABEL_1035: Final = "[a-z]([-a-z0-9]*[a-z0-9])?"
LABEL_1035_RULE: Final = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
    "start with an alphabetic character, and end with an alphanumeric character"
)
WILDCARD: Final = "\\*\\." + SUBDOMAIN
WILDCARD_RULE: Final = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, "
    "which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
)
QUALIFIED: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
QUALIFIED_RULE: Final = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)
LABEL_VALUE: Final = "(" + QUALIFIED + ")?"
LABEL_VALUE_RULE: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)
CONFIG_KEY: Final = "[-._a-zA-Z0-9]+"
CONFIG_KEY_RULE: Final = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
ENVIRONMENT_NAME_RULE: Final = (
    "a valid environment variable name must consist only of printable ASCII characters other than '='"
)
HEADER: Final = "[-A-Za-z0-9]+"
HEADER_RULE: Final = "a valid HTTP header must consist of alphanumeric characters or '-'"
PERCENT: Final = "[0-9]+%"
PERCENT_RULE: Final = "a valid percent string must be a numeric string followed by an ending '%'"
C_IDENTIFIER: Final = "[A-Za-z_][A-Za-z0-9_]*"
C_IDENTIFIER_RULE: Final = (
    "a valid C identifier must start with alphabetic character or '_', "
    "followed by a string of alphanumeric characters or '_'"
)
EMPTY: Final = "must be non-empty"

_label, _subdomain, _underscored = (re.compile(text).fullmatch for text in (LABEL, SUBDOMAIN, UNDERSCORED))
_label_1035, _wildcard = re.compile(LABEL_1035).fullmatch, re.compile(WILDCARD).fullmatch
_qualified, _value = re.compile(QUALIFIED).fullmatch, re.compile(LABEL_VALUE).fullmatch
_config_key, _header, _percent = (re.compile(text).fullmatch for text in (CONFIG_KEY, HEADER, PERCENT))
_c_identifier = re.compile(C_IDENTIFIER).fullmatch
_port_characters = re.compile("[-a-z0-9]+").fullmatch
_letter = re.compile("[a-z]").search
_printable_but_equals = re.compile("[ -<>-~]*").fullmatch


def longer_than(limit: int, unit: str = "characters") -> str:
    """Labels, their keys and plain DNS names are counted in `bytes`; everything else says characters."""
    return f"must be no more than {limit} {unit}"


def outside(low: int, high: int) -> str:
    return f"must be between {low} and {high}, inclusive"


def mismatch(rule: str, pattern: str, *examples: str) -> str:
    """A rule with examples and the pattern behind it."""
    if not examples:
        return f"{rule} (regex used for validation is '{pattern}')"
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{rule} (e.g. {shown}regex used for validation is '{pattern}')"


def dns_label(value: str) -> list[str]:
    errors = [longer_than(LABEL_LENGTH, "bytes")] if len(value) > LABEL_LENGTH else []
    if not _label(value):
        dotted = _subdomain(value)
        errors.append("must not contain dots" if dotted else mismatch(LABEL_RULE, LABEL, "my-name", "123-abc"))
    return errors


def dns_subdomain(value: str) -> list[str]:
    errors = [longer_than(SUBDOMAIN_LENGTH, "bytes")] if len(value) > SUBDOMAIN_LENGTH else []
    if not _subdomain(value):
        errors.append(mismatch(SUBDOMAIN_RULE, SUBDOMAIN, "example.com"))
    return errors


def dns_subdomain_with_underscore(value: str) -> list[str]:
    errors = [longer_than(SUBDOMAIN_LENGTH)] if len(value) > SUBDOMAIN_LENGTH else []
    if not _underscored(value):
        errors.append(mismatch(UNDERSCORED_RULE, UNDERSCORED, "example.com"))
    return errors


def dns_1035_label(value: str) -> list[str]:
    errors = [longer_than(LABEL_LENGTH)] if len(value) > LABEL_LENGTH else []
    if not _label_1035(value):
        errors.append(mismatch(LABEL_1035_RULE, LABEL_1035, "my-name", "abc-123"))
    return errors


def wildcard_subdomain(value: str) -> list[str]:
    errors = [longer_than(SUBDOMAIN_LENGTH)] if len(value) > SUBDOMAIN_LENGTH else []
    if not _wildcard(value):
        errors.append(mismatch(WILDCARD_RULE, WILDCARD, "*.example.com"))
    return errors


def prefix(value: str) -> str:
    """A name that more is going to be added to, as the checks of whole names may judge it: a last dash is no fault."""
    return value[:-2] + "a" if len(value) > 1 and value.endswith("-") else value


def qualified_name(value: str) -> list[str]:
    """A label's key: a name, or a DNS subdomain, a slash and a name."""
    parts = value.split("/")
    errors = []
    if len(parts) > 2:
        shape = mismatch(QUALIFIED_RULE, QUALIFIED, "MyName", "my.name", "123-abc")
        return [f"a valid label key {shape} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
    if len(parts) == 2:
        if not parts[0]:
            errors.append("prefix part " + EMPTY)
        else:
            errors.extend("prefix part " + message for message in dns_subdomain(parts[0]))
    name = parts[-1]
    if not name:
        errors.append("name part " + EMPTY)
    elif len(name) > LABEL_LENGTH:
        errors.append("name part " + longer_than(LABEL_LENGTH, "bytes"))
    if not _qualified(name):
        errors.append("name part " + mismatch(QUALIFIED_RULE, QUALIFIED, "MyName", "my.name", "123-abc"))
    return errors


def label_value(value: str) -> list[str]:
    errors = [longer_than(LABEL_LENGTH, "bytes")] if len(value) > LABEL_LENGTH else []
    if not _value(value):
        errors.append(mismatch(LABEL_VALUE_RULE, LABEL_VALUE, "MyValue", "my_value", "12345"))
    return errors


def config_key(value: str) -> list[str]:
    """A key of a ConfigMap or a Secret; it becomes a file's name."""
    errors = [longer_than(SUBDOMAIN_LENGTH)] if len(value) > SUBDOMAIN_LENGTH else []
    if not _config_key(value):
        errors.append(mismatch(CONFIG_KEY_RULE, CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    if value in (".", ".."):
        errors.append(f"must not be '{value}'")
    elif value.startswith(".."):
        errors.append("must not start with '..'")
    return errors


def environment_name(value: str) -> list[str]:
    errors = [] if value else ["environment variable name " + EMPTY]
    if not _printable_but_equals(value):
        errors.append(ENVIRONMENT_NAME_RULE)
    return errors


def port_number(value: int) -> list[str]:
    return [] if 1 <= value <= 65535 else [outside(1, 65535)]


def port_name(value: str) -> list[str]:
    errors = [longer_than(15)] if len(value) > 15 else []
    if not _port_characters(value):
        errors.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not _letter(value):
        errors.append("must contain at least one letter (a-z)")
    if "--" in value:
        errors.append("must not contain consecutive hyphens")
    if value and (value[0] == "-" or value[-1] == "-"):
        errors.append("must not begin or end with a hyphen")
    return errors


def http_header(value: str) -> list[str]:
    return [] if _header(value) else [mismatch(HEADER_RULE, HEADER, "X-Header-Name")]


def percent(value: str) -> list[str]:
    return [] if _percent(value) else [mismatch(PERCENT_RULE, PERCENT, "1%", "93%")]


def c_identifier(value: str) -> list[str]:
    examples = ("my_name", "MY_NAME", "MyName")
    return [] if _c_identifier(value) else [mismatch(C_IDENTIFIER_RULE, C_IDENTIFIER, *examples)]


def user_or_group_id(value: int) -> list[str]:
    return [] if 0 <= value <= 0xFFFFFFFF else [outside(0, 0xFFFFFFFF)]


IP_RULE: Final = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
CIDR_RULE: Final = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"


def is_ip(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return "%" not in value


def ip(value: str) -> list[str]:
    return [] if is_ip(value) else [IP_RULE]


def cidr(value: str) -> list[str]:
    if "/" not in value:
        return [CIDR_RULE]
    try:
        ip_network(value, strict=False)
    except ValueError:
        return [CIDR_RULE]
    return []


def path_segment(value: str) -> list[str]:
    """What may stand between two slashes of a path: anything else, but no dots alone. Upstream: api/validation/path"""
    if value in (".", ".."):
        return [f"may not be '{value}'"]
    return [f"may not contain '{character}'" for character in "/%" if character in value]
