"""Binds claims to volumes, provides volumes, and takes them back. Upstream: pkg/controller/volume/persistentvolume"""

from collections.abc import Iterator
from zlib import crc32

from simulator.controllers.base import Controller
from simulator.controllers.pods import is_deleted
from simulator.kernel.clock import SECOND
from simulator.kernel.component import Change
from simulator.machinery.objects import Key, Object, at, changed, key_of
from simulator.scheduler.plugins.volume_binding import NO_PROVISIONER, SELECTED_NODE, fits
from simulator.scheduler.resources import amount

ZONE = "topology.kubernetes.io/zone"
CLAIMS, VOLUMES, CLASSES = "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
STORAGE_PROVISIONER = "volume.kubernetes.io/storage-provisioner"
BETA_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner"
VOLUME_PROTECTION = "kubernetes.io/pv-protection"
CLAIM_PROTECTION = "kubernetes.io/pvc-protection"
PROVISIONING_TIME = 2 * SECOND
FILLED_FROM = "disk.csi.lab/filled-from"
"""On a volume: the snapshot or volume whose content it begins with."""
PROVISIONER = "csi-provisioner"
"""The program beside the driver that has volumes made."""
RESYNC = 15 * SECOND
"""How often a claim without a volume is looked at, and the reason told, again."""
WAITING = "WaitForFirstConsumer", "waiting for first consumer to be created before binding"
NOTHING_FITS = "FailedBinding", "no persistent volumes available for this claim and no storage class is set"

type Item = tuple[str, str, str]


class VolumeController(Controller):
    """Finds each claim a volume of its own. Its keys are claims, and volumes (without a namespace).

    Every StorageClass whose provisioner is not `kubernetes.io/no-provisioner` has its volumes made here, as the
    class's driver would: what is in them is the kubelet's affair.
    """

    name = "persistentvolume-binder-controller"
    source = "persistentvolume-controller"
    resource = CLAIMS
    watches = (CLAIMS, VOLUMES, CLASSES, "pods")

    def keys(self, change: Change) -> Iterator[Key]:
        metadata = change.object["metadata"]
        if change.resource == "pods":
            if change.type == "DELETED":
                yield from self._claims_of(change.object)
        elif change.resource == VOLUMES:
            yield "", metadata["name"]
            yield from self._unbound()
        elif change.resource == CLASSES:
            yield from self._unbound()
        else:
            yield key_of(change.object)
            if change.type == "DELETED" and at(change.object, "spec", "volumeName"):
                yield "", change.object["spec"]["volumeName"]

    def _claims_of(self, pod: Object) -> Iterator[Key]:
        for volume in pod["spec"].get("volumes") or ():
            if "persistentVolumeClaim" in volume:
                yield pod["metadata"]["namespace"], volume["persistentVolumeClaim"]["claimName"]

    def _unbound(self) -> list[Key]:
        rows = self.client.rows(CLAIMS)
        return sorted(key for key, claim in rows.items() if at(claim, "status", "phase") != "Bound")

    def reconcile(self, key: Key) -> None:
        if not key[0]:
            self._reconcile_volume(key[1])
            return
        claim = self.client.get(CLAIMS, *key)
        if claim is None:
            return
        if not claim["spec"].get("volumeName"):
            self._find(claim)
            self.look_again(key, RESYNC)
        else:
            self._bind_to_named(claim)
        if is_deleted(claim):
            self._lift_protection(key)

    # Claims.

    def _find(self, claim: Object) -> None:
        """Upstream: syncUnboundClaim"""
        storage_class = self._class(claim)
        waits = storage_class is not None and storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"
        chosen = at(claim, "metadata", "annotations", SELECTED_NODE)
        volume = self._match(claim, promised_only=waits and not chosen)
        if volume is not None:
            self._bind(claim, volume)
        elif waits and not chosen:
            self.events.normal(claim, *WAITING)
        elif claim["spec"].get("storageClassName"):
            self._provide(claim, storage_class)
        else:
            self.events.normal(claim, *NOTHING_FITS)

    def _class(self, claim: Object) -> Object | None:
        name = claim["spec"].get("storageClassName")
        return self.client.get(CLASSES, "", name) if name else None

    def _match(self, claim: Object, *, promised_only: bool) -> Object | None:
        fitting = [volume for volume in self.client.list(VOLUMES) if fits(volume, claim)]
        promised = [volume for volume in fitting if volume["spec"].get("claimRef")]
        candidates = promised or ([] if promised_only else fitting)
        return min(candidates, key=_size, default=None)

    def _provide(self, claim: Object, storage_class: Object | None) -> None:
        """Have a volume made. Upstream: provisionClaim, external-provisioner"""
        if storage_class is None:
            name = claim["spec"]["storageClassName"]
            text = f'storageclass.storage.k8s.io "{name}" not found'
            self.events.warning(claim, "ProvisioningFailed", text)
            return
        provisioner = storage_class["provisioner"]
        if provisioner == NO_PROVISIONER:
            self.events.normal(claim, *NOTHING_FITS)
            return
        if at(claim, "metadata", "annotations", STORAGE_PROVISIONER) != provisioner:
            given = claim["metadata"].get("annotations") or {}
            annotations = {**given, BETA_PROVISIONER: provisioner, STORAGE_PROVISIONER: provisioner}
            claim = self.client.change(CLAIMS, claim, ("metadata", "annotations"), annotations)
            text = (
                f"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually "
                "by the system administrator. If volume creation is delayed, please verify that the provisioner is "
                "running and correctly registered."
            )
            self.events.normal(claim, "ExternalProvisioning", text)
            self.later(PROVISIONING_TIME, "provision", *key_of(claim))

    def provision(self, namespace: str, name: str) -> None:
        """The driver has made a volume for a claim."""
        claim = self.client.get(CLAIMS, namespace, name)
        storage_class = self._class(claim) if claim is not None else None
        if claim is None or storage_class is None or is_deleted(claim) or claim["spec"].get("volumeName"):
            return
        source = self._source(claim)
        if source is None:
            self.later(RESYNC, "provision", namespace, name)
            return
        made = self._new_volume(claim, storage_class)
        if source:
            made["metadata"]["annotations"][FILLED_FROM] = source
        volume = self.client.on_behalf_of(PROVISIONER).create(VOLUMES, made)
        told = f"Successfully provisioned volume {volume['metadata']['name']}"
        self.events.normal(claim, "ProvisioningSucceeded", told)

    def _source(self, claim: Object) -> str | None:
        """What a new volume begins with: a snapshot, another volume, or nothing (empty); None where that is not there.

        Upstream: external-provisioner's getVolumeContentSource
        """
        wanted = claim["spec"].get("dataSource")
        if wanted is None:
            return ""
        namespace, size = claim["metadata"]["namespace"], amount("storage", str(_storage(claim)))
        kind, name = wanted["kind"], wanted["name"]
        head = f'failed to provision volume with StorageClass "{claim["spec"]["storageClassName"]}"'
        if kind == "VolumeSnapshot":
            found = self.client.get("volumesnapshots.snapshot.storage.k8s.io", namespace, name)
            ready = at(found, "status", "readyToUse")
            least = amount("storage", str(at(found, "status", "restoreSize", default="0")))
            source = f"snapshot/{at(found, 'status', 'boundVolumeSnapshotContentName', default='')}"
            why = (
                f"snapshot {name} not bound"
                if found is not None
                else f'volumesnapshots.snapshot.storage.k8s.io "{name}" not found'
            )
        else:
            found = self.client.get(CLAIMS, namespace, name)
            ready = at(found, "status", "phase") == "Bound"
            least = amount("storage", str(_storage(found))) if found is not None else 0
            source = f"pv/{at(found, 'spec', 'volumeName', default='')}"
            why = f"the PVC {name} is not bound" if found is not None else f'persistentvolumeclaims "{name}" not found'
        if ready and size >= least:
            return source
        if ready:
            why = f"requested volume size {size} is less than the size {least} for the source {kind} {name}"
        else:
            why = f"error getting handle for DataSource Type {kind} by Name {name}: {why}"
        self.events.warning(claim, "ProvisioningFailed", f"{head}: {why}")
        return None

    def _new_volume(self, claim: Object, storage_class: Object) -> Object:
        provisioner, name = storage_class["provisioner"], f"pvc-{claim['metadata']['uid']}"
        spec: Object = {
            "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
            "accessModes": claim["spec"]["accessModes"],
            "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy") or "Delete",
            "storageClassName": storage_class["metadata"]["name"],
            "volumeMode": claim["spec"].get("volumeMode") or "Filesystem",
            "csi": {"driver": provisioner, "volumeHandle": name},
            "claimRef": self._reference(claim),
        }
        if storage_class.get("mountOptions"):
            spec["mountOptions"] = storage_class["mountOptions"]
        zone = self._zone(claim, storage_class)
        if zone:
            term = {"key": ZONE, "operator": "In", "values": [zone]}
            spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [term]}]}}
        metadata = {"name": name, "annotations": {PROVISIONED_BY: provisioner}, "finalizers": [VOLUME_PROTECTION]}
        head = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata}
        return {**head, "spec": spec, "status": {"phase": "Pending"}}

    def _zone(self, claim: Object, storage_class: Object) -> str:
        """Where the volume is made: in the zone of the node chosen for its Pod, or else in one that the class allows,
        by the claim's name. Upstream: external-provisioner's topology.go
        """
        node = self.client.get("nodes", "", at(claim, "metadata", "annotations", SELECTED_NODE, default=""))
        if node is not None:
            return str(at(node, "metadata", "labels", ZONE, default=""))
        allowed = [
            value
            for term in storage_class.get("allowedTopologies") or ()
            for expression in term.get("matchLabelExpressions") or ()
            if expression["key"] == ZONE
            for value in expression["values"]
        ]
        found = {at(each, "metadata", "labels", ZONE, default="") for each in self.client.list("nodes")} - {""}
        zones = sorted(zone for zone in found if zone in allowed or not allowed)
        number = crc32(claim["metadata"]["name"].encode())
        return str(zones[number % len(zones)]) if zones else ""

    @staticmethod
    def _reference(claim: Object) -> Object:
        metadata = claim["metadata"]
        return {
            "kind": "PersistentVolumeClaim",
            "namespace": metadata["namespace"],
            "name": metadata["name"],
            "uid": metadata["uid"],
            "apiVersion": "v1",
            "resourceVersion": metadata["resourceVersion"],
        }

    def _bind(self, claim: Object, volume: Object) -> None:
        """Upstream: bind: the volume first, then the claim."""
        if at(volume, "spec", "claimRef", "uid") != claim["metadata"]["uid"]:
            volume = changed(volume, ("spec", "claimRef"), self._reference(claim))
            volume = changed(volume, ("metadata", "annotations", BOUND_BY_CONTROLLER), "yes")
        volume = self.client.update(VOLUMES, changed(volume, ("status", "phase"), "Bound"))
        annotations = {**(claim["metadata"].get("annotations") or {}), BIND_COMPLETED: "yes"}
        if not claim["spec"].get("volumeName"):
            annotations[BOUND_BY_CONTROLLER] = "yes"
        claim = changed(claim, ("metadata", "annotations"), annotations)
        claim = changed(claim, ("spec", "volumeName"), volume["metadata"]["name"])
        status = {
            "phase": "Bound",
            "accessModes": volume["spec"]["accessModes"],
            "capacity": volume["spec"]["capacity"],
        }
        self.client.update(CLAIMS, {**claim, "status": {**(claim.get("status") or {}), **status}})

    def _bind_to_named(self, claim: Object) -> None:
        volume = self.client.get(VOLUMES, "", claim["spec"]["volumeName"])
        bound = BIND_COMPLETED in (claim["metadata"].get("annotations") or {})
        if volume is None:
            if bound and at(claim, "status", "phase") != "Lost":
                self.client.change(CLAIMS, claim, ("status", "phase"), "Lost")
                text = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
                self.events.warning(claim, "ClaimLost", text)
            return
        taken = at(volume, "spec", "claimRef", "uid")
        if not bound and (taken == claim["metadata"]["uid"] or (not taken and fits(volume, claim))):
            self._bind(claim, volume)

    def _lift_protection(self, key: Key) -> None:
        """A claim stays while a Pod uses it. Upstream: pkg/controller/volume/pvcprotection"""
        claim = self.client.get(CLAIMS, *key)
        if claim is None:
            return
        finalizers = claim["metadata"].get("finalizers") or ()
        in_use = any(
            key in self._claims_of(pod) and at(pod, "status", "phase") not in ("Succeeded", "Failed")
            for pod in self.client.list("pods", key[0])
        )
        if CLAIM_PROTECTION in finalizers and not in_use:
            left = [one for one in finalizers if one != CLAIM_PROTECTION]
            self.client.change(CLAIMS, claim, ("metadata", "finalizers"), left)

    # Volumes.

    def _reconcile_volume(self, name: str) -> None:
        """Upstream: syncVolume"""
        volume = self.client.get(VOLUMES, "", name)
        if volume is None:
            return
        reference = volume["spec"].get("claimRef")
        claim = self.client.get(CLAIMS, reference["namespace"], reference["name"]) if reference else None
        if is_deleted(volume):
            finalizers = volume["metadata"].get("finalizers") or ()
            if VOLUME_PROTECTION in finalizers and at(volume, "status", "phase") != "Bound":
                left = [one for one in finalizers if one != VOLUME_PROTECTION]
                self.client.change(VOLUMES, volume, ("metadata", "finalizers"), left)
        elif reference is None or not reference.get("uid"):
            self._phase(volume, "Available")
        elif claim is not None and claim["metadata"]["uid"] == reference["uid"]:
            if claim["spec"].get("volumeName") == name:
                self._phase(volume, "Bound")
        else:
            self._reclaim(self._phase(volume, "Released"))

    def _phase(self, volume: Object, phase: str) -> Object:
        if at(volume, "status", "phase") == phase:
            return volume
        return self.client.change(VOLUMES, volume, ("status", "phase"), phase)

    def _reclaim(self, volume: Object) -> None:
        if volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete":
            self.client.delete(VOLUMES, volume)


def _storage(claim: Object) -> str:
    return str(claim["spec"]["resources"]["requests"]["storage"])


def _size(volume: Object) -> tuple[int, str]:
    return amount("storage", volume["spec"]["capacity"]["storage"]), volume["metadata"]["name"]
