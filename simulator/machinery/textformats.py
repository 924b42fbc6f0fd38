"""The formats of text that schemas of custom kinds may ask for.

Upstream: k8s.io/kube-openapi/pkg/validation/strfmt, github.com/asaskevich/govalidator, apiextensions-apiserver/pkg/
apiserver/validation/formats.go
"""

from collections.abc import Callable, Mapping
from datetime import date
from ipaddress import ip_address
from typing import Final
from unicodedata import category
from urllib.parse import urlsplit

from simulator.machinery import names
from simulator.machinery.durations import DurationError, parse_duration
from simulator.machinery.patterns import compiled
from simulator.machinery.quantities import is_quantity

type Check = Callable[[str], bool]

BYTE: Final = r"(?:0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])"
ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x{80}-\x{10FFFF}-]+"
ADDRESS: Final = rf'(?:{ATOM}(?:\.{ATOM})*|"(?:[^"\\]|\\.)*")@(?:{ATOM}(?:\.{ATOM})*|\[[^\[\]\\]*\])'
MOMENT: Final = r"^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$"
UNITS: Final = ("ns", "us", "µs", "ms", "s", "m", "h", "hr", "d", "w", "wk")
LONG_UNITS: Final = ("nano", "micro", "milli", "sec", "min", "hour", "day", "week")
CARD: Final = (
    r"^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|(222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}|"
    r"6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11}|"
    r"6[27][0-9]{14})$"
)


def matching(pattern: str) -> Check:
    return lambda text: compiled(pattern).search(text) is not None


def uuid(version: str = "", variant: str = "") -> Check:
    third, fourth = (f"{version}[0-9a-f]{{3}}" if version else "[0-9a-f]{4}"), f"{variant or '[0-9a-f]'}[0-9a-f]{{3}}"
    return matching(rf"(?i)^[0-9a-f]{{8}}-?[0-9a-f]{{4}}-?{third}-?{fourth}-?[0-9a-f]{{12}}$")


def is_uri(text: str) -> bool:
    """What stands in a request: absolute, or an absolute path."""
    if not text.startswith("/") and not compiled(r"^[a-zA-Z][a-zA-Z0-9+.-]*:").search(text):
        return False
    try:
        place = urlsplit(text).netloc
    except ValueError:
        return False
    port = place.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
    return (
        " " not in place
        and not compiled(r"[\x00-\x1f\x7f]|%(?:[^0-9a-fA-F]|.?$|.[^0-9a-fA-F])").search(text)
        and (not port or port.isdecimal())
    )


def is_email(text: str) -> bool:
    """An address, alone or in angle brackets behind a name. Upstream: net/mail"""
    return compiled(rf'^\s*(?:{ADDRESS}|(?:"(?:[^"\\]|\\.)*"|[^<>"@]*)\s*<{ADDRESS}>)\s*$').search(text) is not None


def is_hostname(text: str) -> bool:
    """A name alone has at most one dash, after its first letter; one of several parts may have them anywhere within."""
    *parts, last = text.split(".")
    if len(text.encode()) > 255 or any(not 0 < len(part.encode()) <= 63 for part in (*parts, last)):
        return False
    if not all(is_letter(letter) for part in (*parts, last) for letter in (part[0], part[-1], *part.replace("-", ""))):
        return False
    return len(last) > 1 and "--" not in last if parts else "-" not in last[2:]


def is_letter(character: str) -> bool:
    return (character.isascii() and character.isalnum()) or category(character)[0] in "LS"


def is_address(text: str, mark: str) -> bool:
    return mark in text and "%" not in text and names.is_ip(text)


def is_network(text: str) -> bool:
    address, slash, bits = text.partition("/")
    if not slash or not bits.isascii() or not bits.isdecimal() or len(bits) > 3 or not names.is_ip(address):
        return False
    return int(bits) <= ip_address(address).max_prefixlen


def is_mac(text: str) -> bool:
    pairs, dots = "[0-9a-fA-F]{2}", "[0-9a-fA-F]{4}"
    forms = (f"{pairs}(?:{mark}{pairs}){{{count}}}" for mark in ":-" for count in (5, 7, 19))
    dotted = (rf"{dots}(?:\.{dots}){{{count}}}" for count in (2, 3, 9))
    return compiled(f"^(?:{'|'.join((*forms, *dotted))})$").search(text) is not None


def is_isbn10(text: str) -> bool:
    digits = text.replace("-", "").replace(" ", "")
    if not compiled(r"^(?:[0-9]{9}X|[0-9]{10})$").search(digits):
        return False
    return sum((place + 1) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(digits)) % 11 == 0


def is_isbn13(text: str) -> bool:
    digits = text.replace("-", "").replace(" ", "")
    if not compiled(r"^[0-9]{13}$").search(digits):
        return False
    return sum((3 if place % 2 else 1) * int(digit) for place, digit in enumerate(digits)) % 10 == 0


def is_credit_card(text: str) -> bool:
    digits = "".join(character for character in text if character.isascii() and character.isdecimal())
    if not compiled(CARD).search(digits):
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_date(text: str) -> bool:
    if not compiled(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$").search(text):
        return False
    try:
        date.fromisoformat(text.replace("0000-", "2000-", 1))  # Go knows a year 0, which leaps as 2000 does
    except ValueError:
        return False
    return True


def is_moment(text: str) -> bool:
    day, *rest = text.lower().split("t")
    found = compiled(MOMENT).search(rest[0]) if rest and is_date(day) else None
    return found is not None and found[1] <= "23" and found[2] <= "59" and found[3] <= "59"


def is_duration(text: str) -> bool:
    """As Go has them, or `22 ns` and `1 week`."""
    try:
        parse_duration(text)
    except DurationError:
        parts = compiled(r"(\d+)\s*([A-Za-zµ]+)").finditer(text)
        return compiled(r"^\s*(?:\d+\s*[A-Za-zµ]+\s*)+$").search(text) is not None and any(
            part[2].lower() in UNITS or part[2].lower().startswith(LONG_UNITS) for part in parts
        )
    return True


FORMATS: Final[Mapping[str, Check]] = {
    "bsonobjectid": matching(r"^[0-9a-fA-F]{24}$"),
    "uri": is_uri,
    "email": is_email,
    "hostname": is_hostname,
    "ipv4": lambda text: is_address(text, "."),
    "ipv6": lambda text: is_address(text, ":"),
    "cidr": is_network,
    "mac": is_mac,
    "uuid": uuid(),
    "uuid3": uuid("3"),
    "uuid4": uuid("4", "[89ab]"),
    "uuid5": uuid("5", "[89ab]"),
    "isbn": lambda text: is_isbn10(text) or is_isbn13(text),
    "isbn10": is_isbn10,
    "isbn13": is_isbn13,
    "creditcard": is_credit_card,
    "ssn": matching(r"^\d{3}[- ]?\d{2}[- ]?\d{4}$"),
    "hexcolor": matching(r"^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"),
    "rgbcolor": matching(rf"^rgb\(\s*{BYTE}\s*,\s*{BYTE}\s*,\s*{BYTE}\s*\)$"),
    "byte": matching(r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$"),
    "password": lambda text: True,
    "date": is_date,
    "duration": is_duration,
    "datetime": is_moment,
    "quantity": is_quantity,
    "k8sshortname": lambda text: not names.dns_label(text),
    "k8slongname": lambda text: not names.dns_subdomain(text),
}
NUMBERS: Final = {"integer": ("int32", "int64"), "number": ("float", "double")}


def check_of(form: str) -> Check | None:
    """How a format is checked; None for one that nobody knows."""
    return FORMATS.get(form.replace("-", ""))


def is_known(kind: str, form: str) -> bool:
    """Whether a format of values of a type means anything."""
    return check_of(form) is not None if kind in ("", "string") else form in NUMBERS.get(kind, ())
