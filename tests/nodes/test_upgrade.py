"""A cluster of one release becomes one of another, as kubeadm's guide has it."""

import pytest

from simulator.spec import WorldSpec, lab
from simulator.world import World
from tests.nodes.terminal import Operator

REPOSITORY = "sed -i s/v{}/v{}/ /etc/apt/sources.list.d/kubernetes.list; apt-get update"
IMAGES = (
    "kubectl get pods -n kube-system -l tier=control-plane "
    "-o jsonpath='{range .items[*]}{.spec.containers[0].image}{\"\\n\"}{end}'"
)


def install(operator: Operator, series: str, *packages: str) -> str:
    """Take packages of another series on the node somebody is logged in to."""
    operator.run(f"sed -i 's#/v1\\.[0-9]*/#/v{series}/#' /etc/apt/sources.list.d/kubernetes.list; apt-get update")
    names = " ".join(packages)
    versions = " ".join(f"{name}='{series}.*'" for name in packages)
    return operator.run(f"apt-mark unhold {names}; apt-get install -y {versions}; apt-mark hold {names}")


def test_the_guide_from_one_minor_to_the_next() -> None:
    operator = Operator(lab(1, kubernetes="1.36"))
    operator.log_in("cp-1")
    assert "Setting up kubeadm (1.37.1-1.1) ..." in install(operator, "1.37", "kubeadm")
    plan = operator.run("kubeadm upgrade plan")
    assert "kubelet     node-1    v1.36.5   v1.37.1" in plan
    assert "etcd                      cp-1      3.6.8-0   3.7.0-0" in plan
    assert "\tkubeadm upgrade apply v1.37.1\n" in plan
    upgrade = operator.run("kubeadm upgrade apply v1.37.1 -y", seconds=300)
    order = [line.split('"')[1] for line in upgrade.splitlines() if "upgraded successfully!" in line and '"' in line]
    assert order == ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]
    assert '[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "v1.37.1".' in upgrade
    assert "Server Version: v1.37.1" in operator.run("kubectl version")
    assert "kubernetesVersion: v1.37.1" in operator.run("kubectl -n kube-system get cm kubeadm-config -o yaml")
    assert operator.run(IMAGES) == (
        "registry.k8s.io/etcd:3.7.0-0\nregistry.k8s.io/kube-apiserver:v1.37.1\n"
        "registry.k8s.io/kube-controller-manager:v1.37.1\nregistry.k8s.io/kube-scheduler:v1.37.1\n"
    )
    assert "image: registry.k8s.io/kube-apiserver:v1.36.5" in operator.run(
        "cat /etc/kubernetes/tmp/kubeadm-backup-manifests-*/kube-apiserver.yaml"
    )


def test_a_kubelet_is_of_the_new_release_once_it_is_restarted() -> None:
    operator = Operator(lab(1, kubernetes="1.37.0"))
    operator.log_in("node-1")
    install(operator, "1.37", "kubelet")
    assert operator.run("kubelet --version") == "Kubernetes v1.37.1\n"
    versions = "kubectl get nodes -o jsonpath='{.items[*].status.nodeInfo.kubeletVersion}'"
    operator.log_out()
    assert operator.run(versions) == "v1.37.0 v1.37.0"
    operator.run("ssh node-1 systemctl restart kubelet")
    operator.world.advance(15)
    assert operator.run(versions) == "v1.37.0 v1.37.1"


@pytest.mark.parametrize(
    ("before", "after", "resource", "gone", "come"),
    [
        pytest.param("1.31", "1.32", "flowschemas", "v1beta3", "", id="the last beta of flow control is removed"),
        pytest.param("1.33", "1.34", "deviceclasses", "", "v1", id="dynamic resource allocation becomes stable"),
    ],
)
def test_the_api_is_that_of_the_new_release(before: str, after: str, resource: str, gone: str, come: str) -> None:
    operator = Operator(lab(1, kubernetes=before))
    operator.log_in("cp-1")
    install(operator, after, "kubeadm")
    versions = f"kubectl get apiservices -o name | grep {'flowcontrol' if gone else 'resource.k8s.io'}"
    first = operator.run(versions)
    assert "SUCCESS!" in operator.run(
        f"kubeadm upgrade apply v{after}.13 -y || kubeadm upgrade apply v{after}.11 -y", 400
    )
    last = operator.run(versions)
    assert (f"/{gone}." in first, f"/{gone}." in last) == (bool(gone), False)
    assert (f"/{come}." in first, f"/{come}." in last) == (False, bool(come))


@pytest.mark.parametrize(
    ("spec", "kubeadm", "command", "words"),
    [
        pytest.param("1.35", "1.37", "apply v1.37.1 -y", "is too high; kubeadm can upgrade only 1 minor version at a time", id="two minor versions at once"),
        pytest.param("1.36", "1.36", "apply v1.37.1 -y", "is at least one minor release higher than the kubeadm minor release (37 > 36)", id="with an old kubeadm"),
        pytest.param("1.36.2", "", "apply v1.36.5 -y", 'is higher than the kubeadm version "v1.36.2". Upgrade kubeadm first', id="a patch that is newer than kubeadm"),
        pytest.param("1.36", "1.37", "apply v1.37.9 -y --force", "[ERROR ImagePull]: failed to pull image registry.k8s.io/kube-apiserver:v1.37.9", id="a release that was never made"),
        pytest.param("1.36", "1.37", "apply", "missing one or more required arguments. Required arguments: [version]", id="no release"),
        pytest.param("1.36", "1.37", "apply soon", "doesn't match patterns for neither semantic version nor labels", id="no version"),
        pytest.param("1.36", "1.37", "apply v1.37.1 --quickly", "error: unknown flag: --quickly", id="no such flag"),
    ],
)  # fmt: skip
def test_what_is_refused(spec: str, kubeadm: str, command: str, words: str) -> None:
    operator = Operator(lab(1, kubernetes=spec))
    operator.log_in("cp-1")
    if kubeadm:
        install(operator, kubeadm, "kubeadm")
    assert words in operator.run(f"kubeadm upgrade {command}", seconds=60)
    assert f"Server Version: v{spec}" in operator.run("kubectl version")


def test_not_from_a_worker_and_not_without_an_answer() -> None:
    operator = Operator(lab(1, kubernetes="1.37.0"))
    admin = "failed to load admin kubeconfig: open /etc/kubernetes/admin.conf: no such file or directory"
    assert admin in operator.run("ssh node-1 kubeadm upgrade apply v1.37.1")
    operator.log_in("cp-1")
    install(operator, "1.37", "kubeadm")
    refused = operator.run("echo n | kubeadm upgrade apply v1.37.1")
    assert "[upgrade] Are you sure you want to proceed? [y/N]: " in refused
    assert "won't proceed; the user didn't answer (Y|y) in order to continue" in refused
    assert "SUCCESS!" in operator.run("echo y | kubeadm upgrade apply v1.37.1", seconds=300)


def test_not_while_the_cluster_is_ill() -> None:
    operator = Operator(lab(1, kubernetes="1.37.0"))
    operator.stop("kube-scheduler")
    operator.log_in("cp-1")
    install(operator, "1.37", "kubeadm")
    refused = operator.run("kubeadm upgrade apply v1.37.1 -y")
    assert "[ERROR CreateJob]: Job" in refused and "did not complete in 15s: no condition of type Complete" in refused
    assert "[ERROR StaticPodManifest]: The control plane seems to be Static Pod-hosted" in refused


def test_what_does_not_come_up_is_put_back() -> None:
    operator = Operator(lab(1, kubernetes="1.37.0"))
    operator.log_in("cp-1")
    install(operator, "1.37", "kubeadm")
    operator.world.machines.type("t", b"kubeadm upgrade apply v1.37.1 -y\r")
    for _ in range(200):
        operator.world.advance(1)
        if "v1.37.1" in operator.files().text("/etc/kubernetes/manifests/kube-apiserver.yaml"):
            break
    operator.kubelet.services.stop("cp-1", "kubelet")  # nobody restarts the component
    shown = operator._wait(400)
    assert "kubeadm has tried to recover everything into the earlier state" in shown
    assert "v1.37.0" in operator.files().text("/etc/kubernetes/manifests/kube-apiserver.yaml")


def test_three_control_plane_nodes_one_after_another() -> None:
    operator = Operator(lab(1, kubernetes="1.37.0", control_planes=3))
    for number, command in ((1, "apply v1.37.1 -y"), (2, "node"), (3, "node")):
        operator.log_in(f"cp-{number}")
        install(operator, "1.37", "kubeadm")
        shown = operator.run(f"kubeadm upgrade {command}", seconds=300)
        assert '[upgrade/staticpods] Component "kube-scheduler" upgraded successfully!' in shown
        waits = "skip upgrade addons because control plane instances"
        assert (waits in shown) is (number < 3)
        operator.log_out()
    assert "kube-proxy:v1.37.1" in operator.run("kubectl -n kube-system get ds kube-proxy -o wide")


def test_an_upgrade_is_part_of_the_world() -> None:
    """Saved at any moment of it, a world goes on to be the same."""
    operator = Operator(lab(1, kubernetes="1.37.0"))
    operator.log_in("cp-1")
    install(operator, "1.37", "kubeadm")
    operator.world.machines.type("t", b"kubeadm upgrade apply v1.37.1 -y\r")
    for pause in (3, 9, 8, 12):
        operator.world.advance(pause)
        saved, forked = World.restore(operator.world.save()), operator.world.fork()
        assert saved.cluster.server.release == forked.cluster.server.release == operator.cluster.server.release
        for world in (saved, forked):
            world.advance(60)
        assert saved.digest() == forked.digest()
    assert str(operator.cluster.server.release) == "1.37.1"


def test_the_release_is_what_the_image_says() -> None:
    operator = Operator(lab(1, kubernetes="1.36.2"))
    operator.edit("kube-apiserver", "v1.36.2", "v1.36.4")
    assert "Server Version: v1.36.4" in operator.run("kubectl version")
    operator.edit("kube-apiserver", "kube-apiserver:v1.36.4", "kube-apiserver:v1.36.99")
    assert "The connection to the server 10.0.0.10:6443 was refused" in operator.run("kubectl version")
    assert operator.run("ssh cp-1 crictl ps --name kube-apiserver -q") == ""


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("apt-cache madison kubelet | head -1", "   kubelet | 1.36.5-1.1 | https://pkgs.k8s.io/core:/stable:/v1.36/deb  Packages\n"),
        ("apt-mark showhold", "kubeadm\nkubectl\nkubelet\n"),
        ("apt-mark hold kubelet", "kubelet was already set on hold.\n"),
        ("apt-mark unhold kubelet; apt-mark unhold kubelet", "Canceled hold on kubelet.\nkubelet was already not on hold.\n"),
        ("apt-get install -y vim 2>&1 | tail -1", "E: Unable to locate package vim\n"),
        ("apt-get install -y kubelet=1.37.1-1.1 2>&1 | tail -1", "E: Version '1.37.1-1.1' for 'kubelet' was not found\n"),
        ("apt-get upgrade -y | tail -2", "Calculating upgrade... Done\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n"),
        ("apt-get purge kubelet", "E: Invalid operation purge\n"),
        ("apt list kubeadm", "Listing... Done\nkubeadm/unknown,now 1.36.5-1.1 amd64 [installed]\n"),
        ("dpkg -l kubeadm | tail -1", "hi  kubeadm   1.36.5-1.1   amd64        Command-line utility for administering a Kubernetes cluster\n"),
        (REPOSITORY.format("1.36", "1.99") + " 2>&1 | tail -1", "E: The repository 'https://pkgs.k8s.io/core:/stable:/v1.99/deb  InRelease' is not signed.\n"),
    ],
)  # fmt: skip
def test_packages(command: str, shown: str, node: Operator) -> None:
    assert node.run(command) == shown


@pytest.fixture(scope="module")
def spec() -> WorldSpec:
    return lab(1, kubernetes="1.36")


@pytest.fixture
def node(spec: WorldSpec) -> Operator:
    operator = Operator(spec)
    operator.log_in("node-1")
    return operator


def test_kubectl_on_a_node_is_the_one_that_is_installed() -> None:
    operator = Operator(lab(1, kubernetes="1.35"))
    assert "Client Version: v1.37.1\n" in operator.run("kubectl version")
    operator.log_in("cp-1")
    shown = operator.run("kubectl version")
    assert shown == "Client Version: v1.35.8\nKustomize Version: v5.7.1\nServer Version: v1.35.8\n"
    install(operator, "1.37", "kubectl")
    shown = operator.run("kubectl version")
    assert shown.startswith("Client Version: v1.37.1\nKustomize Version: v5.8.1\nServer Version: v1.35.8\n")
    assert (
        "version difference between client (1.37) and server (1.35) exceeds the supported minor version skew" in shown
    )
    assert '"gitVersion": "v1.37.1"' in operator.run("kubectl version --client -o json")


def test_each_api_server_is_of_its_own_release_while_they_are_upgraded() -> None:
    operator = Operator(lab(1, kubernetes="1.36", control_planes=3))
    operator.log_in("cp-1")
    install(operator, "1.37", "kubeadm")
    operator.run("kubeadm upgrade apply v1.37.1 -y", seconds=300)
    asking = "kubectl --server https://{}:6443 version | tail -1"
    assert operator.run(asking.format("10.0.0.10")) == "Server Version: v1.37.1\n"
    assert operator.run(asking.format("10.0.0.11")) == "Server Version: v1.36.5\n"
    assert "v1.36.5" in operator.run("curl -sk https://10.0.0.12:6443/version")
    loop = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do kubectl version; done"
    assert set(operator.run(f"{loop} | grep Server | sort -u").splitlines()) == {
        "Server Version: v1.36.5", "Server Version: v1.37.1",
    }  # fmt: skip
    saved = World.restore(operator.world.save())
    assert saved.cluster.control_plane is not None
    assert saved.cluster.control_plane.releases.at("cp-2") == (1, 36, 5)
    for name in ("cp-2", "cp-3"):
        operator.prompt = f"root@{name}:~# "
        operator.run(f"ssh {name}")
        install(operator, "1.37", "kubeadm")
        assert "successfully upgraded!" in operator.run("kubeadm upgrade node", seconds=300)
        operator.prompt = "root@cp-1:~# "
        operator.run("exit")
    assert set(operator.run(f"{loop} | grep Server | sort -u").splitlines()) == {"Server Version: v1.37.1"}


def test_one_of_several_api_servers_may_stop() -> None:
    operator = Operator(lab(1, control_planes=3))
    operator.stop("kube-apiserver", "cp-2", seconds=10)
    assert "refused" in operator.run("kubectl --server https://10.0.0.11:6443 get nodes")
    assert "Ready" in operator.run("kubectl --server https://10.0.0.12:6443 get nodes")
    assert operator.run("kubectl create namespace still") == "namespace/still created\n"
