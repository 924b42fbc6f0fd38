"""kubectl auth whoami. Upstream: kubectl/pkg/cmd/auth/whoami.go"""

from simulator.kubectl.command import Outcome, command
from simulator.kubectl.errors import CommandError, ServerError
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import PRINTING
from simulator.kubectl.rows import table
from simulator.kubectl.typed import TypedReporter

PATH = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


@command(
    "whoami",
    summary="Experimental: Check self subject attributes",
    description="Show who the current user is for the API server.",
    examples=(
        ("Show who I am", "kubectl auth whoami"),
        ("Show it as JSON", "kubectl auth whoami -o json"),
    ),
    flags=PRINTING,
)
def whoami(kubectl: Kubectl) -> Outcome:
    kubectl.connect(before_namespace=True)
    reporter = TypedReporter(kubectl) if kubectl.options.changed("output") else None
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview", "metadata": {}}
    try:
        review = kubectl.clientset.post(PATH, body)
    except ServerError as error:
        if error.reason == "Forbidden":
            raise CommandError(
                "the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it"
            ) from None
        raise
    if reporter is not None:
        reporter.report(review, "")
        return None
    user = review["status"]["userInfo"]
    rows = [("ATTRIBUTE", "VALUE")]
    for field, label in (("username", "Username"), ("uid", "UID")):
        if user.get(field):
            rows.append((label, user[field]))
    if user.get("groups"):
        rows.append(("Groups", f"[{' '.join(user['groups'])}]"))
    for key in sorted(user.get("extra") or {}):
        rows.append((f"Extra: {key}", f"[{' '.join(user['extra'][key])}]"))
    kubectl.write(table(rows))
    return None
