"""Every verb of kubectl, in the groups and the order in which `kubectl` itself lists them."""

from simulator.kubectl.command import Command
from simulator.kubectl.commands import (
    alpha,
    annotate,
    api,
    apply,
    auth,
    autoscale,
    build,
    certificate,
    cluster_info,
    completion,
    config,
    copy,
    cordon,
    create,
    debug,
    delete,
    describe,
    diff,
    drain,
    edit,
    events,
    execute,
    explain,
    expose,
    get,
    kuberc,
    label,
    logs,
    options,
    patch,
    plugin,
    port_forward,
    proxy,
    replace,
    rollout,
    run,
    scale,
    set,
    taint,
    top,
    version,
    wait,
)
from simulator.kubectl.help import Group

# fmt: off
GROUPS: tuple[Group, ...] = (
    ("Basic Commands (Beginner)", (
        create.create,
        expose.expose,
        run.run,
        set.set_,
    )),
    ("Basic Commands (Intermediate)", (
        explain.explain,
        get.get,
        edit.edit,
        delete.delete,
    )),
    ("Deploy Commands", (
        rollout.rollout,
        scale.scale,
        autoscale.autoscale,
    )),
    ("Cluster Management Commands", (
        certificate.certificate,
        cluster_info.cluster_info,
        top.top,
        cordon.cordon,
        cordon.uncordon,
        drain.drain,
        taint.taint,
    )),
    ("Troubleshooting and Debugging Commands", (
        describe.describe,
        logs.logs,
        execute.attach,
        execute.execute,
        port_forward.port_forward,
        proxy.proxy,
        copy.copy,
        auth.auth,
        debug.debug,
        events.events,
    )),
    ("Advanced Commands", (
        diff.diff,
        apply.apply,
        patch.patch,
        replace.replace,
        wait.wait,
        build.kustomize,
    )),
    ("Settings Commands", (
        label.label,
        annotate.annotate,
        completion.completion,
    )),
    ("Subcommands provided by plugins", ()),
    ("Other Commands", (
        api.api_resources,
        api.api_versions,
        config.config,
        kuberc.kuberc,
        plugin.plugin,
        version.version,
    )),
)
# fmt: on

UNLISTED: tuple[Command, ...] = (alpha.alpha, options.options, options.help_command)

KUBECTL = Command(
    usage="kubectl [flags]",
    summary="kubectl controls the Kubernetes cluster manager",
    description="kubectl controls the Kubernetes cluster manager.\n\n"
    " Find more information at: https://kubernetes.io/docs/reference/kubectl/",
    commands=tuple(command for _, commands in GROUPS for command in commands) + UNLISTED,
)
