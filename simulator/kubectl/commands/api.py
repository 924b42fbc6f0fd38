"""kubectl api-resources and kubectl api-versions: what the server offers. Upstream: kubectl/pkg/cmd/apiresources"""

from collections.abc import Callable

from simulator.kubectl.client import NoConnection
from simulator.kubectl.command import Outcome, command
from simulator.kubectl.discovery import Resource
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import MANAGED_FIELDS, output
from simulator.kubectl.tabwriter import aligned
from simulator.machinery import yaml
from simulator.machinery.golang import quoted

FORMS = ("json", "yaml", "kyaml", "name", "wide")


@command(
    "api-resources [flags]",
    summary="Print the supported API resources on the server",
    description="Print the supported API resources on the server.",
    examples=(
        ("List the resources", "kubectl api-resources"),
        ("List them with more columns", "kubectl api-resources -o wide"),
        ("List them by a column", "kubectl api-resources --sort-by=name"),
        ("List what lives in namespaces", "kubectl api-resources --namespaced=true"),
        ("List what does not", "kubectl api-resources --namespaced=false"),
        ("List the resources of one group", "kubectl api-resources --api-group=rbac.authorization.k8s.io"),
    ),
    flags=(
        Flag("api-group", "", "Only resources of this group."),
        Flag("cached", False, "Use the cached list where there is one."),
        Flag("categories", (), "Only resources of these categories.", kind="slice"),
        Flag(
            "namespaced", True, "Only resources that live in namespaces, or with false only others. Without it: both."
        ),
        Flag("no-headers", False, "Leave out the header."),
        output(FORMS),
        MANAGED_FIELDS,
        Flag("sort-by", "", "Sort by 'name' or 'kind'."),
        Flag("verbs", (), "Only resources that know these verbs.", kind="slice"),
    ),
)
def api_resources(kubectl: Kubectl) -> Outcome:
    options = kubectl.options
    if options.args:
        raise kubectl.usage_error(f"unexpected arguments: [{' '.join(options.args)}]")
    form = options.text("output")
    if form not in ("", *FORMS):
        allowed = ",".join(sorted(FORMS))
        raise CommandError(
            f"unable to match a printer suitable for the output format {quoted(form)}, allowed formats are: {allowed}"
        )
    if options.text("sort-by") not in ("", "name", "kind"):
        raise CommandError("--sort-by accepts only name or kind")
    if not options.flag("cached"):
        kubectl.mapper.refreshed()
    found = sorted(
        (one for one in kubectl.mapper.preferred if chosen(kubectl, one)), key=order(options.text("sort-by"))
    )
    if form in ("json", "yaml", "kyaml"):
        kubectl.write(structured(found, form))
    else:
        kubectl.write(table(found, form, headers=not options.flag("no-headers")))
    return None


def order(by: str) -> Callable[[Resource], tuple[str, str]]:
    if by == "name":
        return lambda one: (one.name, "")
    if by == "kind":
        return lambda one: (one.kind, "")
    return lambda one: (one.group, one.name)


def chosen(kubectl: Kubectl, one: Resource) -> bool:
    options = kubectl.options
    return (
        bool(one.verbs)
        and (not options.changed("api-group") or one.group == options.text("api-group"))
        and (not options.changed("namespaced") or one.namespaced == options.flag("namespaced"))
        and all(verb in one.verbs for verb in options.texts("verbs"))
        and all(category in one.categories for category in options.texts("categories"))
    )


def table(found: list[Resource], form: str, *, headers: bool) -> str:
    if form == "name":
        return "".join(f"{one.qualified}\n" for one in found)
    titles = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]
    rows = []
    for one in found:
        namespaced = "true" if one.namespaced else "false"
        row = [one.name, ",".join(one.short_names), one.api_version, namespaced, one.kind]
        if form == "wide":
            row += [",".join(sorted(one.verbs)), ",".join(one.categories)]
        rows.append(row)
    if form == "wide":
        titles += ["VERBS", "CATEGORIES"]
    lines = [titles, *rows] if headers else rows
    return aligned("".join("\t".join(line) + "\n" for line in lines))


def structured(found: list[Resource], form: str) -> str:
    resources = []
    for one in found:
        entry: dict[str, object] = {"name": one.name, "singularName": one.singular, "namespaced": one.namespaced}
        if one.group:
            entry["group"] = one.group
        entry |= {"version": one.version, "kind": one.kind, "verbs": list(one.verbs)}
        if one.short_names:
            entry["shortNames"] = list(one.short_names)
        if one.categories:
            entry["categories"] = list(one.categories)
        resources.append(entry)
    whole = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "", "resources": resources}
    return {
        "json": lambda value: yaml.dump_json(value, sort=False) + "\n",
        "yaml": yaml.dump,
        "kyaml": yaml.dump_kyaml,
    }[form](whole)


@command(
    "api-versions",
    summary='Print the supported API versions on the server, in the form of "group/version"',
    description='Print the supported API versions on the server, in the form of "group/version".',
    examples=(("List the versions", "kubectl api-versions"),),
)
def api_versions(kubectl: Kubectl) -> Outcome:
    if kubectl.options.args:
        raise kubectl.usage_error(f"unexpected arguments: [{' '.join(kubectl.options.args)}]")
    try:
        versions = {one.api_version: None for one in kubectl.mapper.refreshed()}
    except NoConnection as error:
        raise CommandError(f"couldn't get available api versions from server: {error.cause}") from None
    for version in sorted(versions):
        kubectl.print(version)
    return None
