"""kubectl certificate approve and deny. Upstream: kubectl/pkg/cmd/certificates"""

from simulator.kernel.clock import timestamp
from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import Reporter
from simulator.kubectl.command import Command, Outcome, command
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.help import help_text
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import FILENAMES, PRINTING
from simulator.machinery.golang import quoted
from simulator.machinery.objects import Object, at, changed

FORCE = Flag("force", False, "Say it again even where it has been said.")


def decide(kubectl: Kubectl, kind: str, done: str) -> Outcome:
    """Say of each request that it is approved or denied."""
    options = kubectl.options
    kubectl.connect()
    if not options.args and not options.texts("filename") and not options.text("kustomize"):
        raise CommandError("one or more CSRs must be specified as <name> or -f <filename>")
    reporter = Reporter(kubectl)
    args = [word if "/" in word else f"certificatesigningrequests/{word}" for word in options.args]
    builder = Builder(kubectl, args, selector="", defaults=False)
    builder.visit(lambda info: reporter.report(decided(kubectl, info, kind), done))
    return None


def decided(kubectl: Kubectl, info: Info, kind: str) -> Object:
    """The request with the decision. Raises CommandError for what is none."""
    if info.resource.qualified != "certificatesigningrequests.certificates.k8s.io":
        what = "CertificateSigningRequest.certificates.k8s.io objects"
        raise CommandError(f"can only handle {what}, got {info.resource.kind}")
    conditions = list(at(info.object, "status", "conditions", default=[]))
    said = [one["type"] for one in conditions if one["type"] in ("Approved", "Denied")]
    if said and said[0] != kind:
        raise CommandError(f"certificate signing request {quoted(info.name)} is already {said[0]}")
    if said and not kubectl.options.flag("force"):
        return info.object
    word = "approve" if kind == "Approved" else "deny"
    conditions.append(
        {
            "type": kind,
            "status": "True",
            "reason": "KubectlApprove" if kind == "Approved" else "KubectlDeny",
            "message": f"This CSR was {'approved' if word == 'approve' else 'denied'} by kubectl certificate {word}.",
            "lastUpdateTime": timestamp(kubectl.now),
        }
    )
    body = changed(info.object, ("status", "conditions"), conditions)
    return kubectl.client.put(f"{info.path}/approval", body)


@command(
    "approve (-f FILENAME | NAME)",
    summary="Approve a certificate signing request",
    description="Approve a certificate signing request.\n\n"
    " With an approved request a signer issues the certificate to whoever asked for it. Read first what it asks"
    " for: a certificate can give its holder the rights of anyone.",
    examples=(("Approve the CSR 'csr-sqgzp'", "kubectl certificate approve csr-sqgzp"),),
    flags=(*PRINTING, *FILENAMES, FORCE),
)
def approve(kubectl: Kubectl) -> Outcome:
    return decide(kubectl, "Approved", "approved")


@command(
    "deny (-f FILENAME | NAME)",
    summary="Deny a certificate signing request",
    description="Deny a certificate signing request: no certificate is issued.",
    examples=(("Deny the CSR 'csr-sqgzp'", "kubectl certificate deny csr-sqgzp"),),
    flags=(*PRINTING, *FILENAMES, FORCE),
)
def deny(kubectl: Kubectl) -> Outcome:
    return decide(kubectl, "Denied", "denied")


@command(
    "certificate SUBCOMMAND",
    summary="Modify certificate resources",
    commands=(approve, deny),
)
def certificate(kubectl: Kubectl) -> Outcome:
    path = (Command("kubectl", ""), kubectl.command)
    kubectl.write(help_text(path, kubectl.words))
    return None
