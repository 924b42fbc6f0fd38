"""What an administrator sees and does on a node."""

import pytest

from simulator.spec import lab
from tests.nodes.terminal import Operator

CERTIFICATES = (
    "--cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt "
    "--key=/etc/kubernetes/pki/etcd/server.key"
)


@pytest.fixture
def operator() -> Operator:
    return Operator(lab(2))


def test_a_login_and_back(operator: Operator) -> None:
    assert operator.run("ssh node-1 hostname") == "node-1\n"
    operator.log_in("cp-1")
    assert "kube-scheduler.yaml" in operator.run("ls /etc/kubernetes/manifests")
    assert operator.run("cat /etc/hostname") == "cp-1\n"
    assert "Ready" in operator.run("kubectl get nodes")
    assert operator.log_out().endswith("Connection to cp-1 closed.\n")
    assert operator.run("ssh nobody") == "ssh: Could not resolve hostname nobody: Name or service not known\n"


def test_nobody_answers_at_a_machine_without_power(operator: Operator) -> None:
    operator.kubelet.outages.stop("node-2")
    assert "ssh: connect to host node-2 port 22: Connection timed out" in operator.run("ssh node-2", seconds=200)


def test_a_manifest_moved_away_in_the_shell(operator: Operator) -> None:
    operator.log_in("cp-1")
    operator.run("mkdir /etc/kubernetes/off; mv /etc/kubernetes/manifests/kube-scheduler.yaml /etc/kubernetes/off/")
    operator.world.advance(20)
    assert "kube-scheduler" not in operator.run("crictl ps --name kube-scheduler -q")
    operator.run("mv /etc/kubernetes/off/kube-scheduler.yaml /etc/kubernetes/manifests/")
    operator.world.advance(20)
    assert len(operator.run("crictl ps --name kube-scheduler -q")) == 65


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        pytest.param("mv /var/lib/kubelet/config.yaml /root/", "open /var/lib/kubelet/config.yaml: no such file or directory", id="no configuration"),
        pytest.param("sed -i s#pki/ca.crt#pki/wrong.crt# /var/lib/kubelet/config.yaml", "unable to load client CA file /etc/kubernetes/pki/wrong.crt", id="wrong path"),
        pytest.param("sed -i s#usr/bin/kubelet#usr/local/bin/kubelet# /usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf", "Failed at step EXEC spawning /usr/local/bin/kubelet: No such file or directory", id="wrong binary"),
    ],
)  # fmt: skip
def test_a_kubelet_that_does_not_start_says_why(operator: Operator, broken: str, words: str) -> None:
    operator.log_in("node-1")
    boot = operator.node("node-1")["status"]["nodeInfo"]["bootID"]
    operator.run(
        f"cp -r /var/lib/kubelet/config.yaml /root/kept; {broken}; systemctl daemon-reload; systemctl restart kubelet"
    )
    operator.world.advance(25)
    assert "Active: activating (auto-restart) (Result: exit-code)" in operator.run("systemctl status kubelet")
    assert words in operator.run("journalctl -u kubelet --no-pager -n 30")
    assert operator.run("systemctl is-active kubelet") == "activating\n"
    operator.world.advance(60)
    assert operator.condition(operator.node("node-1"), "Ready") == "Unknown"
    drop_in = "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf"
    operator.run(f"cp /root/kept /var/lib/kubelet/config.yaml; sed -i s#usr/local/bin#usr/bin# {drop_in}")
    operator.run("systemctl daemon-reload; systemctl restart kubelet")
    operator.world.advance(15)
    assert operator.condition(operator.node("node-1"), "Ready") == "True"
    assert operator.node("node-1")["status"]["nodeInfo"]["bootID"] == boot


def test_without_a_runtime(operator: Operator) -> None:
    operator.log_in("node-1")
    operator.run("systemctl stop containerd")
    assert "connect: no such file or directory" in operator.run("crictl ps")
    operator.world.advance(60)
    node = operator.node("node-1")
    assert operator.condition(node, "Ready") == "False"
    assert operator.condition(node, "Ready", "message") == "container runtime is down"
    operator.world.advance(200)
    assert "PLEG is not healthy" in operator.condition(operator.node("node-1"), "Ready", "message")
    assert 'err="[container runtime is down, PLEG' in operator.run("journalctl -u kubelet -n 3 --no-pager")
    operator.run("systemctl start containerd")
    operator.world.advance(15)
    assert operator.condition(operator.node("node-1"), "Ready") == "True"


def test_the_runtime_knows_its_containers(operator: Operator) -> None:
    operator.deploy("web", 1)
    operator.world.advance(20)
    pod = operator.pods("web")[0]
    operator.log_in(pod["spec"]["nodeName"])
    shown = operator.run("crictl ps --name main")
    assert shown.startswith("CONTAINER           IMAGE") and pod["metadata"]["name"] in shown
    identity = operator.run("crictl ps --name main -q").strip()
    assert "start worker process" in operator.run(f"crictl logs {identity}")
    assert operator.run(f"crictl exec {identity} hostname") == pod["metadata"]["name"] + "\n"
    assert f'"id": "{identity}"' in operator.run(f"crictl inspect {identity}")
    operator.run(f"crictl stop {identity}")
    operator.world.advance(10)
    assert "Exited" in operator.run("crictl ps -a --name main")
    assert operator.pods("web")[0]["status"]["containerStatuses"][0]["restartCount"] == 1
    log = f"/var/log/pods/default_{pod['metadata']['name']}_{pod['metadata']['uid']}/main/0.log"
    assert " stderr F " in operator.run(f"cat {log}") or " stdout F " in operator.run(f"cat {log}")


def test_a_debugging_pod_sees_the_node(operator: Operator) -> None:
    shown = operator.run("kubectl debug node/node-1 -q --image=busybox:1.37 -- cat /host/etc/hostname")
    operator.world.advance(15)
    name = next(pod["metadata"]["name"] for pod in operator.cluster.store.list("pods", "default"))
    assert operator.run(f"kubectl logs {name}") == "node-1\n", shown


def test_etcd_goes_back_to_a_snapshot(operator: Operator) -> None:
    operator.deploy("before", 1)
    operator.world.advance(15)
    operator.log_in("cp-1")
    assert "context deadline exceeded" in operator.run("etcdctl member list")
    assert "cp-1, https://10.0.0.10:2380" in operator.run(f"etcdctl {CERTIFICATES} member list")
    assert "is healthy" in operator.run(f"etcdctl {CERTIFICATES} endpoint health")
    assert "/registry/deployments/default/before" in operator.run(
        f"etcdctl {CERTIFICATES} get /registry --prefix --keys-only"
    )
    operator.run(f"etcdctl {CERTIFICATES} snapshot save /opt/snap.db")
    operator.deploy("after", 1)
    operator.world.advance(15)
    operator.run("etcdutl snapshot restore /opt/snap.db --data-dir /var/lib/etcd-restored")
    operator.run("sed -i s#path:\\ /var/lib/etcd#path:\\ /var/lib/etcd-restored# /etc/kubernetes/manifests/etcd.yaml")
    operator.world.advance(180)
    assert [pod["metadata"]["labels"]["app"] for pod in operator.cluster.store.list("pods", "default")] == ["before"]
    assert operator.ready("before") == 1
    operator.run("sed -i s#/var/lib/etcd-restored#/var/lib/etcd# /etc/kubernetes/manifests/etcd.yaml")
    operator.world.advance(180)
    assert operator.ready("after") == 1, "the folder of before holds what was stored then"


def test_a_worker_leaves_and_joins(operator: Operator) -> None:
    operator.log_in("node-2")
    operator.run("kubeadm reset -f")
    operator.world.advance(70)
    assert operator.condition(operator.node("node-2"), "Ready") == "Unknown"
    operator.log_out()
    operator.log_in("cp-1")
    command = operator.run("kubeadm token create --print-join-command").strip()
    assert command.split()[4] in operator.run("kubeadm token list")
    operator.run("kubectl delete node node-2")
    operator.log_out()
    operator.log_in("node-2")
    assert "This node has joined the cluster:" in operator.run(command)
    operator.world.advance(20)
    assert operator.condition(operator.node("node-2"), "Ready") == "True"


def test_rebooting(operator: Operator) -> None:
    operator.deploy("web", 2)
    operator.world.advance(20)
    boot = operator.node("node-1")["status"]["nodeInfo"]["bootID"]
    operator.log_in("node-1")
    operator.prompt = "you@lab:~$ "
    assert "closed by remote host" in operator.run("reboot")
    operator.world.advance(90)
    assert operator.node("node-1")["status"]["nodeInfo"]["bootID"] != boot
    assert operator.condition(operator.node("node-1"), "Ready") == "True" and operator.ready("web") == 2
    assert any(text.startswith("Warning Rebooted") for text in operator.events("node-1"))


def test_what_a_node_says_of_itself(operator: Operator) -> None:
    operator.log_in("cp-1")
    assert operator.run("sudo hostname") == "cp-1\n"
    assert operator.run("nproc") == "4\n"
    assert operator.run("free -m").splitlines()[1].split()[1] == "8192"
    assert operator.run("df -h /").splitlines()[1].split()[:2] == ["/dev/vda1", "97G"]
    listed = operator.run("ps -ef")
    for words in (
        "/sbin/init",
        "/usr/bin/containerd",
        "/usr/bin/kubelet --bootstrap",
        "kube-apiserver --advertise-address",
    ):
        assert words in listed, words
    operator.run("systemctl stop kubelet")
    assert "/usr/bin/kubelet --bootstrap" not in operator.run("ps aux")
    assert "127.0.0.1:2379" in operator.run("ss -tln")


def test_from_a_debugging_pod_to_the_node(operator: Operator) -> None:
    operator.world.machines.type("t", b"kubectl debug node/node-1 -q -it --image=busybox:1.37\r")
    operator.prompt = "/ # "
    operator._wait(20)
    assert operator.run("ls /host/etc/kubernetes/manifests; hostname") == "node-1\n"
    operator.prompt = "root@node-1:~# "
    operator.run("chroot /host")
    assert "kube-proxy" in operator.run("crictl ps")
    operator.prompt = "/ # "
    operator.run("exit")
    operator.prompt = "you@lab:~$ "
    operator.run("exit")


def test_a_certificate_for_a_kubelet(operator: Operator) -> None:
    operator.kubelet.outages.expire_certificate("node-1")
    operator.world.advance(70)
    assert operator.condition(operator.node("node-1"), "Ready") == "Unknown"
    operator.log_in("cp-1")
    command = "kubeadm kubeconfig user --org system:nodes --client-name system:node:node-1"
    operator.run(f"{command} > /root/node-1.conf")
    operator.run("ssh node-1 'cat > /etc/kubernetes/kubelet.conf' < /root/node-1.conf")
    operator.run("ssh node-1 systemctl restart kubelet")
    operator.world.advance(20)
    assert operator.condition(operator.node("node-1"), "Ready") == "True"
