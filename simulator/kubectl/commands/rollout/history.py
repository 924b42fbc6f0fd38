"""kubectl rollout history: what ran before, and why it changed. Upstream: kubectl/pkg/polymorphichelpers/history.go"""

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.describe.containers import describe_template
from simulator.kubectl.describe.page import Page
from simulator.kubectl.dialects import TYPED
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import FILENAMES, PRINTING, SELECTOR
from simulator.kubectl.printers import printer_for
from simulator.kubectl.printers.data import named
from simulator.kubectl.revisions import CHANGE_CAUSE, REVISIONLESS, Revision, revisions
from simulator.kubectl.scheme import SCHEME
from simulator.kubectl.tabwriter import described
from simulator.machinery.objects import Object, at, changed


@command(
    "history (TYPE NAME | TYPE/NAME) [flags]",
    summary="View rollout history",
    description="View previous rollout revisions and configurations.",
    examples=(
        ("List the revisions of a deployment", "kubectl rollout history deployment/abc"),
        ("Show revision 3 of a daemon set", "kubectl rollout history daemonset/abc --revision=3"),
    ),
    flags=(
        *PRINTING,
        *FILENAMES,
        Flag("revision", 0, "Show this revision in detail.", kind="int64"),
        SELECTOR,
    ),
    completes=("type", "deployment", "daemonset", "statefulset"),
    dialect=TYPED,
)
def history(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    kubectl.connect()
    if not options.args and not options.texts("filename") and not options.text("kustomize"):
        raise CommandError("required resource not specified")
    revision = options.number("revision")
    if revision < 0:
        raise CommandError(f"revision must be a positive integer: {revision}")
    builder = Builder(kubectl, options.args, everything=True, scheme=SCHEME)
    builder.check()
    if options.text("output"):
        printer_for(kubectl)

    def told(info: Info) -> None:
        kind = info.resource
        if kind.kind not in VIEWED:
            if kind.kind in REVISIONLESS:
                raise CommandError(f'no history viewer has been implemented for "{kind.group_kind}"')
            shown = f"{{{kind.group} {kind.kind}}}"
            raise CommandError(
                f'error retrieving history for "{kind.group_kind}", no visitor method exists for {shown}'
            )
        live = kubectl.clientset.get(info.path)
        known = revisions(kubectl, live)
        if options.text("output"):
            show_objects(kubectl, live, known, revision)
            return
        told_of = text(kubectl, known, revision)
        if options.text("template"):
            kubectl.write(printer_for(kubectl).text(info.object))
            return
        head = f" with revision #{revision}" if revision else " "
        kubectl.print(f"{named(info.object)}{head}\n{told_of}")

    builder.visit(told)
    return None


VIEWED = ("Deployment", "DaemonSet", "StatefulSet")


def show_objects(kubectl: Kubectl, live: Object, known: list[Revision], revision: int) -> None:
    chosen = [one for one in known if one.number == revision] if revision else known
    if revision and not chosen:
        raise CommandError("unable to find the specified revision")
    printer = printer_for(kubectl)
    for one in chosen:
        is_own = live["kind"] == "Deployment"  # whose revisions are objects; others are shown as they were
        kubectl.write(printer.text(one.object if is_own else changed(live, ("spec", "template"), one.template)))


def text(kubectl: Kubectl, known: list[Revision], revision: int) -> str:
    if not known:
        return "No rollout history found."
    if revision:
        for one in known:
            if one.number == revision:
                return template_text(kubectl, one)
        raise CommandError("unable to find the specified revision")
    rows = "".join(f"{one.number}\t{one.cause or '<none>'}\n" for one in known)
    return described(f"REVISION\tCHANGE-CAUSE\n{rows}")


def template_text(kubectl: Kubectl, revision: Revision) -> str:
    """The Pods of a revision, a Deployment's with the cause among their annotations."""
    template: Object = revision.template
    if revision.cause and revision.object.get("kind") == "ReplicaSet":
        annotations = {**at(template, "metadata", "annotations", default={}), CHANGE_CAUSE: revision.cause}
        template = {**template, "metadata": {**(template.get("metadata") or {}), "annotations": annotations}}
    return described_pods(kubectl, template)


def described_pods(kubectl: Kubectl, template: Object) -> str:
    """A Pod template as `describe` has it, its tabs as they are."""
    page = Page(kubectl.now)
    describe_template(page, template)
    return page.untabbed()
