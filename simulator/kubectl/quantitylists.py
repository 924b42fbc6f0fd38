"""Resource lists as flags spell them: `cpu=100m,memory=1Gi`. Upstream: kubectl/pkg/generate/generate.go"""

from simulator.kubectl.errors import CommandError
from simulator.machinery import quantities


def resource_list(text: str) -> dict[str, str]:
    """The amounts, in the form that the API keeps. Raises CommandError."""
    found: dict[str, str] = {}
    for statement in text.split(",") if text else ():
        parts = statement.split("=")
        if len(parts) != 2:
            raise CommandError(f"Invalid argument syntax {statement}, expected <resource>=<value>")
        try:
            found[parts[0]] = str(quantities.parse(parts[1]))
        except quantities.QuantityError as error:
            raise CommandError(str(error)) from None
    return found
