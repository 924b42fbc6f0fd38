"""The options of a request, refused as a whole where one makes no sense.

Upstream: apimachinery/pkg/apis/meta/v1/validation, apimachinery/pkg/apis/meta/internalversion/validation
"""

from collections.abc import Iterator

from simulator.api.errors import Invalid
from simulator.api.requests import Request
from simulator.machinery.field import FieldError, forbidden, invalid, not_supported, too_long

META = "meta.k8s.io"
MATCH = "resourceVersionMatch"
KINDS = {"create": "CreateOptions", "update": "UpdateOptions", "patch": "PatchOptions"}
LONGEST_MANAGER = 128
FIELD_VALIDATION = ("", "Ignore", "Strict", "Warn")

UNSUPPORTED = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"


def refused(kind: str, *errors: FieldError) -> Invalid:
    return Invalid(kind, "", errors, group=META)


def dry_run(request: Request, verb: str) -> bool:
    """Whether nothing is to be kept."""
    asked = [value for name, value in request.query if name == "dryRun" and value]
    if any(value != "All" for value in asked):
        raise refused(KINDS.get(verb, "DeleteOptions"), not_supported("dryRun", asked, ("All",)))
    return bool(asked)


def field_validation(request: Request, verb: str) -> str:
    """What becomes of fields that the kind does not know: Ignore, Warn or Strict."""
    value, manager = request.parameter("fieldValidation"), request.parameter("fieldManager")
    if manager and (errors := [*manager_errors(manager)]):
        raise refused(KINDS.get(verb, "CreateOptions"), *errors)
    if value not in FIELD_VALIDATION:
        raise refused(KINDS.get(verb, "CreateOptions"), not_supported("fieldValidation", value, FIELD_VALIDATION))
    return value or "Warn"


def check_patch(request: Request) -> None:
    """A patch that is no apply forces nothing."""
    if request.parameter("force"):
        raise refused("PatchOptions", forbidden("force", "may not be specified for non-apply patch"))


def manager_errors(name: str) -> Iterator[FieldError]:
    """Upstream: ValidateFieldManager"""
    if len(name.encode()) > LONGEST_MANAGER:
        yield too_long("fieldManager", LONGEST_MANAGER)
    for place, character in enumerate(name):
        if not character.isprintable():
            position = len(name[:place].encode())
            yield invalid("fieldManager", name, f"invalid character U+{ord(character):04X} (at position {position})")


def check_list(request: Request) -> None:
    version, match = request.parameter("resourceVersion"), request.parameter(MATCH)
    errors = []
    if match and not version:
        errors.append(forbidden(MATCH, f"{MATCH} is forbidden unless resourceVersion is provided"))
    if match and request.parameter("continue"):
        errors.append(forbidden(MATCH, f"{MATCH} is forbidden when continue is provided"))
    if match not in ("", "Exact", "NotOlderThan"):
        errors.append(not_supported(MATCH, match, ("Exact", "NotOlderThan", "")))
    if match == "Exact" and version == "0":
        errors.append(forbidden(MATCH, f'{MATCH} "exact" is forbidden for resourceVersion "0"'))
    if request.parameter("sendInitialEvents"):
        errors.append(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    if errors:
        raise refused("ListOptions", *errors)


def streams_state(minor: int) -> bool:
    """Whether servers of a release send what there is on a watch that asks for it: the feature gate WatchList."""
    return minor == 32 or minor >= 34


def check_watch(request: Request, *, streams: bool) -> None:
    match, initial = request.parameter(MATCH), request.parameter("sendInitialEvents")
    errors = []
    if initial and match != "NotOlderThan":
        errors.append(forbidden(MATCH, f"sendInitialEvents requires setting {MATCH} to NotOlderThan"))
    if initial and not streams:
        errors.append(forbidden("sendInitialEvents", UNSUPPORTED))
    if match and not initial:
        errors.append(forbidden(MATCH, f"{MATCH} is forbidden for watch unless sendInitialEvents is provided"))
    if match not in ("", "NotOlderThan"):
        errors.append(not_supported(MATCH, match, ("NotOlderThan",)))
    if match and request.parameter("continue"):
        errors.append(forbidden(MATCH, f"{MATCH} is forbidden when continue is provided"))
    if errors:
        raise refused("ListOptions", *errors)
