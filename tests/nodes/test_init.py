"""A node that belongs to no cluster begins one with kubeadm init; others join it."""

import pytest

from simulator.spec import lab
from simulator.world import World
from tests.nodes.terminal import Operator

POD_NAMES = "kubectl get pods -A --no-headers | awk '{print $2}'"


def reset() -> Operator:
    """Somebody at a control-plane node of no cluster; one worker still believes in the cluster before."""
    operator = Operator(lab(1))
    operator.run("kubectl create deployment web --image=nginx")
    operator.log_in("cp-1")
    operator.run("kubeadm reset -f")
    return operator


def join_command(operator: Operator, printed: str) -> str:
    return printed[printed.index("kubeadm join ") :].replace("\\\n\t", "").strip()


def test_a_control_plane_that_runs_is_not_initialised_again() -> None:
    operator = Operator(lab(1))
    operator.log_in("cp-1")
    refused = operator.run("kubeadm init")
    assert "\t[ERROR Port-6443]: Port 6443 is in use\n" in refused
    manifest = "/etc/kubernetes/manifests/etcd.yaml"
    assert f"\t[ERROR FileAvailable--etc-kubernetes-manifests-etcd.yaml]: {manifest} already exists\n" in refused
    assert "\t[ERROR DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty\n" in refused
    assert "NotReady" not in operator.run("kubectl get nodes")


def test_reset_takes_a_control_plane_away() -> None:
    operator = reset()
    assert operator.run("crictl ps -q; ls /etc/kubernetes/manifests; systemctl is-active kubelet") == "inactive\n"
    assert "was refused - did you specify the right host or port?" in operator.run("kubectl get nodes")
    operator.log_out()
    assert "was refused - did you specify the right host or port?" in operator.run("kubectl get nodes")


def test_a_new_cluster_has_nothing_of_the_one_before() -> None:
    operator = reset()
    printed = operator.run("kubeadm init --pod-network-cidr=10.244.0.0/16", seconds=120)
    assert printed.startswith("[init] Using Kubernetes version: v1.37.1\n[preflight] Running pre-flight checks\n")
    assert "\nYour Kubernetes control-plane has initialized successfully!\n" in printed
    operator.world.advance(40)
    names = sorted(operator.run(POD_NAMES).split())
    assert [name.rpartition("-")[0] for name in names[:2]] == ["coredns-" + names[0].split("-")[1]] * 2
    assert names[2:6] == [
        "etcd-cp-1",
        "kube-apiserver-cp-1",
        "kube-controller-manager-cp-1",
        "kube-proxy-" + names[5][-5:],
    ]
    assert names[6:] == ["kube-scheduler-cp-1"]
    assert operator.run("kubectl get nodes -o name") == "node/cp-1\n"
    assert " up 2 min, " in operator.run("uptime")  # the machine has not been switched off
    assert operator.run("kubectl get ns -o name | wc -l").strip() == "4"
    assert "member" in operator.run("ls /var/lib/etcd")
    operator.log_out()
    assert "condition met" in operator.run("kubectl wait -n kube-system --for=condition=Available deploy/coredns")


def test_a_worker_of_the_cluster_before_joins_once_it_is_reset() -> None:
    operator = reset()
    joining = join_command(operator, operator.run("kubeadm init", seconds=120))
    operator.log_out()
    operator.world.advance(60)
    assert operator.run("kubectl get nodes -o name") == "node/cp-1\n"
    operator.log_in("node-1")
    assert "nginx" in operator.run("crictl ps")  # nobody told its kubelet
    assert "[ERROR Port-10250]: Port 10250 is in use" in operator.run(joining)
    operator.run("kubeadm reset -f")
    assert operator.run("crictl ps -q") == ""
    assert "This node has joined the cluster:" in operator.run(joining)
    operator.log_out()
    assert "node/node-1 condition met" in operator.run(
        "kubectl wait --for=condition=Ready node/node-1 --timeout=60s", 90
    )
    operator.run("kubectl create deployment api --image=nginx")
    assert "condition met" in operator.run("kubectl wait --for=condition=Available deploy/api", 60)
    assert operator.run("kubectl get pods -o jsonpath='{.items[*].spec.nodeName}'") == "node-1"


def test_a_cluster_of_an_older_release() -> None:
    operator = reset()
    refused = operator.run("kubeadm init --kubernetes-version v1.38.0")
    assert "[ERROR KubernetesVersion]: Kubernetes version is greater than kubeadm version." in refused
    operator.run("kubeadm init --kubernetes-version v1.36.2", seconds=120)
    assert "Server Version: v1.36.2" in operator.run("kubectl version")
    assert "registry.k8s.io/kube-proxy:v1.36.2" in operator.run("kubectl -n kube-system get ds kube-proxy -o yaml")
    assert "\tkubeadm upgrade apply v1.36.5\n" in operator.run("kubeadm upgrade plan")
    assert 'upgraded to "v1.37.1"' in operator.run("kubeadm upgrade apply v1.37.1 -y", seconds=300)


def control_plane_join(operator: Operator) -> str:
    """The command with which a control plane joins."""
    key = operator.run("ssh cp-1 kubeadm init phase upload-certs --upload-certs").split()[-1]
    assert len(key) == 64
    creating = f"ssh cp-1 kubeadm token create --print-join-command --certificate-key {key}"
    return join_command(operator, operator.run(creating))


def test_a_control_plane_node_is_replaced() -> None:
    operator = Operator(lab(1, control_planes=3))
    joining = control_plane_join(operator)
    operator.log_in("cp-3")
    operator.run("kubeadm reset -f")
    etcdctl = "ssh cp-1 etcdctl member list --cacert /etc/kubernetes/pki/etcd/ca.crt "
    etcdctl += "--cert /etc/kubernetes/pki/etcd/server.crt --key /etc/kubernetes/pki/etcd/server.key"
    assert "cp-3" not in operator.run(etcdctl)
    assert "this node was made for a control plane" in operator.run(joining.partition(" --control-plane")[0])
    unfit = operator.run(joining.partition(" --certificate-key")[0])
    assert (
        "[failure loading certificate for CA: couldn't load the certificate file /etc/kubernetes/pki/ca.crt: open"
        in unfit
    )
    assert (
        "failure loading key for service account: couldn't load the private key file /etc/kubernetes/pki/sa.key"
        in unfit
    )
    other = joining[:-1] + ("0" if joining[-1] != "0" else "1")
    assert "error decoding secret data with provided key: cipher: message authentication failed" in operator.run(other)
    assert "\n* A new etcd member was added to the local/stacked etcd cluster.\n" in operator.run(joining, seconds=120)
    assert "started, cp-3" in operator.run(etcdctl)
    operator.world.advance(40)
    operator.log_out()
    running = "kubectl -n kube-system get pods --field-selector spec.nodeName=cp-3 -l tier=control-plane --no-headers"
    assert [line.split()[1] for line in operator.run(running).splitlines()] == ["1/1"] * 4


def test_a_cluster_of_several_control_planes_from_the_start() -> None:
    operator = Operator(lab(1, control_planes=3))
    for name in ("cp-1", "cp-2"):
        operator.run(f"ssh {name} kubeadm reset -f")
    operator.log_in("cp-3")
    operator.run("kubeadm reset -f")
    assert operator.run("kubeadm init --control-plane-endpoint 10.9.9.9").startswith("error: --control-plane-endpoint")
    printed = operator.run("kubeadm init --upload-certs --control-plane-endpoint 10.0.0.9:6443", seconds=120)
    begin, end = printed.index("  kubeadm join 10.0.0.9"), printed.index("\n\nPlease note that the certificate-key")
    joining = " ".join(printed[begin:end].replace("\\\n", " ").split())
    operator.log_out()
    for name in ("cp-2", "cp-1"):
        operator.log_in(name)
        assert "a new control plane instance was created" in operator.run(joining, seconds=120)
        operator.log_out()
    assert operator.run("kubectl get nodes -o name") == "node/cp-1\nnode/cp-2\nnode/cp-3\n"
    operator.run("ssh cp-3 poweroff")
    operator.world.advance(60)
    assert operator.run("kubectl create namespace after") == "namespace/after created\n"


def test_shared_certificates_are_had_for_two_hours() -> None:
    operator = Operator(lab(1, control_planes=3))
    joining = control_plane_join(operator)
    operator.run("ssh cp-3 kubeadm reset -f")
    secrets = "kubectl -n kube-system get secrets -o jsonpath='{.items[*].type}'"
    assert operator.run(secrets) == "bootstrap.kubernetes.io/token bootstrap.kubernetes.io/token Opaque"
    operator.world.advance(7300)
    assert operator.run(secrets) == "bootstrap.kubernetes.io/token"
    operator.log_in("cp-3")
    assert 'Secret "kubeadm-certs" was not found in the "kube-system" Namespace.' in operator.run(joining)


def test_one_control_plane_without_an_endpoint_takes_no_other() -> None:
    operator = Operator(lab(1, control_planes=3))
    for name in ("cp-2", "cp-3", "cp-1"):
        operator.run(f"ssh {name} kubeadm reset -f")
    operator.run("ssh cp-1 kubeadm init", seconds=120)
    joining = control_plane_join(operator)
    operator.log_in("cp-2")
    assert "doesn't have a stable controlPlaneEndpoint address" in operator.run(joining)


def test_a_name_in_front_of_the_control_plane() -> None:
    operator = reset()
    nobody = operator.run("kubeadm init --control-plane-endpoint k8scp", seconds=120)
    asked = 'Post "https://k8scp:6443/apis/rbac.authorization.k8s.io/v1/clusterrolebindings?timeout=10s"'
    assert f"ClusterRoleBinding: {asked}: dial tcp: lookup k8scp on 10.0.0.2:53: no such host\n" in nobody
    operator.run("kubeadm reset -f; echo 10.0.0.10 k8scp >> /etc/hosts")
    printed = operator.run("kubeadm init --control-plane-endpoint=k8scp:6443", seconds=120)
    assert "[cp-1 k8scp kubernetes kubernetes.default" in printed
    joining = join_command(operator, printed)
    assert joining.startswith("kubeadm join k8scp:6443 --token ")
    assert operator.run("kubeadm token create --print-join-command").startswith("kubeadm join k8scp:6443 --token ")
    get = "kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes -o name"
    assert operator.run(get) == "node/cp-1\n"
    assert "server: https://k8scp:6443\n" in operator.run("kubectl -n kube-public get cm cluster-info -o yaml")
    operator.run("echo 10.0.0.10 other >> /etc/hosts")
    strange = operator.run("kubectl --server https://other:6443 get nodes")
    assert "tls: failed to verify certificate: x509: certificate is valid for cp-1, k8scp, kubernetes," in strange
    operator.log_out()
    operator.log_in("node-1")
    operator.run("kubeadm reset -f")
    assert "dial tcp: lookup k8scp on 10.0.0.2:53: no such host" in operator.run(joining)
    operator.run("echo 10.0.0.10 k8scp >> /etc/hosts")
    assert "This node has joined the cluster:" in operator.run(joining, seconds=60)
    assert "    server: https://k8scp:6443\n" in operator.run("cat /etc/kubernetes/kubelet.conf")
    operator.log_out()
    ready = "kubectl wait --for=condition=Ready node/node-1 --timeout=60s"
    assert "node/node-1 condition met" in operator.run(ready, 90)


def test_the_container_runtime_has_to_answer() -> None:
    operator = reset()
    why = "could not connect to the container runtime: failed to create new CRI runtime service: validate service "
    why += 'connection: validate CRI v1 runtime API for endpoint "unix:///'
    absent = 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix '
    other = operator.run("kubeadm init --cri-socket /var/run/crio/crio.sock")
    gone = f'{absent}/var/run/crio/crio.sock: connect: no such file or directory"'
    assert f'[ERROR CRI]: {why}var/run/crio/crio.sock": {gone}\n' in other
    tcp = operator.run("kubeadm init --cri-socket tcp://127.0.0.1:1")
    assert 'nodeRegistration.criSocket: Invalid value: "tcp://127.0.0.1:1": only URL scheme "unix" is supported' in tcp
    operator.run("systemctl stop containerd")
    assert f'[ERROR CRI]: {why}var/run/containerd/containerd.sock": {absent}' in operator.run("kubeadm init")
    operator.run("mkdir -p /etc/containerd; echo 'disabled_plugins = [\"cri\"]' > /etc/containerd/config.toml")
    operator.run("systemctl restart containerd")
    deaf = "rpc error: code = Unimplemented desc = unknown service runtime.v1.RuntimeService"
    assert f'[ERROR CRI]: {why}var/run/containerd/containerd.sock": {deaf}\n' in operator.run("kubeadm init")
    operator.run("rm /etc/containerd/config.toml; systemctl restart containerd")
    assert "initialized successfully" in operator.run("kubeadm init", seconds=120)


def test_saved_and_forked_while_it_begins() -> None:
    operator = reset()
    operator.world.machines.type("t", b"kubeadm init\r")
    for pause in (1, 3, 3, 2):
        operator.world.advance(pause)
        saved, forked = World.restore(operator.world.save()), operator.world.fork()
        for world in (saved, forked):
            world.advance(40)
        assert saved.digest() == forked.digest()
        assert saved.cluster.store.get("nodes", ("", "cp-1")) is not None
        assert saved.cluster.store.get("deployments.apps", ("kube-system", "coredns")) is not None


def test_a_cluster_with_networks_and_a_domain_of_its_own() -> None:
    operator = reset()
    own = "--pod-network-cidr=192.168.0.0/16 --service-cidr=172.20.0.0/16 --service-dns-domain=lab.example"
    printed = operator.run(f"kubeadm init {own}", seconds=120)
    signed = "[cp-1 kubernetes kubernetes.default kubernetes.default.svc kubernetes.default.svc.lab.example]"
    assert f"DNS names {signed} and IPs [172.20.0.1 10.0.0.10]\n" in printed
    operator.run("kubeadm certs renew apiserver")
    names = operator.run("openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -text | grep DNS")
    assert "svc.lab.example" in names and "172.20.0.1" in names and "10.96.0.1" not in names
    operator.log_out()
    operator.log_in("node-1")
    operator.run("kubeadm reset -f")
    operator.run(join_command(operator, printed), seconds=60)
    operator.log_out()
    operator.run("kubectl create deployment web --image=nginx; kubectl expose deployment web --port=80")
    operator.run("kubectl run box --image=busybox:1.36 -- sleep 9999")
    operator.world.advance(60)
    blocks = operator.run("kubectl get nodes -o jsonpath='{.items[*].spec.podCIDR}'")
    assert blocks == "192.168.0.0/24 192.168.1.0/24"
    assert operator.run("kubectl get pod box -o jsonpath='{.status.podIP}'").startswith("192.168.1.")
    addresses = operator.run("kubectl get svc -A -o jsonpath='{.items[*].spec.clusterIP}'").split()
    assert addresses[0] == "172.20.0.1" and addresses[2] == "172.20.0.10" and addresses[1].startswith("172.20.")
    search = "search default.svc.lab.example svc.lab.example lab.example"
    assert operator.run("kubectl exec box -- head -2 /etc/resolv.conf") == f"{search}\nnameserver 172.20.0.10\n"
    assert "Welcome to nginx!" in operator.run("kubectl exec box -- wget -qO- web.default.svc.lab.example")
    assert "NXDOMAIN" in operator.run("kubectl exec box -- nslookup web.default.svc.cluster.local")
    refused = operator.run("kubectl create service clusterip api --clusterip=10.96.0.77 --tcp=80")
    assert "The range of valid IPs is 172.20.0.0/16" in refused
    operator.log_in("node-1")
    assert "! -s 192.168.0.0/16 -d 172.20.0.10/32 -p udp" in operator.run("iptables-save")
    assert "192.168.0.0/24 via 10.0.0.10 dev eth0" in operator.run("ip route")
    saved, forked = World.restore(operator.world.save()), operator.world.fork()
    for world in (saved, forked):
        world.advance(40)
    assert saved.digest() == forked.digest()


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        ("--pod-network-cidr=10.0.0.0/7", 'error: networking.podSubnet: Invalid value: "10.0.0.0/7": pod subnet mask (7) and node-mask (24) difference is greater than 16\n'),
        ("--pod-network-cidr=10.1.0.0/25", 'error: networking.podSubnet: Invalid value: "10.1.0.0/25": the size of pod subnet with mask 25 is smaller than the size of node subnet with mask 24\n'),
        ("--pod-network-cidr=fd00::/56", "error: networking.podSubnet is simulated with IPv4 only\n"),
        ("--service-cidr=10.0.0.0/8", 'error: networking.serviceSubnet: Invalid value: "10.0.0.0/8": specified service subnet is too large; for 32-bit addresses, the mask must be >= 12\n'),
        ("--service-cidr=10.0.0.0/29", 'error: networking.serviceSubnet: Invalid value: "10.0.0.0/29": subnet with 8 address(es) is too small, the minimum is 10\n'),
        ("--service-cidr=ten", 'error: networking.serviceSubnet: Invalid value: "ten": couldn\'t parse subnet\n'),
        ("--service-dns-domain=a_b", 'error: networking.dnsDomain: Invalid value: "a_b": a lowercase RFC 1123 subdomain must consist'),
        ("--kubernetes-version soon", "error: version \"soon\" doesn't match patterns for neither semantic version nor labels\n"),
        ("--token abc", 'error: the bootstrap token "abc" was not of the form "\\A([a-z0-9]{6})\\.([a-z0-9]{16})\\z"\n'),
        ("--dry-runs", "error: unknown flag: --dry-runs\n"),
    ],
)  # fmt: skip
def test_what_init_refuses(flags: str, shown: str) -> None:
    operator = Operator(lab(1))
    operator.log_in("cp-1")
    assert operator.run(f"kubeadm init {flags}").startswith(shown)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (("--token ", "--token x"), "the bootstrap token is invalid"),
        (("--token abcdef", "--token fedcba"), 'could not find a JWS signature in the cluster-info ConfigMap for token ID "fedcba"'),
        (("sha256:", "sha256:0"), "cluster CA found in cluster-info ConfigMap is invalid: none of the public keys"),
        (("6443", "6444"), 'cluster-info ConfigMap: Get "https://10.0.0.10:6444/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s": dial tcp 10.0.0.10:6444: connect: connection refused'),
    ],
)  # fmt: skip
def test_what_join_refuses(change: tuple[str, str], shown: str) -> None:
    operator = Operator(lab(1))
    operator.log_in("node-1")
    creating = "ssh cp-1 kubeadm token create abcdef.0123456789abcdef --print-join-command"
    joining = join_command(operator, operator.run(creating))
    operator.run("kubeadm reset -f")
    assert shown in operator.run(joining.replace(*change))
    assert "This node has joined the cluster:" in operator.run(joining)


def test_a_token_that_is_over_lets_nobody_in() -> None:
    operator = Operator(lab(1))
    operator.log_in("node-1")
    joining = join_command(operator, operator.run("ssh cp-1 kubeadm token create --ttl 1m --print-join-command"))
    operator.run("kubeadm reset -f")
    operator.world.advance(61)
    assert "could not find a JWS signature in the cluster-info ConfigMap" in operator.run(joining)


@pytest.mark.parametrize(
    ("lost", "phase", "printed"),
    [
        ("manifests/kube-scheduler.yaml", "control-plane scheduler", '[control-plane] Creating static Pod manifest for "kube-scheduler"\n'),
        ("manifests/etcd.yaml", "etcd local", '[etcd] Creating static Pod manifest for local etcd in "/etc/kubernetes/manifests"\n'),
        ("admin.conf", "kubeconfig admin", '[kubeconfig] Writing "admin.conf" kubeconfig file\n'),
        ("pki/etcd/peer.key", "certs etcd-peer", '[certs] Generating "etcd/peer" certificate and key\n[certs] etcd/peer serving cert is signed for DNS names [cp-1 localhost] and IPs [10.0.0.10 127.0.0.1 ::1]\n'),
    ],
)  # fmt: skip
def test_a_phase_writes_again_what_is_lost(lost: str, phase: str, printed: str) -> None:
    operator = Operator(lab(1))
    operator.log_in("cp-1")
    operator.run(f"rm /etc/kubernetes/{lost}")
    operator.world.advance(30)
    assert operator.run(f"kubeadm init phase {phase}") == printed
    operator.world.advance(60)
    assert operator.run(f"wc -l < /etc/kubernetes/{lost}").strip() != "0"
    operator.run("kubectl --kubeconfig /etc/kubernetes/admin.conf create deployment web --image=nginx")
    assert "condition met" in operator.run("kubectl wait --for=condition=Available deploy/web --timeout=60s", 90)


def test_phases_leave_what_is_there() -> None:
    operator = Operator(lab(1))
    operator.log_in("cp-1")
    assert (
        operator.run("kubeadm init phase certs apiserver")
        == "[certs] Using existing apiserver certificate and key on disk\n"
    )
    assert operator.run("kubeadm init phase kubeconfig all").count("Using existing kubeconfig file") == 5
    assert operator.run("kubeadm init phase control-plane x").startswith(
        'error: unknown command "x" for "kubeadm init phase control-plane"\n'
    )
    operator.run(
        "kubectl -n kube-system delete ds kube-proxy; kubectl -n kube-system scale deploy coredns --replicas=3"
    )
    assert operator.run("kubeadm init phase addon all") == (
        "[addons] Applied essential addon: CoreDNS\n[addons] Applied essential addon: kube-proxy\n"
    )
    operator.world.advance(30)
    shown = operator.run("kubectl -n kube-system get ds/kube-proxy deploy/coredns")
    assert "daemonset.apps/kube-proxy   2         2         2" in shown and "deployment.apps/coredns   3/3" in shown
    assert "clusterIP: 10.96.0.10" in operator.run("kubectl -n kube-system get svc kube-dns -o yaml")


def test_tokens_are_listed_in_other_forms() -> None:
    operator = Operator(lab(1))
    operator.log_in("cp-1")
    operator.run("kubeadm token create abcdef.0123456789abcdef --ttl 0 --description mine --usages authentication")
    assert operator.run("kubeadm token list -o json") == (
        '{\n    "kind": "BootstrapToken",\n    "apiVersion": "output.kubeadm.k8s.io/v1alpha3",\n'
        '    "token": "abcdef.0123456789abcdef",\n    "description": "mine",\n    "usages": [\n        "authentication"\n'
        '    ],\n    "groups": [\n        "system:bootstrappers:kubeadm:default-node-token"\n    ]\n}\n'
    )
    assert "\ntoken: abcdef.0123456789abcdef\n" in operator.run("kubeadm token list -o yaml")
    assert operator.run("kubeadm token list -o wide").startswith('error: invalid output format "wide"')


def test_a_token_whose_end_nobody_can_read_is_over() -> None:
    operator = Operator(lab(1))
    making = "kubectl -n kube-system create secret generic bootstrap-token-abcdef --type bootstrap.kubernetes.io/token"
    operator.run(f"{making} --from-literal=token-id=abcdef --from-literal=token-secret=0123456789abcdef "
                 "--from-literal=expiration=tomorrow")  # fmt: skip
    assert operator.run("ssh cp-1 kubeadm token list") == ""
    operator.world.advance(3)
    assert operator.run("kubectl -n kube-system get secrets") == "No resources found in kube-system namespace.\n"


def test_a_masked_unit_does_not_begin_with_its_machine() -> None:
    operator = Operator(lab(1))
    operator.run("ssh node-1 'systemctl mask --now kubelet; reboot'")
    operator.world.advance(90)
    assert operator.run("ssh node-1 systemctl is-active kubelet") == "inactive\n"
    assert operator.run(
        "ssh node-1 'systemctl unmask kubelet; systemctl start kubelet; systemctl is-active kubelet'"
    ).endswith("active\n")
