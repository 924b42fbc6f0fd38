"""kubectl create token. Upstream: kubectl/pkg/cmd/create/create_token.go"""

from simulator.kubectl.client import NoConnection
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.creating import completed, failed
from simulator.kubectl.dialects import TOKENS
from simulator.kubectl.errors import CommandError, ServerError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import PRINTING
from simulator.kubectl.typed import TypedReporter
from simulator.machinery.objects import Object

SECOND = 1_000_000
KINDS = {"Node": "v1", "Pod": "v1", "Secret": "v1"}
"""What a token can be bound to, and its version."""


@command(
    "token SERVICE_ACCOUNT_NAME",
    summary="Request a service account token",
    description="Request a service account token.",
    examples=(
        ('Request a token to speak to the API server as the service account "myapp"', "kubectl create token myapp"),
        ("Request one in another namespace", "kubectl create token myapp --namespace myns"),
        ("Request one that lasts ten minutes", "kubectl create token myapp --duration 10m"),
        ("Request one for another audience", "kubectl create token myapp --audience https://example.com"),
        (
            "Request one that ends with a pod",
            "kubectl create token myapp --bound-object-kind Pod --bound-object-name mypod",
        ),
    ),
    flags=(
        *PRINTING,
        Flag("audience", (), "For whom the token is; without it, the API server. May be repeated."),
        Flag("bound-object-kind", "", "Kind of the object that the token ends with: Node, Pod or Secret."),
        Flag("bound-object-name", "", "Name of the object that the token ends with."),
        Flag("bound-object-uid", "", "UID of the object that the token ends with."),
        Flag("duration", "0s", "How long the token is to last; the server may choose otherwise.", kind="duration"),
    ),
)
def token(kubectl: Kubectl) -> Outcome:
    name = completed(kubectl)
    obj = {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": {}, "spec": spec_of(kubectl)}
    path = f"/api/v1/namespaces/{kubectl.namespace}/serviceaccounts/{name}/token"
    reporter = TypedReporter(kubectl)
    try:
        answer = kubectl.client.speaking(TOKENS).post(path, obj)
    except (NoConnection, ServerError) as error:
        raise failed(error, "failed to create token:") from None
    if not answer.get("status", {}).get("token"):
        raise CommandError("failed to create token: no token in server response")
    if reporter.speaks:
        kubectl.print(answer["status"]["token"])
    else:
        reporter.report(answer, "created")
    return None


def spec_of(kubectl: Kubectl) -> Object:
    options = kubectl.options
    duration = options.duration("duration")
    if duration < 0:
        raise CommandError("--duration must be greater than or equal to 0")
    if duration % SECOND:
        raise CommandError("--duration cannot be expressed in units less than seconds")
    spec: Object = {}
    if options.texts("audience"):
        spec["audiences"] = options.texts("audience")
    if duration:
        spec["expirationSeconds"] = duration // SECOND
    if bound := bound_object(kubectl):
        spec["boundObjectRef"] = bound
    return spec


def bound_object(kubectl: Kubectl) -> Object:
    options = kubectl.options
    kind, name, uid = (options.text(f"bound-object-{field}") for field in ("kind", "name", "uid"))
    if not kind:
        if name:
            raise CommandError("--bound-object-name can only be set if --bound-object-kind is provided")
        if uid:
            raise CommandError("--bound-object-uid can only be set if --bound-object-kind is provided")
        return {}
    if kind not in KINDS:
        raise CommandError(f"supported --bound-object-kind values are {', '.join(sorted(KINDS))}")
    if not name:
        raise CommandError("--bound-object-name is required if --bound-object-kind is provided")
    found: Object = {"kind": kind, "apiVersion": KINDS[kind], "name": name}
    if uid:
        found["uid"] = uid
    return found
