"""The machine at which a learner sits: home directory, tools, kubeconfig."""

from simulator.api.requests import ADMINISTRATOR, User
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.pki import credentials, encoded, root_pem
from simulator.runtime.images.workstation import WORKSTATION_LAYERS
from simulator.runtime.machines import Machines
from simulator.runtime.nodes import directory, file
from simulator.spec import ClusterSpec, node_address

NAME = "workstation"
HOME = "/home/you"
ADMINISTRATORS = "kubeadm:cluster-admins"
"""The group that every cluster binds to cluster-admin."""
USER = 1000
BASHRC = r"""PS1='\[\e[32m\]\u@\h:\w\$\[\e[0m\] '
alias ll='ls -l'
"""


def furnish(machines: Machines, clusters: list[tuple[ClusterSpec, str]]) -> None:
    """Create the workstation with a kubeconfig for these clusters (each with its server's URL)."""
    machines.create(
        NAME,
        layers=WORKSTATION_LAYERS,
        files={
            HOME: directory(owner=USER, group=USER),
            f"{HOME}/.kube": directory(owner=USER, group=USER),
            f"{HOME}/.kube/config": file(yaml.dump(kubeconfig(clusters)), mode=0o600, owner=USER, group=USER),
            f"{HOME}/.bashrc": file(BASHRC, owner=USER, group=USER),
            "/etc/resolv.conf": file("nameserver 10.0.0.2\n"),
            "/etc/hosts": file(hosts([spec for spec, _ in clusters])),
            "/etc/passwd": file(f"root:x:0:0:root:/root:/bin/bash\nyou:x:{USER}:{USER}:,,,:{HOME}:/bin/bash\n"),
            "/etc/group": file(f"root:x:0:\nyou:x:{USER}:\n"),
        },
        env={"HOME": HOME, "USER": "you", "LOGNAME": "you", "SHELL": "/bin/bash", "LANG": "C.UTF-8", "EDITOR": "vi"},
        hostname="lab",
        user=USER,
        groups=(USER,),
        cwd=HOME,
    )
    machines.spawn(NAME, ["/sbin/init"], stdout="null", stderr="null")


def hosts(clusters: list[ClusterSpec]) -> str:
    """`/etc/hosts`: the nodes of the first cluster by their names, those of every cluster as `NODE.CLUSTER`."""
    lines = ["127.0.0.1\tlocalhost", "127.0.1.1\tlab"]
    for number, spec in enumerate(clusters):
        for place, node in enumerate(spec.nodes if "kubelet" not in spec.without else ()):
            own = f"{node.name}.{spec.name}"
            lines.append(f"{node_address(number, place)}\t{own if number else f'{node.name} {own}'}")
    return "\n".join(lines) + "\n"


def kubeconfig(clusters: list[tuple[ClusterSpec, str]]) -> Object:
    """A kubeconfig whose current context is the first cluster."""
    entries, contexts, users = [], [], []
    for number, (spec, server) in enumerate(clusters):
        name = spec.name
        user = f"{name}-admin" if number else "kubernetes-admin"
        entries.append({"cluster": {"server": server, **ca_of(server)}, "name": name})
        contexts.append({"context": {"cluster": name, "user": user}, "name": name})
        holder = User(user, (ADMINISTRATORS,)) if number else ADMINISTRATOR
        certificate, key = map(encoded, credentials(holder))
        users.append({"name": user, "user": {"client-certificate-data": certificate, "client-key-data": key}})
    return {
        "apiVersion": "v1",
        "clusters": entries,
        "contexts": contexts,
        "current-context": clusters[0][0].name if clusters else "",
        "kind": "Config",
        "users": users,
    }


def ca_of(server: str) -> Object:
    return {"certificate-authority-data": encoded(root_pem())} if server.startswith("https") else {}
