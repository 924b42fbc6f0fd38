"""Mistakes on nodes as an administrator finds them: in `systemctl`, `journalctl`, `crictl` and `kubectl`."""

import pytest

from simulator.spec import lab
from simulator.world import World
from tests.nodes.terminal import Operator

CONFIG, FLAGS = "/var/lib/kubelet/config.yaml", "/var/lib/kubelet/kubeadm-flags.env"
RESTART = "systemctl restart kubelet; sleep 1; journalctl -u kubelet -p warning --no-pager; systemctl is-active kubelet"


def on(node: str, workers: int = 1) -> Operator:
    operator = Operator(lab(workers))
    operator.log_in(node)
    return operator


@pytest.fixture(scope="module")
def worker() -> Operator:
    return on("node-1")


REFUSED = (
    ("maxPods: -1", "error: invalid configuration: maxPods (--max-pods) -1 must not be a negative number, path: &TypeMeta{Kind:,APIVersion:,}"),
    ("imageGCHighThresholdPercent: 70", "imageGCLowThresholdPercent (--image-gc-low-threshold) 80 must be less than imageGCHighThresholdPercent (--image-gc-high-threshold) 70"),
    ("maxParallelImagePulls: 3", "maxParallelImagePulls cannot be larger than 1 unless SerializeImagePulls (--serialize-image-pulls) is set to false"),
    ("topologyManagerPolicy: best", 'topologyManagerPolicy (--topology-manager-policy) "best" must be one of: ["none" "best-effort" "restricted" "single-numa-node"]'),
    ("topologyManagerScope: node", 'topologyManagerScope (--topology-manager-scope) "node" must be one of: "container", or "pod"'),
    ("enforceNodeAllocatable: [kube-reserved]", 'kubeReservedCgroup (--kube-reserved-cgroup) must be specified when "kube-reserved" contained in enforceNodeAllocatable (--enforce-node-allocatable)'),
    ("hairpinMode: bridge", 'option "bridge" specified for hairpinMode (--hairpin-mode). Valid options are "none", "hairpin-veth" or "promiscuous-bridge"'),
    ("cpuManagerPolicy: dynamic", 'failed to run Kubelet: unknown policy: "dynamic"'),
    ("cpuManagerPolicy: static", "failed to run Kubelet: [cpumanager] the static policy requires systemreserved.cpu + kubereserved.cpu to be greater than zero"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("doing", "undoing", "shown", "state"),
    [
        pytest.param(f"sed -i 's/ARGS=\"/ARGS=\"--network-plugin=cni /' {FLAGS}", f"sed -i 's/--network-plugin=cni //' {FLAGS}",
                     'err="failed to parse kubelet flag: unknown flag: --network-plugin"', "activating", id="a flag of former times"),
        pytest.param("echo KUBELET_EXTRA_ARGS=--node-labels=node-role.kubernetes.io/worker= > /etc/default/kubelet", "echo KUBELET_EXTRA_ARGS= > /etc/default/kubelet",
                     "unknown 'kubernetes.io' or 'k8s.io' labels specified with --node-labels: [node-role.kubernetes.io/worker]", "activating", id="a label that no kubelet gives"),
        pytest.param(f"sed -i 's#pki/ca.crt#pki/x.crt#' {CONFIG}", f"sed -i 's#pki/x.crt#pki/ca.crt#' {CONFIG}",
                     "unable to load client CA file /etc/kubernetes/pki/x.crt: open /etc/kubernetes/pki/x.crt: no such file or directory", "activating", id="an authority that is not there"),
        pytest.param(f"echo 'evictionHard: 5' >> {CONFIG}", f"sed -i /evictionHard/d {CONFIG}",
                     "json: cannot unmarshal number into Go struct field KubeletConfiguration.evictionHard of type map[string]string", "activating", id="a value of another type"),
        pytest.param(f"echo 'maxPod: 5' >> {CONFIG}", f"sed -i /maxPod/d {CONFIG}",
                     '"Using lenient decoding as strict decoding failed" err="strict decoding error: unknown field \\"maxPod\\""', "active", id="a field that nobody knows"),
        pytest.param(f"sed -i 's/^kind: .*/kind: Kubelet/' {CONFIG}", f"sed -i 's/^kind: .*/kind: KubeletConfiguration/' {CONFIG}",
                     'no kind \\"Kubelet\\" is registered for version \\"kubelet.config.k8s.io/v1beta1\\"', "activating", id="another kind"),
        pytest.param(f"echo 'evictionSoft: {{memory.available: 1Gi}}' >> {CONFIG}", f"sed -i /evictionSoft/d {CONFIG}",
                     "grace period must be specified for the soft eviction threshold memory.available", "activating", id="a soft threshold without patience"),
        *(pytest.param(f"echo '{line}' >> {CONFIG}", f"sed -i '$d' {CONFIG}", shown.replace('"', '\\"'), "activating", id=line.partition(":")[0]) for line, shown in REFUSED),
    ],
)  # fmt: skip
def test_a_kubelet_says_why_it_does_not_start(
    doing: str, undoing: str, shown: str, state: str, worker: Operator
) -> None:
    worker.run(doing)
    printed = worker.run(RESTART)
    assert shown in printed and printed.splitlines()[-1] == state
    worker.run(f"{undoing}; systemctl restart kubelet")
    assert worker.run("systemctl is-active kubelet") == "active\n"
    worker.world.advance(1)


def test_a_drop_in_counts_once_it_is_read() -> None:
    operator = on("node-1")
    folder = "/etc/systemd/system/kubelet.service.d"
    operator.run(
        f"mkdir {folder}; printf '[Service]\\nEnvironmentFile=-/root/more\\nEnvironment=\"A=--no-such\"\\n' > {folder}/20.conf"
    )
    operator.run(
        f"printf 'ExecStart=\\nExecStart=/usr/bin/kubelet --config={CONFIG} --kubeconfig=/etc/kubernetes/kubelet.conf $A\\n' >> {folder}/20.conf"
    )
    warning = "Warning: The unit file, source configuration file or drop-ins of kubelet.service changed on disk."
    assert warning in operator.run("systemctl restart kubelet")
    assert operator.run("systemctl is-active kubelet") == "active\n"
    operator.run("systemctl daemon-reload; systemctl restart kubelet")
    shown = operator.run("systemctl status kubelet --no-pager")
    assert "             └─20.conf\n" in shown and "unknown flag: --no-such" in shown
    saved = World.restore(operator.world.save())
    assert saved.cluster.kubelet is not None
    assert "no-such" in saved.cluster.kubelet.services.command_line("node-1")
    operator.run(f"rm -r {folder}; systemctl daemon-reload; systemctl restart kubelet")
    assert (
        operator.run("systemctl show kubelet -p ActiveState,NeedDaemonReload")
        == "ActiveState=active\nNeedDaemonReload=no\n"
    )


def test_a_unit_is_edited() -> None:
    operator = on("node-1")
    operator.run(
        "printf '#!/bin/sh\\nprintf \"[Service]\\\\nEnvironment=KUBELET_EXTRA_ARGS=--max-pods=7\\\\n\" > $1\\n' > ed; chmod +x ed; rm /etc/default/kubelet"
    )
    shown = operator.run("SYSTEMD_EDITOR=/root/ed systemctl edit kubelet")
    assert "Successfully installed edited file '/etc/systemd/system/kubelet.service.d/override.conf'." in shown
    operator.run("systemctl restart kubelet")
    operator.world.advance(20)
    operator.log_out()
    assert (
        operator.run("kubectl get node node-1 -o jsonpath='{.status.capacity.pods} {.status.allocatable.pods}'")
        == "7 7"
    )


def test_a_kubelet_that_is_killed_comes_back() -> None:
    operator = on("node-1")
    operator.run("systemctl kill kubelet")
    assert operator.run("systemctl is-active kubelet") == "activating\n"
    operator.world.advance(11)
    assert operator.run("systemctl is-active kubelet") == "active\n"
    assert "kubelet.service     loaded active     running" in operator.run("systemctl list-units --state=running")


def test_a_scheduler_that_asks_elsewhere_chooses_nothing() -> None:
    operator = on("cp-1")
    operator.run(
        "sed -i s/6443/6553/ /etc/kubernetes/scheduler.conf; crictl stop $(crictl ps -q --name kube-scheduler)"
    )
    operator.world.advance(30)
    operator.run("kubectl run web --image=nginx")
    operator.world.advance(10)
    assert "Pending" in operator.run("kubectl get pod web")
    said = operator.run("kubectl -n kube-system logs kube-scheduler-cp-1 --tail 1")
    assert '"Error retrieving lease lock" err="Get \\"https://10.0.0.10:6553/apis/coordination.k8s.io/v1/' in said
    operator.run(
        "sed -i s/6553/6443/ /etc/kubernetes/scheduler.conf; crictl stop $(crictl ps -q --name kube-scheduler)"
    )
    operator.world.advance(60)
    assert "Running" in operator.run("kubectl get pod web")


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ("echo > {}", "invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable"),
        ("sed -i 's/certificate-authority-data: .*/certificate-authority-data: eA==/' {}", "x509: certificate signed by unknown authority"),
        ("sed -i 's/client-certificate-data: .*/client-certificate-data: eA==/' {}", 'err="Unauthorized" lock="kube-system/kube-controller-manager"'),
        ("sed -i 's/^clusters:/clusters/' {}", "error loading config file"),
    ],
)  # fmt: skip
def test_a_controller_manager_with_a_broken_kubeconfig(change: str, shown: str) -> None:
    operator = on("cp-1")
    operator.run(change.format("/etc/kubernetes/controller-manager.conf"))
    operator.run("crictl stop $(crictl ps -q --name kube-controller-manager)")
    operator.world.advance(15)
    assert shown in operator.run("crictl logs $(crictl ps -aq --name kube-controller-manager | head -1)")
    operator.run("kubectl create deployment web --image=nginx")
    operator.world.advance(10)
    assert operator.run("kubectl get pods") == "No resources found in default namespace.\n"


def test_a_manifest_that_is_no_pod() -> None:
    operator = on("cp-1")
    operator.run("sed -i 's/containers:/containerz:/' /etc/kubernetes/manifests/kube-scheduler.yaml")
    operator.world.advance(5)
    shown = operator.run("journalctl -u kubelet -n 1 -o cat")
    assert (
        'err="/etc/kubernetes/manifests/kube-scheduler.yaml: invalid pod: [spec.containers: Required value]"' in shown
    )


def test_a_pod_that_does_not_come_up_is_in_the_journal() -> None:
    operator = on("cp-1")
    operator.run(
        "sed -i 's/kube-scheduler:v1.37.1/kube-scheduler:v9.9.9/' /etc/kubernetes/manifests/kube-scheduler.yaml"
    )
    operator.world.advance(20)
    said = operator.run("journalctl -u kubelet -n 20 -o cat")
    assert (
        'err="failed to \\"StartContainer\\" for \\"kube-scheduler\\" with ErrImagePull: \\"rpc error: code = NotFound'
        in said
    )


def test_a_kubelet_keeps_back_what_it_is_told_to() -> None:
    operator = on("node-1")
    operator.run(
        f"printf 'kubeReserved: {{cpu: 200m, memory: 1Gi}}\\nmaxPods: 30\\n' >> {CONFIG}; systemctl restart kubelet"
    )
    operator.world.advance(20)
    operator.log_out()
    shown = operator.run(
        "kubectl get node node-1 -o jsonpath='{.status.allocatable.cpu} {.status.allocatable.memory} {.status.allocatable.pods}'"
    )
    assert shown == "3700m 6291456Ki 30"
    operator.run(f"ssh node-1 \"sed -i '/kubeReserved/d; /maxPods/d' {CONFIG}; systemctl restart kubelet\"")
    operator.world.advance(20)
    assert (
        operator.run("kubectl get node node-1 -o jsonpath='{.status.allocatable.cpu} {.status.capacity.pods}'")
        == "3900m 110"
    )
    pinning = (
        "cpuManagerPolicy: static\\ntopologyManagerPolicy: restricted\\nkubeReserved: {cpu: 100m}\\npodsPerCore: 6"
    )
    operator.run(f"ssh node-1 \"printf '{pinning}\\n' >> {CONFIG}; systemctl restart kubelet\"")
    operator.world.advance(20)
    assert operator.run("kubectl get node node-1 -o jsonpath='{.status.capacity.pods}'") == "24"
    said = "This lab reads cpuManagerPolicy: static, topologyManagerPolicy: restricted, and nothing follows"
    assert said in operator.run("ssh node-1 'journalctl -u kubelet -p warning --no-pager'")


def test_pods_end_before_their_machine_goes_down() -> None:
    operator = Operator(lab(1))
    operator.run("kubectl create deployment web --image=nginx")
    operator.world.advance(20)
    operator.run(
        f"ssh node-1 \"sed -i 's/shutdownGracePeriod: 0s/shutdownGracePeriod: 20s/; s/CriticalPods: 0s/CriticalPods: 5s/' {CONFIG}; systemctl restart kubelet\""
    )
    operator.world.advance(12)
    operator.run("ssh node-1 reboot")
    operator.world.advance(1)
    assert "node is shutting down" in operator.run("kubectl describe node node-1")
    gone = [pod for pod in operator.pods("web") if pod["status"]["phase"] == "Failed" or pod["status"].get("reason")]
    assert [pod["status"].get("message") for pod in gone] == [
        "Pod was terminated in response to imminent node shutdown."
    ]
    operator.world.advance(70)
    assert operator.condition(operator.node("node-1"), "Ready") == "True" and operator.ready("web") == 1


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("sysctl net.ipv4.ip_forward", "net.ipv4.ip_forward = 1\n"),
        ("sysctl -w net.ipv4.ip_forward=0 vm.swappiness=10; cat /proc/sys/vm/swappiness; sysctl --system | tail -1; sysctl -n net.ipv4.ip_forward", "10\nnet.ipv4.ip_forward = 1\n1\n"),
        ("sysctl no.such", "sysctl: cannot stat /proc/sys/no/such: No such file or directory\n"),
        ("modprobe ip_vs; lsmod | grep -c ip_vs; modprobe x", "1\nmodprobe: FATAL: Module x not found"),
        ("swapoff -a; swapon --show; cat /proc/swaps | wc -l", "1\n"),
        ("journalctl --disk-usage", "Archived and active journals take up 8M in the file system.\n"),
        ("journalctl -k -n 1 -o cat", "bridge: filtering via arp"),
        ("hostnamectl hostname", "node-1\n"),
        ("crictl ps -aq --name kube-proxy | wc -c", "65\n"),
        ("crictl statsp | head -1", "POD ID              POD "),
        ("crictl | head -2", "NAME:\n   crictl - client for CRI\n"),
        ("ctr -n k8s.io images ls -q | grep pause", "registry.k8s.io/pause:3.10.1\n"),
        ("ctr -n k8s.io c ls | grep -c pause", "3\n"),
        ("ctr images ls -q | wc -l", "0\n"),
    ],
)  # fmt: skip
def test_programs_of_a_node(line: str, shown: str, worker: Operator) -> None:
    assert shown in worker.run(line)


def test_a_container_runtime_says_what_is_wrong_with_its_file() -> None:
    operator = on("node-1")
    config = "/etc/containerd/config.toml"
    operator.run(
        f"cp {config} kept; sed -i 's/^version = 3/version = 3\\ndisabled_plugins = [\"cri\"]/' {config}; systemctl restart containerd"
    )
    unknown = "rpc error: code = Unimplemented desc = unknown service runtime.v1.RuntimeService"
    assert unknown in operator.run("crictl ps")
    operator.run("systemctl restart kubelet")
    assert unknown in operator.run("journalctl -u kubelet -p err -n 1")
    operator.run(f"echo '[[[' > {config}; systemctl restart containerd")
    assert operator.run("systemctl is-active containerd") == "activating\n"
    assert "containerd: failed to load TOML: /etc/containerd/config.toml: toml: " in operator.run(
        "journalctl -u containerd -n 3"
    )
    operator.run(f"cp kept {config}; systemctl restart containerd kubelet")
    operator.world.advance(15)
    assert operator.condition(operator.node("node-1"), "Ready") == "True"


def test_a_node_whose_network_has_no_configuration() -> None:
    operator = on("node-1")
    operator.run("rm /etc/cni/net.d/10-kindnet.conflist")
    operator.world.advance(5)
    why = "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"
    assert operator.condition(operator.node("node-1"), "Ready", "message") == why
    assert '"NetworkPluginNotReady"' in operator.run("crictl info")
    operator.log_out()
    operator.run(
        'kubectl run a --image=nginx --overrides=\'{"spec":{"nodeName":"node-1","tolerations":[{"operator":"Exists"}]}}\''
    )
    operator.world.advance(5)
    assert f"Warning NetworkNotReady: network is not ready: {why}" in list(operator.events("a"))
    saved = World.restore(operator.world.save())
    operator.run("kubectl -n kube-system delete pod -l app=kindnet")
    operator.world.advance(20)
    assert "Running" in operator.run("kubectl get pod a")
    assert operator.condition(operator.node("node-1"), "Ready") == "True"
    saved.advance(10)
    assert saved.cluster.kubelet is not None and saved.cluster.kubelet.cni.is_missing("node-1")


def test_a_pod_that_sees_the_processes_of_its_node_enters_it() -> None:
    operator = Operator(lab(1))
    entering = "-it --image=busybox -- nsenter -t 1 -m -u -n -i systemctl is-active kubelet"
    assert operator.run(f"kubectl debug node/node-1 --profile=sysadmin {entering}").endswith("active\n")
    refused = "nsenter: can't open '/proc/1/ns/mnt': Permission denied\n"
    assert refused in operator.run(f"kubectl debug node/node-1 --profile=general {entering}")


def test_a_container_is_entered_by_the_number_of_its_process() -> None:
    operator = Operator(lab(1))
    operator.run("kubectl run web --image=nginx:1.29")
    operator.world.advance(10)
    operator.log_in("node-1")
    template = "--output go-template --template '{{.info.pid}} {{.status.metadata.name}}'"
    number, name = operator.run(f"crictl inspect {template} $(crictl ps -q --name web)").split()
    assert name == "web" and any(
        line.split()[1] == number and "nginx" in line for line in operator.run("ps -ef").splitlines()
    )
    assert operator.run(f"nsenter -t {number} -a hostname") == "web\n"
    assert "50x.html" in operator.run(f"nsenter --target {number} --mount --net -- ls /usr/share/nginx/html")
    assert "simulated; -a enters it with its own programs" in operator.run(f"nsenter -t {number} -n ip addr")
    assert "can't open '/proc/77/ns/mnt': No such file or directory" in operator.run("nsenter -t 77 -a hostname")


def test_who_listens_on_a_node() -> None:
    operator = on("cp-1")
    shown = operator.run("ss -tlnp")
    assert '0.0.0.0:10250      0.0.0.0:*    users:(("kubelet",pid=' in shown and '("etcd",pid=' in shown
    places = [line.split()[3] for line in shown.splitlines()[1:]]
    assert places[:2] == ["0.0.0.0:22", "10.0.0.10:2379"] and "127.0.0.1:2379" in places
    assert {"127.0.0.1:10248", "127.0.0.1:10249", "0.0.0.0:10256", "127.0.0.1:10257", "127.0.0.1:10259"} < {*places}
    pid = operator.run("pgrep etcd || ps -ef | grep '[e]tcd --' | awk '{print $2}'").split()[-1]
    assert f"{pid}/etcd" in operator.run("netstat -tlnp | grep 2379")
    operator.run("systemctl stop kubelet")
    assert operator.run("ss -tlnp | grep -c kubelet") == "0\n"


def test_a_lease_goes_with_its_node() -> None:
    operator = Operator(lab(1))
    lease = "kubectl -n kube-node-lease get lease node-1 -o jsonpath='{.metadata.ownerReferences[0].kind}/{.metadata.ownerReferences[0].name}'"
    assert operator.run(lease) == "Node/node-1"
    operator.run("ssh node-1 systemctl stop kubelet; kubectl delete node node-1")
    operator.world.advance(5)
    assert "NotFound" in operator.run(lease)
    operator.run("ssh node-1 systemctl start kubelet")
    operator.world.advance(15)
    assert operator.run(lease) == "Node/node-1"
