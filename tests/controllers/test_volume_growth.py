"""Volumes that grow, and volumes made at once in a zone that their class allows."""

from lessons.running import run
from simulator.spec import lab
from simulator.world import World

CLAIM = """
kubectl apply -f - <<EOF
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: early}
provisioner: disk.csi.lab
volumeBindingMode: Immediate
allowVolumeExpansion: true
allowedTopologies: [{matchLabelExpressions: [{key: topology.kubernetes.io/zone, values: [c]}]}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: photos}
spec: {storageClassName: early, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
EOF
sleep 5
"""
POD = """
kubectl run album --image=busybox:1.37 --overrides='
{"spec":{"containers":[{"name":"album","image":"busybox:1.37","command":["sleep","infinity"],"volumeMounts":[{"name":"d","mountPath":"/d"}]}],
 "volumes":[{"name":"d","persistentVolumeClaim":{"claimName":"photos"}}]}}'
kubectl wait --for=condition=Ready pod/album --timeout=60s
"""
GROW = """kubectl patch pvc photos -p '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'; sleep 10"""
SIZES = "kubectl get pvc photos -o jsonpath='{.spec.resources.requests.storage} {.status.capacity.storage}'"


def shown(world: World, script: str) -> str:
    return run(world, script)[1].strip()


def test_a_disk_made_at_once_is_in_a_zone_its_class_allows_and_its_pod_follows() -> None:
    world = World.boot(lab(3))
    run(world, CLAIM + POD)
    assert shown(world, "kubectl get pod album -o jsonpath='{.spec.nodeName}'") == "node-3"


def test_a_claim_in_use_grows_under_its_pod() -> None:
    world = World.boot(lab(3))
    run(world, CLAIM + POD + GROW)
    assert shown(world, SIZES) == "2Gi 2Gi"
    events = shown(world, "kubectl get events --field-selector involvedObject.name=photos -o custom-columns=R:.reason")
    assert events.splitlines()[-4:] == [
        "ExternalExpanding",
        "Resizing",
        "FileSystemResizeRequired",
        "FileSystemResizeSuccessful",
    ]
    assert shown(world, "kubectl get pod album -o jsonpath='{.status.containerStatuses[0].restartCount}'") == "0"


def test_without_a_pod_the_file_system_waits_for_one() -> None:
    world = World.boot(lab(3))
    run(world, CLAIM + GROW)
    assert shown(world, SIZES) == "2Gi 1Gi"
    assert "Waiting for user to (re-)start a pod" in shown(world, "kubectl describe pvc photos")
    run(world, POD + "sleep 5")
    assert shown(world, SIZES) == "2Gi 2Gi"


def test_a_world_in_the_middle_of_growing_is_a_value() -> None:
    world = World.boot(lab(3))
    run(world, CLAIM + POD + GROW.replace("sleep 10", "sleep 3"))
    twin = World.restore(world.save())
    for each in (world, twin):
        each.advance(10)
        assert shown(each, SIZES) == "2Gi 2Gi"
    assert world.digest() == twin.digest()
