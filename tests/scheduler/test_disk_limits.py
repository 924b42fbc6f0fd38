"""How many disks a node takes, where the release still counted those without a CSI driver. Upstream: non_csi_test.go"""

import pytest

from simulator.machinery import yaml
from simulator.spec import lab
from tests.nodes.terminal import Operator

MIGRATED = "storage.alpha.kubernetes.io/migrated-plugins"
POD = """
apiVersion: v1
kind: Pod
metadata: {name: %s}
spec:
  containers: [{name: c, image: "registry.k8s.io/pause:3.10"}]
  volumes: [%s]
"""
REFUSED = "node(s) exceed max volume count"


def disks(*names: str) -> str:
    return ", ".join(f"{{name: {name}, gcePersistentDisk: {{pdName: {name}, readOnly: true}}}}" for name in names)


def outcome(operator: Operator, name: str, volumes: str) -> str:
    """What the scheduler says of a Pod with these volumes."""
    answer = operator.ask("POST", "/api/v1/namespaces/default/pods", yaml.load(POD % (name, volumes)))
    assert answer.status == 201, answer.body
    operator.world.advance(5)
    return operator.run(f"kubectl events --for pod/{name} --no-headers")


def limited(release: str, most: str, *, migrated: bool = False) -> Operator:
    """A cluster of one worker, whose scheduler has the variable in its environment."""
    operator = Operator(lab(1, kubernetes=release))
    if not migrated:
        operator.run(f"kubectl annotate csinode node-1 {MIGRATED}-")
    name = "    name: kube-scheduler\n"
    env = f'    env: [{{name: KUBE_MAX_PD_VOLS, value: "{most}"}}]\n'
    operator.edit("kube-scheduler", name, env + name, seconds=60)
    return operator


@pytest.mark.parametrize(
    ("release", "most", "migrated", "refused"),
    [
        pytest.param("1.28", "2", False, True, id="the limit of the environment"),
        pytest.param("1.28", "3", False, False, id="a higher limit"),
        pytest.param("1.28", "many", False, False, id="no number: 16 for this kind"),
        pytest.param("1.28", "2", True, False, id="a driver took them over"),
        pytest.param("1.31", "2", False, False, id="no longer in the default profile"),
    ],
)
def test_the_third_disk(release: str, most: str, migrated: bool, refused: bool) -> None:
    operator = limited(release, most, migrated=migrated)
    assert "Successfully assigned default/two to node-1" in outcome(operator, "two", disks("a", "b"))
    assert "Successfully assigned" in outcome(operator, "same", disks("a")), "a disk that is there already"
    told = outcome(operator, "third", disks("c"))
    assert (f"1 {REFUSED}" in told) == refused and ("Successfully assigned" in told) == (not refused)
    log = operator.run("kubectl logs -n kube-system kube-scheduler-cp-1")
    wrong = 'maximum PD volumes value, using default" err="strconv.Atoi: parsing \\"many\\": invalid syntax"'
    assert (wrong in log) == (most == "many")


def test_what_a_node_says_comes_first() -> None:
    operator = limited("1.30", "1")
    operator.run(
        "kubectl patch node node-1 --subresource=status -p "
        '\'{"status":{"allocatable":{"attachable-volumes-gce-pd":"2"}}}\''
    )
    assert "Successfully assigned" in outcome(operator, "two", disks("a", "b"))
    assert REFUSED in outcome(operator, "third", disks("c"))


def test_every_node_has_a_csinode() -> None:
    operator = Operator(lab(2))
    assert operator.run("kubectl get csinodes,csidrivers -o name").split() == [
        "csinode.storage.k8s.io/cp-1", "csinode.storage.k8s.io/node-1", "csinode.storage.k8s.io/node-2",
        "csidriver.storage.k8s.io/disk.csi.lab",
    ]  # fmt: skip
    operator.run("kubectl delete node node-2")
    operator.world.advance(5)
    assert "node-2" not in operator.run("kubectl get csinodes -o name")
