"""Validation of a Pod's volumes. Upstream: ValidateVolumes in pkg/apis/core/validation"""

from typing import Any

from simulator.machinery import names
from simulator.machinery.field import FieldError, duplicate, forbidden, invalid, not_supported, required, too_long
from simulator.machinery.objects import Object
from simulator.machinery.quantities import parse
from simulator.resources.common.metadata import Errors, validate_label_name, validate_labels, validate_name
from simulator.resources.common.references import validate_field_ref, validate_resource_ref
from simulator.resources.common.selectors import validate_selector
from simulator.resources.common.signers import validate_signer

MODE_RULE = "must be a number between 0 and 0777 (octal), both inclusive"
HOST_PATH_TYPES = ("", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket")
VOLUME_FIELDS = ("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid")
TEN_MINUTES, HOUR = 600, 3600
KEY_TYPES = ("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519")
CERTIFICATE_PATHS = ("credentialBundlePath", "keyPath", "certificateChainPath")
REQUIRED = {
    "gcePersistentDisk": ("pdName",),
    "awsElasticBlockStore": ("volumeID",),
    "gitRepo": ("repository",),
    "persistentVolumeClaim": ("claimName",),
    "secret": ("secretName",),
    "configMap": ("name",),
    "nfs": ("server", "path"),
    "iscsi": ("targetPortal", "iqn"),
    "glusterfs": ("endpoints", "path"),
    "flocker": (),
    "rbd": ("monitors", "image"),
    "cephfs": ("monitors",),
    "quobyte": ("registry", "volume"),
    "fc": (),
    "flexVolume": ("driver",),
    "vsphereVolume": ("volumePath",),
    "photonPersistentDisk": ("pdID",),
    "portworxVolume": ("volumeID",),
    "azureDisk": ("diskName", "diskURI"),
    "azureFile": ("secretName", "shareName"),
    "cinder": ("volumeID",),
    "storageos": ("volumeName",),
    "scaleIO": ("gateway", "system", "volumeName"),
    "csi": ("driver",),
    "ephemeral": ("volumeClaimTemplate",),
}
"""By volume source, the fields it cannot do without."""


def validate_volumes(volumes: list[Object], path: str) -> tuple[dict[str, Object], list[FieldError]]:
    """The well-formed volumes by name, for what mounts them, and the errors of the others."""
    errors: list[FieldError] = []
    known: dict[str, Object] = {}
    for index, volume in enumerate(volumes):
        place = f"{path}[{index}]"
        wrong = list(validate_source(volume, place, forbid_several=True))
        name = volume.get("name", "")
        if not name:
            wrong.append(required(f"{place}.name"))
        else:
            wrong.extend(validate_name(name, f"{place}.name", names.dns_label))
        if name in known:
            wrong.append(duplicate(f"{place}.name", name))
        if wrong:
            errors.extend(wrong)
        else:
            known[name] = volume
    return known, errors


def validate_source(volume: Object, path: str, *, forbid_several: bool) -> Errors:
    """The one source of a volume; PersistentVolumes judge for themselves how many there may be."""
    found = 0
    for name, source in volume.items():
        if name == "name" or source is None:
            continue
        found += 1
        place = f"{path}.{name}"
        if found > 1 and forbid_several:
            yield forbidden(place, "may not specify more than 1 volume type")
            continue
        yield from validate_one_source(name, source, place)
    if not found:
        yield required(path, "must specify a volume type")


def validate_one_source(name: str, source: Object, path: str) -> Errors:
    for field in REQUIRED.get(name, ()):
        if source.get(field) in (None, "", []):
            yield required(f"{path}.{field}")
    judge = SOURCES.get(name)
    if judge is not None:
        yield from judge(source, path)


def validate_empty_dir(source: Object, path: str) -> Errors:
    limit = source.get("sizeLimit")
    if limit is not None and parse(limit).nanos < 0:
        yield forbidden(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")


def validate_host_path(source: Object, path: str) -> Errors:
    where = source.get("path", "")
    if not where:
        yield required(f"{path}.path")
        return
    yield from validate_no_steps_back(where, f"{path}.path")
    kind = source.get("type")
    if kind is not None and kind not in HOST_PATH_TYPES:
        yield not_supported(f"{path}.type", kind, HOST_PATH_TYPES)


def validate_nfs(source: Object, path: str) -> Errors:
    where = source.get("path", "")
    if where and not where.startswith("/"):
        yield invalid(f"{path}.path", where, "must be an absolute path")


def validate_files(source: Object, path: str) -> Errors:
    """The keys of a ConfigMap or Secret that become files."""
    yield from validate_mode(source.get("defaultMode"), f"{path}.defaultMode")
    for index, item in enumerate(source.get("items") or ()):
        yield from validate_key_to_path(item, f"{path}.items[{index}]")


def validate_key_to_path(item: Object, path: str) -> Errors:
    if not item.get("key"):
        yield required(f"{path}.key")
    if not item.get("path"):
        yield required(f"{path}.path")
    yield from validate_own_path(item.get("path", ""), f"{path}.path")
    yield from validate_mode(item.get("mode"), f"{path}.mode")


def validate_mode(mode: int | None, path: str) -> Errors:
    if mode is not None and not 0 <= mode <= 0o777:
        yield invalid(path, mode, MODE_RULE)


def validate_no_steps_back(path: str, place: str) -> Errors:
    if ".." in path.split("/"):
        yield invalid(place, path, "must not contain '..'")


def validate_descending_path(path: str, place: str) -> Errors:
    """A path below the root it is taken from."""
    if path.startswith("/"):
        yield invalid(place, path, "must be a relative path")
    yield from validate_no_steps_back(path, place)


def validate_own_path(path: str, place: str) -> Errors:
    """A descending path that does not look like the ones the kubelet writes for itself."""
    yield from validate_descending_path(path, place)
    if path.startswith("..") and not path.startswith("../"):
        yield invalid(place, path, "must not start with '..'")


def validate_downward_api(source: Object, path: str) -> Errors:
    yield from validate_mode(source.get("defaultMode"), f"{path}.defaultMode")
    for index, item in enumerate(source.get("items") or ()):
        yield from validate_downward_item(item, f"{path}.items[{index}]")


def validate_downward_item(item: Object, path: str) -> Errors:
    if not item.get("path"):
        yield required(f"{path}.path")
    yield from validate_own_path(item.get("path", ""), f"{path}.path")
    field_ref, resource_ref = item.get("fieldRef"), item.get("resourceFieldRef")
    if field_ref is not None:
        yield from validate_field_ref(field_ref, f"{path}.fieldRef", VOLUME_FIELDS)
        if resource_ref is not None:
            yield invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
    elif resource_ref is not None:
        yield from validate_resource_ref(resource_ref, f"{path}.resourceFieldRef", volume=True)
    else:
        yield required(path, "one of fieldRef and resourceFieldRef is required")
    yield from validate_mode(item.get("mode"), f"{path}.mode")


def validate_projected(source: Object, path: str) -> Errors:
    yield from validate_mode(source.get("defaultMode"), f"{path}.defaultMode")
    taken: list[str] = []
    for index, projection in enumerate(source.get("sources") or ()):
        yield from validate_projection(projection, f"{path}.sources[{index}]")
        for where in paths_of(projection):
            if where in taken:
                yield invalid(f"{path}.sources[{index}]", where, "conflicting duplicate paths")
            taken.append(where)


def validate_projection(projection: Object, path: str) -> Errors:
    kinds = [name for name, value in projection.items() if value is not None]
    if not kinds:
        yield required(path, "must specify a volume type")
    for position, name in enumerate(kinds):
        source, place = projection[name], f"{path}.{name}"
        if position:
            yield forbidden(place, "may not specify more than 1 volume type")
        if name in ("secret", "configMap"):
            if not source.get("name"):
                yield required(f"{place}.name")
            yield from validate_files(source, place)
        elif name == "downwardAPI":
            yield from validate_downward_api(source, place)
        elif name == "serviceAccountToken":
            yield from validate_token(source, place)
        elif name == "clusterTrustBundle":
            yield from validate_trust_bundle(source, place)
        elif name == "podCertificate":
            yield from validate_pod_certificate(source, place)


def validate_token(source: Object, path: str) -> Errors:
    seconds = source.get("expirationSeconds")
    if seconds is not None and seconds < TEN_MINUTES:
        yield invalid(f"{path}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
    if seconds is not None and seconds > 1 << 32:
        yield invalid(f"{path}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")
    if not source.get("path"):
        yield required(f"{path}.path")


def validate_trust_bundle(source: Object, path: str) -> Errors:
    by_name, by_signer = source.get("name") is not None, source.get("signerName") is not None
    if by_name and by_signer:
        yield invalid(path, source, "only one of name and signerName may be used")
    elif not by_name and not by_signer:
        yield required(path, "either name or signerName must be specified")
    yield from validate_selector(source.get("labelSelector"), f"{path}.labelSelector")
    if not source.get("path"):
        yield required(f"{path}.path")


def validate_pod_certificate(source: Object, path: str) -> Errors:
    if source.get("keyType") not in KEY_TYPES:
        yield not_supported(f"{path}.keyType", source.get("keyType", ""), KEY_TYPES)
    yield from validate_signer(source.get("signerName", ""), f"{path}.signerName")
    seconds, most = source.get("maxExpirationSeconds"), longest_certificate(source.get("signerName", ""))
    if seconds is not None and seconds < HOUR:
        yield invalid(f"{path}.maxExpirationSeconds", seconds, f"if provided, maxExpirationSeconds must be >= {HOUR}")
    elif seconds is not None and seconds > most:
        yield invalid(f"{path}.maxExpirationSeconds", seconds, f"if provided, maxExpirationSeconds must be <= {most}")
    named = [field for field in CERTIFICATE_PATHS if source.get(field)]
    if not named:
        yield required(path, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath")
    for field in named:
        yield from validate_own_path(source[field], f"{path}.{field}")
    for key in source.get("userAnnotations") or ():
        if "/" not in key:
            yield invalid(f"{path}.userAnnotations", key, 'must be a domain-prefixed key (such as "acme.io/foo")')
        yield from validate_label_name(key.lower(), f"{path}.userAnnotations")


def longest_certificate(signer: str) -> int:
    """The most seconds that a Pod's certificate of a signer may last: those of Kubernetes itself sign for a day."""
    domain = signer.partition("/")[0]
    return 24 * HOUR if domain == "kubernetes.io" or domain.endswith(".kubernetes.io") else 91 * 24 * HOUR


def paths_of(projection: Object) -> list[str]:
    """The files a projection makes, as far as it names them."""
    found = []
    for source in projection.values():
        if isinstance(source, dict):
            items = source.get("items") or ()
            found += [item["path"] for item in items if item.get("path")]
            found += [source[field] for field in ("path", *CERTIFICATE_PATHS) if source.get(field)]
    return found


def validate_csi(source: Object, path: str) -> Errors:
    driver = source.get("driver")
    if driver:
        if len(driver) > names.LABEL_LENGTH:
            yield too_long(f"{path}.driver", names.LABEL_LENGTH)
        for message in names.dns_subdomain(driver.lower()):
            yield invalid(f"{path}.driver", driver, message)
    secret = source.get("nodePublishSecretRef")
    if secret is not None and not secret.get("name"):
        yield required(f"{path}.nodePublishSecretRef.name")


def validate_ephemeral(source: Object, path: str) -> Errors:
    from simulator.resources.common.claims import validate_claim_spec

    template = source.get("volumeClaimTemplate")
    if template is None:
        return
    place = f"{path}.volumeClaimTemplate"
    metadata = template.get("metadata") or {}
    if metadata.get("labels"):
        yield from validate_labels(metadata["labels"], f"{place}.metadata.labels")
    for key in metadata.get("annotations") or ():
        yield from validate_label_name(key.lower(), f"{place}.metadata.annotations")
    yield from validate_claim_spec(template.get("spec") or {}, f"{place}.spec")


SOURCES: dict[str, Any] = {
    "emptyDir": validate_empty_dir,
    "hostPath": validate_host_path,
    "nfs": validate_nfs,
    "secret": validate_files,
    "configMap": validate_files,
    "downwardAPI": validate_downward_api,
    "projected": validate_projected,
    "csi": validate_csi,
    "ephemeral": validate_ephemeral,
}
