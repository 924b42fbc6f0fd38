"""kubectl config: look at kubeconfig files and change them; here their clusters and users.

Upstream: k8s.io/client-go/tools/clientcmd, kubectl/pkg/cmd/config
"""

from simulator.kubectl.command import Command, Outcome, command
from simulator.kubectl.commands.config_contexts import (
    current_context,
    delete_context,
    get_contexts,
    rename_context,
    set_context,
    use_context,
)
from simulator.kubectl.commands.config_credentials import set_credentials
from simulator.kubectl.commands.config_properties import set_value, unset
from simulator.kubectl.commands.config_view import view
from simulator.kubectl.configediting import configuration, delete, embed, given, one_argument, put
from simulator.kubectl.errors import CommandError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.golang import quoted


def list_names(kubectl: Kubectl, section: str) -> Outcome:
    kubectl.print("NAME")
    for name in sorted(configuration(kubectl).section(section)):
        kubectl.print(name)
    return None


@command(
    "get-clusters",
    summary="Display clusters defined in the kubeconfig",
    description="Display clusters defined in the kubeconfig.",
    examples=(("List the clusters that kubectl knows", "kubectl config get-clusters"),),
)
def get_clusters(kubectl: Kubectl) -> Outcome:
    return list_names(kubectl, "clusters")


@command(
    "get-users",
    summary="Display users defined in the kubeconfig",
    description="Display users defined in the kubeconfig.",
    examples=(("List the users that kubectl knows", "kubectl config get-users"),),
)
def get_users(kubectl: Kubectl) -> Outcome:
    return list_names(kubectl, "users")


@command(
    "delete-cluster NAME",
    summary="Delete the specified cluster from the kubeconfig",
    description="Delete the specified cluster from the kubeconfig.",
    examples=(("Delete the minikube cluster", "kubectl config delete-cluster minikube"),),
    completes=("cluster",),
)
def delete_cluster(kubectl: Kubectl) -> Outcome:
    return delete(kubectl, "clusters", "cluster")


@command(
    "delete-user NAME",
    summary="Delete the specified user from the kubeconfig",
    description="Delete the specified user from the kubeconfig.",
    examples=(("Delete the minikube user", "kubectl config delete-user minikube"),),
    completes=("user",),
)
def delete_user(kubectl: Kubectl) -> Outcome:
    return delete(kubectl, "users", "user")


@command(
    "set-cluster NAME [--server=server] [--certificate-authority=path/to/certificate/authority] "
    "[--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
    summary="Set a cluster entry in kubeconfig",
    description="Set a cluster entry in kubeconfig.\n\n A name that exists keeps what is not given.",
    examples=(
        (
            "Set the server of the cluster e2e, and nothing else",
            "kubectl config set-cluster e2e --server=https://1.2.3.4",
        ),
        (
            "Put the authority's certificate into the entry",
            "kubectl config set-cluster e2e --embed-certs --certificate-authority=~/.kube/e2e/kubernetes.ca.crt",
        ),
        ("Do not check certificates", "kubectl config set-cluster e2e --insecure-skip-tls-verify=true"),
    ),
    flags=(
        Flag("certificate-authority", "", "File with the authority's certificate"),
        Flag("embed-certs", False, "Put the certificate itself into the entry"),
        Flag("insecure-skip-tls-verify", False, "Do not check the server's certificate"),
        Flag("proxy-url", "", "URL of a proxy"),
        Flag("server", "", "Address of the server"),
        Flag("tls-server-name", "", "Name to expect in the server's certificate"),
    ),
    completes=("cluster",),
)
def set_cluster(kubectl: Kubectl) -> Outcome:
    name = one_argument(kubectl)
    options = kubectl.options
    config = configuration(kubectl)
    entry = {
        **config.clusters.get(name, {}),
        **given(kubectl, "server", "certificate-authority", "tls-server-name", "proxy-url"),
    }
    if options.text("certificate-authority") and options.flag("insecure-skip-tls-verify"):
        raise CommandError("you cannot specify a certificate authority and insecure mode at the same time")
    if options.changed("insecure-skip-tls-verify"):
        entry["insecure-skip-tls-verify"] = options.flag("insecure-skip-tls-verify")
    if options.flag("embed-certs"):
        if not options.text("certificate-authority"):
            raise CommandError("you must specify a --certificate-authority to embed")
        embed(kubectl, entry, "certificate-authority")
    put(kubectl, config, "clusters", name, entry)
    kubectl.print(f"Cluster {quoted(name)} set.")
    return None


config = Command(
    usage="config SUBCOMMAND",
    summary="Modify kubeconfig files",
    description='Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".\n\n'
    " Which files are read:\n\n"
    "  1.  With --kubeconfig, that file and no other.\n"
    "  2.  With $KUBECONFIG, the files of that list, merged. What is changed is changed where it stands; what is new"
    " goes into the first file that exists, or into the last of the list.\n"
    "  3.  Otherwise ${HOME}/.kube/config.",
    commands=(
        current_context,
        delete_cluster,
        delete_context,
        delete_user,
        get_clusters,
        get_contexts,
        get_users,
        rename_context,
        set_value,
        set_cluster,
        set_context,
        set_credentials,
        unset,
        use_context,
        view,
    ),
)
