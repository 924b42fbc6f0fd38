"""What names, label keys and label values may look like, and the words that say so.

Upstream: k8s.io/apimachinery/pkg/api/validate/content, pkg/util/validation
"""

import re
from typing import Final

EMPTY: Final = "must be non-empty"

LABEL_KEY: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
LABEL_KEY_WORDS: Final = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)
LABEL_VALUE: Final = f"({LABEL_KEY})?"
LABEL_VALUE_WORDS: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)
DNS1123_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
DNS1123_LABEL_WORDS: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character"
)
DNS1123_SUBDOMAIN: Final = rf"{DNS1123_LABEL}(\.{DNS1123_LABEL})*"
DNS1123_SUBDOMAIN_WORDS: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character"
)
DNS1035_LABEL: Final = "[a-z]([-a-z0-9]*[a-z0-9])?"
DNS1035_LABEL_WORDS: Final = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
    "start with an alphabetic character, and end with an alphanumeric character"
)

is_label_key: Final = re.compile(LABEL_KEY).fullmatch
is_label_value: Final = re.compile(LABEL_VALUE).fullmatch
is_dns1123_label: Final = re.compile(DNS1123_LABEL).fullmatch
is_dns1123_subdomain: Final = re.compile(DNS1123_SUBDOMAIN).fullmatch
is_dns1035_label: Final = re.compile(DNS1035_LABEL).fullmatch


def no_longer_than(limit: int) -> str:
    return f"must be no more than {limit} bytes"


def pattern_error(words: str, pattern: str, *examples: str) -> str:
    """Words, examples and the pattern in one sentence. Upstream: RegexError"""
    shown = "e.g. " + " or ".join(f"'{example}', " for example in examples) if examples else ""
    return f"{words} ({shown}regex used for validation is '{pattern}')"


def label_key_errors(key: str) -> list[str]:
    """What is wrong with a label key or another qualified name."""
    errors = []
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        error = pattern_error(LABEL_KEY_WORDS, LABEL_KEY, "MyName", "my.name", "123-abc")
        return [f"a valid label key {error} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
    if slash:
        problems = dns1123_subdomain_errors(prefix) if prefix else [EMPTY]
        errors += [f"prefix part {problem}" for problem in problems]
    if not name:
        errors.append(f"name part {EMPTY}")
    elif len(name.encode()) > 63:
        errors.append(f"name part {no_longer_than(63)}")
    if not is_label_key(name):
        errors.append("name part " + pattern_error(LABEL_KEY_WORDS, LABEL_KEY, "MyName", "my.name", "123-abc"))
    return errors


def label_value_errors(value: str) -> list[str]:
    errors = []
    if len(value.encode()) > 63:
        errors.append(no_longer_than(63))
    if not is_label_value(value):
        errors.append(pattern_error(LABEL_VALUE_WORDS, LABEL_VALUE, "MyValue", "my_value", "12345"))
    return errors


def dns1123_subdomain_errors(name: str) -> list[str]:
    errors = []
    if len(name.encode()) > 253:
        errors.append(no_longer_than(253))
    if not is_dns1123_subdomain(name):
        errors.append(pattern_error(DNS1123_SUBDOMAIN_WORDS, DNS1123_SUBDOMAIN, "example.com"))
    return errors


def dns1123_label_errors(name: str) -> list[str]:
    errors = []
    if len(name.encode()) > 63:
        errors.append(no_longer_than(63))
    if not is_dns1123_label(name):
        # Upstream points out when the name would do as a subdomain, where dots are allowed.
        if is_dns1123_subdomain(name):
            errors.append("must not contain dots")
        else:
            errors.append(pattern_error(DNS1123_LABEL_WORDS, DNS1123_LABEL, "my-name", "123-abc"))
    return errors


def dns1035_label_errors(name: str) -> list[str]:
    errors = []
    if len(name.encode()) > 63:
        errors.append(no_longer_than(63))
    if not is_dns1035_label(name):
        errors.append(pattern_error(DNS1035_LABEL_WORDS, DNS1035_LABEL, "my-name", "abc-123"))
    return errors
