"""Whoever is root on a node can break the node, and no more."""

from simulator.spec import lab
from tests.nodes.terminal import Operator

ETCD = (
    "etcdctl --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt "
    "--key=/etc/kubernetes/pki/etcd/server.key"
)
MANIFEST = (
    "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{}}}\nspec: {{containers: [{{name: c, image: 'nginx:1.29'}}]}}\n"
)


def test_floods_are_dammed() -> None:
    operator = Operator(lab(1))
    files = operator.files("node-1")
    for number in range(200):
        files.write(f"/etc/kubernetes/manifests/p{number:03}.yaml", MANIFEST.format(number))
    operator.world.advance(30)
    assert len(operator.cluster.store.list("pods", "default")) == 110
    operator.log_in("cp-1")
    operator.run("for i in $(seq 101); do kubeadm token create; done > /dev/null", seconds=600)
    assert "database space exceeded" in operator.run("kubeadm token create")
    assert operator.run(f"{ETCD} put a $(head -c 60000 /dev/zero | tr '\\0' x)") == "OK\n"
    for number in range(20):
        operator.run(f"{ETCD} put b{number} $(head -c 60000 /dev/zero | tr '\\0' x)")
    assert "database space exceeded" in operator.run(f"{ETCD} put c $(head -c 60000 /dev/zero | tr '\\0' x)")


def test_nonsense_in_the_places_that_are_read() -> None:
    operator = Operator(lab(1))
    for content in (b"\x00\xff", b"[", b"kind: Pod", b"kind: Pod\nmetadata: 3\nspec: x", b"- " * 200_000):
        operator.files("cp-1").write("/etc/kubernetes/manifests/x.yaml", content)
        operator.world.advance(3)
    for content in (
        b"\x00\xff",
        b"[",
        b"kind: KubeletConfiguration\nauthentication: 3\nstaticPodPath: [1]",
        b"a: " * 90_000,
        b"kind: KubeletConfiguration\ncontainerRuntimeEndpoint: {a: 1}",
    ):
        operator.files("node-1").write("/var/lib/kubelet/config.yaml", content)
        operator.kubelet.services.restart("node-1", "kubelet")
        operator.world.advance(15)
    operator.files("node-1").write("/etc/kubernetes/kubelet.conf", b"clusters: [[]]\nusers: {}")
    operator.kubelet.services.restart("node-1", "kubelet")
    operator.files("cp-1").write("/var/lib/etcd/member/snap/db", b"etcd-live \xff")
    operator.kubelet.runtime.kill(next(
        row["machine"] for (_, name), row in operator.kubelet.containers.rows.items() if name == "etcd"
    ))  # fmt: skip
    operator.world.advance(120)
    operator.log_in("cp-1")
    for line in ("crictl logs", "crictl exec x", "crictl inspect ''", "etcdctl get", "etcdutl snapshot restore /etc/passwd",
                 "journalctl -n", "journalctl --since yesteryear", "systemctl", "systemctl start", "kubeadm join x y", "ssh",
                 "sudo", "chroot", "kubeadm certs renew", "journalctl -u", "crictl ps --name"):  # fmt: skip
        operator.run(line)
    assert operator.log_out()
