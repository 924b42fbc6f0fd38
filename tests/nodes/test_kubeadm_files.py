"""What kubeadm is asked for in files, and what comes of it: manifests, kubelets, certificates, ConfigMaps."""

import pytest

from simulator.spec import lab
from tests.nodes.terminal import Operator

CLUSTER = """apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.37.0
apiServer:
  certSANs: [api.example.com, 192.0.2.1]
  extraArgs:
  - {name: audit-log-maxage, value: "30"}
  extraVolumes:
  - {name: audit, hostPath: /var/log/audit, mountPath: /var/log/audit, pathType: DirectoryOrCreate}
controllerManager:
  extraArgs:
  - {name: leader-elect, value: "false"}
  extraEnvs:
  - {name: ZONE, value: a}
certificateValidityPeriod: 48h
"""
INIT = """---
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens:
- {token: abcdef.0123456789abcdef, description: first}
nodeRegistration:
  taints: []
  kubeletExtraArgs:
  - {name: node-labels, value: disk=ssd}
"""
OTHERS = """---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
maxPods: 50
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: ipvs
"""
OLD = """apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
apiServer:
  timeoutForControlPlane: 4m0s
  extraArgs: {b: "2", a: "1"}
"""
DEPRECATED = (
    'your configuration file uses a deprecated API spec: "kubeadm.k8s.io/v1beta3" (kind: "ClusterConfiguration"). '
    "Please use 'kubeadm config migrate --old-config old-config-file --new-config new-config-file', which will write "
    "the new, similar spec using a newer API version.\n"
)
UNKNOWN = (
    'error unmarshaling configuration schema.GroupVersionKind{Group:"kubeadm.k8s.io", Version:"v1beta4", '
    'Kind:"ClusterConfiguration"}: strict decoding error: unknown field "apiServer.timeoutForControlPlane"\n'
)


def administrator(text: str = "", *, workers: int = 1, fresh: bool = True, node: str = "cp-1") -> Operator:
    """Somebody on a node that belongs to no cluster, with a file `k.yaml`."""
    operator = Operator(lab(workers))
    operator.log_in(node)
    if fresh:
        operator.run("kubeadm reset -f")
    operator.files(node).write("/root/k.yaml", text)
    return operator


def test_what_a_file_asks_for_is_what_comes_about() -> None:
    operator = administrator(CLUSTER + INIT + OTHERS)
    printed = operator.run("kubeadm init --config k.yaml", seconds=120)
    assert printed.startswith("[init] Using Kubernetes version: v1.37.0\n[preflight]")
    assert "kubernetes.default.svc.cluster.local] and IPs [10.96.0.1 10.0.0.10 192.0.2.1]\n" in printed
    assert "[bootstrap-token] Using token: abcdef.0123456789abcdef\n" in printed
    assert "adding the taints" not in printed
    manifest = operator.run("cat /etc/kubernetes/manifests/kube-apiserver.yaml")
    assert "    - --audit-log-maxage=30\n" in manifest
    assert "    - mountPath: /var/log/audit\n      name: audit\n" in manifest
    manager = operator.run("kubectl -n kube-system get pod kube-controller-manager-cp-1 -o yaml")
    assert "    - --leader-elect=false\n" in manager and "    env:\n    - name: ZONE\n      value: a\n" in manager
    assert operator.run("kubectl get node cp-1 -o jsonpath='{.metadata.labels.disk} {.spec.taints[*].key}'") in (
        "ssd node.kubernetes.io/not-ready", "ssd ",
    )  # fmt: skip
    assert "maxPods: 50\n" in operator.run("kubectl -n kube-system get cm kubelet-config -o yaml")
    assert "maxPods: 50\n" in operator.run("cat /var/lib/kubelet/config.yaml")
    assert "mode: ipvs\n" in operator.run("kubectl -n kube-system get cm kube-proxy -o yaml")
    stored = operator.run("kubectl -n kube-system get cm kubeadm-config -o yaml")
    assert "      - name: audit-log-maxage\n" in stored and "kubernetesVersion: v1.37.0\n" in stored
    assert "Nov 04, 2026 09:0" in operator.run("kubeadm certs check-expiration")
    assert "notAfter=Nov  4 09:0" in operator.run("openssl x509 -noout -enddate -in /etc/kubernetes/pki/apiserver.crt")
    assert "first" in operator.run("kubeadm token list")


def test_an_upgrade_keeps_what_was_asked_for() -> None:
    operator = administrator(CLUSTER + INIT)
    operator.run("kubeadm init --config k.yaml", seconds=120)
    operator.world.advance(30)
    shown = operator.run("kubeadm upgrade diff v1.37.1")
    assert shown.count("+++ new manifest\n") == 3
    assert (
        "-    image: registry.k8s.io/kube-apiserver:v1.37.0\n+    image: registry.k8s.io/kube-apiserver:v1.37.1\n"
        in shown
    )
    dry = operator.run("kubeadm upgrade apply v1.37.1 --dry-run")
    assert dry.endswith("[dryrun] Finished dryrunning successfully!\n")
    assert "v1.37.0" in operator.run("kubectl version | tail -1")
    assert 'upgraded to "v1.37.1"' in operator.run("kubeadm upgrade apply v1.37.1 -y", seconds=300)
    assert "    - --audit-log-maxage=30\n" in operator.run("cat /etc/kubernetes/manifests/kube-apiserver.yaml")
    assert "api.example.com" in operator.run("openssl x509 -noout -text -in /etc/kubernetes/pki/apiserver.crt")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(CLUSTER + INIT + OTHERS, "ok\n", id="all kinds"),
        pytest.param(OLD, DEPRECATED + "ok\n", id="deprecated version"),
        pytest.param(OLD.replace("v1beta3", "v1beta4").replace('{b: "2", a: "1"}', "[]"), f"error: {UNKNOWN}", id="unknown field"),
        pytest.param(CLUSTER.replace("v1beta4", "v1beta2"), "error: your configuration file uses an old API spec: "
                     '"kubeadm.k8s.io/v1beta2" (kind: "ClusterConfiguration"). Please use kubeadm v1.22 instead', id="old version"),
        pytest.param(CLUSTER.replace("v1.37.0", "soon"), 'error: version "soon" doesn\'t match patterns', id="no release"),
        pytest.param(CLUSTER.replace("192.0.2.1", '"a b"'), 'error: apiServer.certSANs: Invalid value: "a b": altname is not', id="bad name"),
        pytest.param("a: 1\n", "error: invalid configuration: kind and apiVersion is mandatory information", id="no kind"),
        pytest.param(CLUSTER.replace("apiServer:", "apiServer: 3\nx:"), "error: json: cannot unmarshal number into Go struct field", id="wrong type"),
        pytest.param(INIT.replace("abcdef.0", "abc.0"), 'error: bootstrapTokens.0.token: Invalid value: "abc.0', id="bad token"),
    ],
)  # fmt: skip
def test_a_file_is_validated(text: str, shown: str) -> None:
    operator = administrator(text, fresh=False)
    printed = operator.run("kubeadm config validate --config k.yaml")
    assert shown.splitlines()[0] in printed and (shown != "ok\n" or printed == "ok\n")


def test_an_older_file_is_migrated() -> None:
    operator = administrator(OLD + INIT, fresh=False)
    operator.run("kubeadm config migrate --old-config k.yaml --new-config new.yaml")
    shown = operator.run("cat new.yaml")
    assert '  extraArgs:\n  - name: a\n    value: "1"\n  - name: b\n    value: "2"\n' in shown
    assert "  taints: []\n" in shown and "timeoutForControlPlane" not in shown
    assert operator.run("kubeadm config validate --config new.yaml") == "ok\n"


def test_a_dry_run_of_init_changes_nothing() -> None:
    operator = administrator(CLUSTER + INIT)
    printed = operator.run("kubeadm init --config k.yaml --dry-run", seconds=60)
    assert "[preflight] Would pull the required images (like 'kubeadm config images pull')\n" in printed
    assert (
        '[dryrun] Would write file "/etc/kubernetes/manifests/kube-apiserver.yaml" with content:\n\tapiVersion: v1\n'
        in printed
    )
    assert (
        '[dryrun] Would perform action CREATE on resource "configmaps" in API group "core/v1"\n[dryrun] Attached object:\n'
        in printed
    )
    assert (
        operator.run("ls /etc/kubernetes/manifests; systemctl is-active kubelet; ls /etc/kubernetes/pki | grep -v etcd")
        == "inactive\n"
    )
    assert "kube-apiserver.yaml" in operator.run("ls /etc/kubernetes/tmp/*")


def test_dry_runs_of_join_and_reset_change_nothing() -> None:
    operator = administrator(node="node-1", fresh=False)
    assert "[reset] Would stop the kubelet service\n" in operator.run("kubeadm reset --dry-run")
    assert operator.run("systemctl is-active kubelet") == "active\n"
    joining = operator.run("ssh cp-1 kubeadm token create --print-join-command").strip()
    operator.run("kubeadm reset -f")
    assert "[dryrun] Would start the kubelet\n" in operator.run(f"{joining} --dry-run")
    assert operator.run("systemctl is-active kubelet") == "inactive\n"
    assert "This node has joined the cluster:" in operator.run(joining)


JOIN = """apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken:
    token: abcdef.0123456789abcdef
    apiServerEndpoint: 10.0.0.10:6443
    unsafeSkipCAVerification: true
nodeRegistration:
  taints:
  - {key: dedicated, value: db, effect: NoSchedule}
  kubeletExtraArgs:
  - {name: node-labels, value: disk=ssd}
"""


def test_a_worker_joins_as_a_file_says() -> None:
    operator = administrator(JOIN, node="node-1")
    operator.run("kubectl delete node node-1 2>/dev/null; ssh cp-1 'kubectl delete node node-1'")
    operator.run("ssh cp-1 kubeadm token create abcdef.0123456789abcdef")
    assert operator.run("kubeadm join --config k.yaml --token x.y").startswith(
        "error: can not mix '--config' with arguments [token]\n"
    )
    assert "This node has joined the cluster:" in operator.run("kubeadm join --config k.yaml", 60)
    operator.world.advance(20)
    shown = operator.run("ssh cp-1 \"kubectl get node node-1 -o jsonpath='{.metadata.labels.disk} {.spec.taints}'\"")
    assert shown == 'ssd [{"effect":"NoSchedule","key":"dedicated","value":"db"}]'


def test_phases_can_be_left_out_and_had_alone() -> None:
    operator = administrator(CLUSTER)
    assert operator.run("kubeadm init --skip-phases nothing").startswith("error: invalid phase name: nothing\n")
    printed = operator.run("kubeadm init --skip-phases addon/kube-proxy,mark-control-plane", seconds=120)
    assert "Applied essential addon: CoreDNS" in printed and "Applied essential addon: kube-proxy" not in printed
    assert operator.run("kubectl get node cp-1 --no-headers").split()[2] == "<none>"
    assert "adding the labels" in operator.run("kubeadm init phase mark-control-plane")
    assert operator.run("kubectl get node cp-1 --no-headers").split()[2] == "control-plane"
    assert operator.run("kubeadm init phase addon kube-proxy") == "[addons] Applied essential addon: kube-proxy\n"
    operator.run("rm /etc/kubernetes/pki/apiserver.crt /etc/kubernetes/pki/apiserver.key")
    signed = operator.run("kubeadm init phase certs apiserver --config k.yaml")
    assert "api.example.com" in signed
    operator.run("kubeadm init phase upload-config kubeadm --config k.yaml")
    assert "api.example.com" in operator.run("kubectl -n kube-system get cm kubeadm-config -o yaml")


def test_patches_change_what_is_written() -> None:
    operator = administrator()
    operator.run("mkdir patches")
    operator.files().write(
        "/root/patches/kube-scheduler0.yaml",
        "spec: {containers: [{name: kube-scheduler, resources: {requests: {cpu: 50m}}}]}\n",
    )
    operator.files().write("/root/patches/kubeletconfiguration+merge.yaml", "maxPods: 40\n")
    printed = operator.run("kubeadm init --patches patches", seconds=120)
    assert (
        '[patches] Applied patch of type "application/strategic-merge-patch+json" to target "kube-scheduler"\n'
        in printed
    )
    assert "cpu: 50m" in operator.run("cat /etc/kubernetes/manifests/kube-scheduler.yaml")
    assert "maxPods: 40" in operator.run("cat /var/lib/kubelet/config.yaml")


def test_certificates_are_renewed_where_they_lie() -> None:
    operator = administrator(fresh=False)
    operator.world.advance(3600)
    ends = "openssl x509 -noout -enddate -in /etc/kubernetes/pki"
    assert operator.run(f"{ends}/apiserver.crt") == "notAfter=Nov  2 09:00:00 2027 GMT\n"
    assert operator.run("kubeadm certs renew apiserver").endswith(
        "certificate for serving the Kubernetes API renewed\n"
    )
    assert operator.run(f"{ends}/apiserver.crt").startswith("notAfter=Nov  2 10:0")
    assert operator.run(f"{ends}/etcd/server.crt") == "notAfter=Nov  2 09:00:00 2027 GMT\n"
    operator.run("rm /etc/kubernetes/pki/front-proxy-client.crt")
    assert "!MISSING! front-proxy-client" in operator.run("kubeadm certs check-expiration")
    operator.run("kubeadm certs generate-csr --cert-dir /root/csr --kubeconfig-dir /root/csr")
    assert "apiserver.csr" in operator.run("ls csr")
    assert "CN=kube-apiserver" in operator.run("openssl req -in csr/apiserver.csr -noout -subject").replace(" ", "")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("kubeadm", "    │ KUBEADM "),
        ("kubeadm init --help", "  /enable-client-cert-rotation  Enable kubelet client certificate rotation\n"),
        ("kubeadm init phase certs", "  apiserver                Generate the certificate for serving the Kubernetes API\n"),
        ("kubeadm token create -h", "  kubeadm token create [token] [flags]\n"),
        ("kubeadm config print reset-defaults", "kind: ResetConfiguration\n"),
        ("kubeadm config print init-defaults --component-configs KubeletConfiguration", "\nkind: KubeletConfiguration\n"),
        ("kubeadm config print join-defaults --component-configs X", "error: --component-configs needs to contain some of [KubeProxyConfiguration KubeletConfiguration]\n"),
        ("kubeadm config images list -o json", '\n    "kind": "Images",\n'),
        ("kubeadm inti", 'error: unknown command "inti" for "kubeadm"\n'),
        ("kubeadm init --confg x", "error: unknown flag: --confg\n"),
        ("kubeadm init --config nowhere.yaml", 'error: unable to read config from "nowhere.yaml": open nowhere.yaml: no such file or directory\n'),
    ],
)  # fmt: skip
def test_help_and_errors(line: str, shown: str) -> None:
    operator = administrator(fresh=False)
    assert shown in operator.run(line)


def test_a_control_plane_joins_as_a_file_says() -> None:
    operator = Operator(lab(1, control_planes=3))
    key = operator.run("ssh cp-1 kubeadm init phase upload-certs --upload-certs").split()[-1]
    operator.run("ssh cp-1 kubeadm token create abcdef.0123456789abcdef")
    operator.log_in("cp-3")
    operator.run("kubeadm reset -f; ssh cp-1 kubectl delete node cp-3")
    text = JOIN.partition("nodeRegistration")[0].replace("10.0.0.10", "10.0.0.9")
    text += f"controlPlane: {{certificateKey: {key}}}\nnodeRegistration: {{taints: []}}\n"
    operator.files("cp-3").write("/root/k.yaml", text)
    printed = operator.run("kubeadm join --config k.yaml", seconds=150)
    assert "and IPs [10.96.0.1 10.0.0.12 10.0.0.9]\n" in printed and "adding the taints" not in printed
    assert "* A new etcd member was added to the local/stacked etcd cluster.\n" in printed
    shown = "kubectl --kubeconfig /etc/kubernetes/admin.conf get node cp-3 -o jsonpath='{.spec.taints[*].key}'"
    assert "control-plane" not in operator.run(shown)


def test_files_go_from_one_machine_to_another() -> None:
    operator = Operator(lab(1))
    operator.run("echo hello > greeting; scp greeting root@node-1:/tmp/")
    assert operator.run("ssh node-1 cat /tmp/greeting") == "hello\n"
    assert operator.run("scp -r cp-1:/etc/kubernetes/pki/etcd pki; ls pki | wc -l").strip() == "8"
    operator.log_in("cp-1")
    operator.run("scp /etc/kubernetes/pki/ca.crt node-1:")
    assert operator.run("ssh node-1 cat ca.crt | diff - /etc/kubernetes/pki/ca.crt && echo same") == "same\n"
    assert operator.run("scp nothing node-1:") == "scp: /root/nothing: No such file or directory\n"
    assert operator.run("scp /etc node-1:") == "scp: /etc: not a regular file\n"
    assert "Could not resolve hostname nowhere" in operator.run("scp /etc/hosts nowhere:")
