"""The flags of kubeadm's commands: what each takes, and what help says of it. Upstream: cmd/kubeadm/app/cmd/options"""

from collections.abc import Mapping
from typing import NamedTuple


class Flag(NamedTuple):
    """One flag; `takes` is empty for a switch."""

    takes: str
    about: str
    default: str = ""
    short: str = ""


FLAGS: Mapping[str, Flag] = {
    "allow-experimental-api": Flag("", "Also read versions of the configuration API that are experimental."),
    "allow-experimental-upgrades": Flag("", "Also offer and accept alpha, beta and release candidate versions."),
    "allow-missing-template-keys": Flag("", "Ignore missing fields and keys in templates.", "true"),
    "allow-release-candidate-upgrades": Flag("", "Also offer and accept release candidate versions."),
    "apiserver-advertise-address": Flag("string", "The address at which the API server says that it can be reached."),
    "apiserver-bind-port": Flag("int32", "The port of the API server.", "6443"),
    "apiserver-cert-extra-sans": Flag("strings", "Further names and addresses in the API server's certificate."),
    "cert-dir": Flag("string", "Where the certificates are kept.", '"/etc/kubernetes/pki"'),
    "certificate-key": Flag("string", "The key that encrypts shared certificates in the kubeadm-certs Secret."),
    "certificate-renewal": Flag("", "Renew the certificates of components that change.", "true"),
    "cleanup-tmp-dir": Flag("", "Empty the /etc/kubernetes/tmp directory."),
    "client-name": Flag("string", "The name of the user; with client certificates, its common name."),
    "component-configs": Flag("strings", "Also print the defaults of KubeProxyConfiguration, KubeletConfiguration."),
    "config": Flag("string", "Path to a kubeadm configuration file."),
    "context-lines": Flag("int", "How many lines of context the diff shows.", "3", "c"),
    "control-plane": Flag("", "Create a new control plane instance on this node."),
    "control-plane-endpoint": Flag("string", "A stable address or DNS name for the control plane."),
    "cri-socket": Flag("string", "Path to the socket of the container runtime."),
    "description": Flag("string", "What the token is for."),
    "discovery-file": Flag("string", "A file from which to load what is known of the cluster."),
    "discovery-token": Flag("string", "The token that validates what the API server says of the cluster."),
    "discovery-token-ca-cert-hash": Flag("strings", 'The root CA must have a public key with this hash.'),
    "discovery-token-unsafe-skip-ca-verification": Flag("", "Join without pinning the root CA."),
    "dry-run": Flag("", "Change nothing; just show what would be done."),
    "etcd-upgrade": Flag("", "Upgrade etcd, too.", "true"),
    "experimental-output": Flag("string", "The format of the output."),
    "feature-gates": Flag("string", "Features to turn on or off, as key=value pairs."),
    "force": Flag("", "Do it without asking, even where some requirements are not met.", "", "f"),
    "groups": Flag("strings", "Groups it authenticates as.", "[system:bootstrappers:kubeadm:default-node-token]"),
    "ignore-preflight-errors": Flag("strings", "Checks whose errors are shown as warnings; 'all' for every check."),
    "image-repository": Flag("string", "The registry to pull control plane images from.", '"registry.k8s.io"'),
    "kubeconfig": Flag("string", "The kubeconfig file to use.", '"/etc/kubernetes/admin.conf"'),
    "kubeconfig-dir": Flag("string", "Where to write kubeconfig files.", '"/etc/kubernetes"'),
    "kubernetes-version": Flag("string", "The Kubernetes version of the control plane.", '"stable-1"'),
    "new-config": Flag("string", "Where to write the new configuration; standard output without it."),
    "node-name": Flag("string", "The name of the node."),
    "old-config": Flag("string", "The configuration file in an older version. This flag is mandatory."),
    "org": Flag("strings", "The organizations (groups) of the client certificate."),
    "output": Flag("string", "Output format. One of: text|json|yaml.", '"text"', "o"),
    "patches": Flag("string", 'A directory with files named "target[suffix][+patchtype].extension".'),
    "pod-network-cidr": Flag("string", "The addresses of the Pod network."),
    "print-config": Flag("", "Print the configuration that is used."),
    "print-join-command": Flag("", "Print the whole 'kubeadm join' command in place of the token."),
    "service-cidr": Flag("string", "The addresses of Services.", '"10.96.0.0/12"'),
    "service-dns-domain": Flag("string", "The domain of Services.", '"cluster.local"'),
    "show-managed-fields": Flag("", "Keep managed fields in JSON and YAML."),
    "skip-certificate-key-print": Flag("", "Do not print the certificate key."),
    "skip-phases": Flag("strings", "List of phases to be skipped."),
    "skip-token-print": Flag("", "Do not print the bootstrap token."),
    "tls-bootstrap-token": Flag("string", "The token with which the node asks for its certificate."),
    "token": Flag("string", "The token to establish trust with; its form is [a-z0-9]{6}.[a-z0-9]{16}."),
    "token-ttl": Flag("duration", "When the token is deleted (1s, 2m, 3h); 0 for never.", "24h0m0s"),
    "ttl": Flag("duration", "When the token is deleted (1s, 2m, 3h); 0 for never.", "24h0m0s"),
    "upload-certs": Flag("", "Upload control-plane certificates to the kubeadm-certs Secret."),
    "usages": Flag("strings", "How this token can be used.", "[signing,authentication]"),
    "validity-period": Flag("duration", "For how long the certificate is good.", "8760h0m0s"),
    "yes": Flag("", "Do not ask.", "", "y"),
}  # fmt: skip
SHORT = {flag.short: name for name, flag in FLAGS.items() if flag.short}
GLOBAL: Mapping[str, Flag] = {
    "rootfs": Flag("string", "The path to the root filesystem of the host."),
    "v": Flag("Level", "number for the log level verbosity"),
}
EVERYWHERE = ("rootfs", "v", "add-dir-header", "log-file", "log-file-max-size", "one-output", "skip-headers",
              "skip-log-headers")  # fmt: skip


def whole(given: Mapping[str, str]) -> dict[str, str]:
    """Flags by their long names."""
    return {SHORT.get(name, name): value for name, value in given.items()}


def usage(flags: Mapping[str, Flag]) -> str:
    """The lines of help about flags."""
    rows = []
    for name, flag in sorted(flags.items()):
        long = f"--{name} {flag.takes}" if flag.takes else f"--{name}"
        head = f"  -{flag.short}, {long}" if flag.short else f"      {long}"
        if len(name) == 1:
            head = f"  -{name}, --{name} {flag.takes}"
        default = f" (default {flag.default})" if flag.default else ""
        rows.append((head, f"{flag.about}{default}"))
    width = max(len(head) for head, _ in rows)
    return "\n".join(f"{head:<{width}}   {about}" for head, about in rows)
