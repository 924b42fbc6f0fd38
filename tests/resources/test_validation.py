"""What the API says of objects that break the rules of their kind, to the character."""

import json
from copy import deepcopy
from typing import Any

import pytest
import yaml

from simulator.machinery.field import causes, invalid_message
from simulator.machinery.objects import Object, changed
from simulator.resources.registry import RESOURCES
from simulator.resources.resource import Resource

KINDS = {(resource.api_version(), resource.kind): resource for resource in RESOURCES}

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: default}
spec:
  containers:
  - {name: web, image: "nginx:1.25"}
"""
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "nginx:1.25", ports: [{containerPort: 80}]}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec:
  clusterIP: 10.96.0.7
  clusterIPs: [10.96.0.7]
  ipFamilies: [IPv4]
  ipFamilyPolicy: SingleStack
  ports: [{port: 80}]
"""
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: once, namespace: default, uid: 11-22}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: once, image: busybox}]
"""
STATEFUL_SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: default}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: postgres}]}
"""
CONFIG_MAP = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: default}, immutable: true, data: {a: b}}"
SECRET = "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: default}, data: {a: Yg==}}"
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: default}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)


def prepared(text: str) -> tuple[Resource, Object]:
    """An object as it is when validation sees it."""
    obj = yaml.safe_load(text)
    resource = KINDS[obj["apiVersion"], obj["kind"]]
    resource.default(obj)
    if resource.strategy is not None and hasattr(resource.strategy, "prepare_create"):
        resource.strategy.prepare_create(obj)
    return resource, obj


def put(obj: Object, path: str, value: Any) -> Object:
    """A copy with another value at a path such as `spec.ports.0.name`; None takes it away."""
    copy: Any = deepcopy(obj)
    *way, last = path.split(".")
    place = copy
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
    if value is None:
        del place[last]
    else:
        place[int(last) if isinstance(place, list) else last] = value
    return copy


def said(resource: Resource, obj: Object, old: Object | None = None) -> list[str]:
    return list(map(str, resource.validate(obj, old)))


CREATED = [
    pytest.param(POD, "metadata.name", "Web", [f'metadata.name: Invalid value: "Web": {SUBDOMAIN}'], id="name"),
    pytest.param(POD, "spec.containers", [], ["spec.containers: Required value"], id="no containers"),
    pytest.param(SERVICE, "metadata.name", "1-web", [], id="a Service's name may begin with a digit"),
    pytest.param(
        STATEFUL_SET,
        "metadata.name",
        "a.b",
        ['metadata.name: Invalid value: "a.b": must not contain dots'],
        id="a StatefulSet's name is a label",
    ),
    pytest.param(
        DEPLOYMENT,
        "spec.template.spec.containers.0.image",
        None,
        ["spec.template.spec.containers[0].image: Required value"],
        id="no image",
    ),
    pytest.param(
        DEPLOYMENT,
        "spec.replicas",
        -1,
        ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
        id="negative replicas",
    ),
    pytest.param(
        DEPLOYMENT,
        "spec.template.metadata.labels.app",
        "b",
        ['spec.template.metadata.labels: Invalid value: {"app":"b"}: `selector` does not match template `labels`'],
        id="labels do not match",
    ),
    pytest.param(
        DEPLOYMENT,
        "spec.selector",
        None,
        [
            "spec.selector: Required value",
            'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
        ],
        id="no selector",
    ),
    pytest.param(
        DEPLOYMENT,
        "spec.template.spec.containers.0.ports.0.containerPort",
        80800,
        [
            "spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 80800: "
            "must be between 1 and 65535, inclusive"
        ],
        id="port out of range",
    ),
    pytest.param(
        DEPLOYMENT,
        "spec.strategy",
        {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}},
        [
            'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
        ],
        id="rollout that cannot move",
    ),
    pytest.param(
        POD,
        "spec.containers.0.ports",
        [
            {"containerPort": 80, "name": "http", "protocol": "TCP"},
            {"containerPort": 81, "name": "http", "protocol": "TCP"},
        ],
        ['spec.containers[0].ports[1].name: Duplicate value: "http"'],
        id="port names twice",
    ),
    pytest.param(
        POD,
        "spec.containers.0.resources",
        {"requests": {"cpu": "2"}, "limits": {"cpu": "500m"}},
        ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 500m'],
        id="request above limit",
    ),
    pytest.param(
        POD,
        "spec.containers.0.volumeMounts",
        [{"name": "data", "mountPath": "/data"}],
        ['spec.containers[0].volumeMounts[0].name: Not found: "data"'],
        id="mount without volume",
    ),
    pytest.param(
        POD,
        "spec.restartPolicy",
        "Sometimes",
        ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
        id="restart policy",
    ),
    pytest.param(
        POD,
        "spec.containers.0.livenessProbe",
        {"exec": {"command": ["true"]}, "tcpSocket": {"port": 80}, "successThreshold": 1},
        ["spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"],
        id="probe of two kinds",
    ),
    pytest.param(
        POD,
        "spec.containers.0.env",
        [{"name": "A", "value": "b", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}}],
        [
            'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
        ],
        id="value from two places",
    ),
    pytest.param(
        POD,
        "spec.tolerations",
        [{"operator": "Equal", "value": "x"}],
        [
            'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, '
            'which means "match all values and all keys"'
        ],
        id="toleration without key",
    ),
    pytest.param(
        SERVICE,
        "spec.ports",
        [
            {"port": 80, "targetPort": 80, "protocol": "TCP", "name": "a"},
            {"port": 81, "targetPort": 81, "protocol": "TCP"},
        ],
        ["spec.ports[1].name: Required value"],
        id="several ports need names",
    ),
    pytest.param(
        JOB,
        "spec.template.spec.restartPolicy",
        "Always",
        ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
        id="job that restarts always",
    ),
    pytest.param(
        CONFIG_MAP,
        "data",
        {"a b": "c"},
        [
            "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or "
            "'.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
        ],
        id="config key",
    ),
    pytest.param(
        CLAIM,
        "spec.resources",
        {},
        ["spec.resources[storage]: Required value"],
        id="claim without size",
    ),
]


@pytest.mark.parametrize(("text", "path", "value", "messages"), CREATED)
def test_a_new_object(text: str, path: str, value: Any, messages: list[str]) -> None:
    resource, obj = prepared(text)
    assert said(resource, obj) == []
    assert said(resource, put(obj, path, value)) == messages


UPDATED = [
    pytest.param(
        DEPLOYMENT,
        "spec.selector",
        {"matchLabels": {"app": "x"}},
        [
            'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
            'spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
        ],
        id="selector",
    ),
    pytest.param(
        SERVICE,
        "spec.clusterIPs",
        ["10.96.0.8"],
        [
            'spec.clusterIPs[0]: Invalid value: ["10.96.0.8"]: may not change once set',
            'spec.clusterIPs: Invalid value: ["10.96.0.8"]: first value must match `clusterIP`',
        ],
        id="cluster address",
    ),
    pytest.param(
        CONFIG_MAP,
        "data",
        {"a": "c"},
        ["data: Forbidden: field is immutable when `immutable` is set"],
        id="immutable ConfigMap",
    ),
    pytest.param(SECRET, "type", "Other", ['type: Invalid value: "Other": field is immutable'], id="type of a Secret"),
    pytest.param(
        STATEFUL_SET,
        "spec.serviceName",
        "other",
        [
            "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
            "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' "
            "are forbidden"
        ],
        id="StatefulSet",
    ),
    pytest.param(
        POD,
        "spec.containers",
        [],
        ["spec.containers: Required value", "spec.containers: Forbidden: pod updates may not add or remove containers"],
        id="containers of a Pod",
    ),
    pytest.param(POD, "spec.containers.0.image", "nginx:1.26", [], id="image of a Pod"),
    pytest.param(POD, "metadata.labels", {"app": "web"}, [], id="labels of a Pod"),
]


@pytest.mark.parametrize(("text", "path", "value", "messages"), UPDATED)
def test_a_change(text: str, path: str, value: Any, messages: list[str]) -> None:
    resource, obj = prepared(text)
    assert said(resource, obj, obj) == []
    assert said(resource, put(obj, path, value), obj) == messages


def test_a_pod_shows_which_field_may_not_change() -> None:
    resource, obj = prepared(POD)
    (message,) = said(resource, changed(obj, ("spec", "hostname"), "elsewhere"), obj)
    rule, hunk, *lines = message.splitlines()
    assert rule == (
        "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
        "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
        "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
    )
    assert hunk.startswith("@@ -")
    assert lines == [
        '   "SELinuxChangePolicy": null',
        "  },",
        '  "ImagePullSecrets": null,',
        '- "Hostname": "",',
        '+ "Hostname": "elsewhere",',
        '  "Subdomain": "",',
        '  "SetHostnameAsFQDN": null,',
        '  "Affinity": null,',
    ]


def test_a_template_of_a_job_is_shown_whole() -> None:
    resource, obj = prepared(JOB)
    (message,) = said(resource, put(obj, "spec.template.spec.containers.0.image", "alpine"), obj)
    path, value, rule = message.split(": ", 1)[0], message.split("Invalid value: ", 1)[1], "field is immutable"
    assert path == "spec.template"
    shown = json.loads(value.removesuffix(f": {rule}"))
    assert list(shown) == ["labels", "Spec"]
    assert shown["Spec"]["Containers"][0]["Image"] == "alpine"
    assert shown["Spec"]["SecurityContext"]["HostNetwork"] is False


def test_several_errors_are_told_together() -> None:
    resource, obj = prepared(DEPLOYMENT)
    errors = resource.validate(put(put(obj, "spec.replicas", -1), "spec.minReadySeconds", -2))
    rule = "must be greater than or equal to 0"
    assert invalid_message("Deployment", "apps", "web", errors) == (
        f'Deployment.apps "web" is invalid: [spec.replicas: Invalid value: -1: {rule}, '
        f"spec.minReadySeconds: Invalid value: -2: {rule}]"
    )
    assert causes(errors)[0] == {
        "reason": "FieldValueInvalid",
        "message": f"Invalid value: -1: {rule}",
        "field": "spec.replicas",
    }


def test_limits_are_compared_with_their_defaults() -> None:
    resource, obj = prepared("""
        apiVersion: v1
        kind: LimitRange
        metadata: {name: bad, namespace: default}
        spec: {limits: [{type: Container, max: {cpu: "1"}, min: {cpu: "2"}}]}
    """)
    assert said(resource, obj) == [
        'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
        'spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
        'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
    ]


def test_a_bound_claim_may_grow_but_not_shrink() -> None:
    resource, obj = prepared(CLAIM)
    bound = {**obj, "status": {"phase": "Bound", "capacity": {"storage": "1Gi"}}}
    assert said(resource, put(bound, "spec.resources.requests.storage", "2Gi"), bound) == []
    assert said(resource, put(bound, "spec.resources.requests.storage", "512Mi"), bound) == [
        "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
    ]
    (message,) = said(resource, put(bound, "spec.accessModes", ["ReadWriteMany"]), bound)
    assert message.splitlines()[-8:] == [
        "@@ -1,6 +1,6 @@",
        " {",
        '  "AccessModes": [',
        '-  "ReadWriteOnce"',
        '+  "ReadWriteMany"',
        "  ],",
        '  "Selector": null,',
        '  "Resources": {',
    ]


@pytest.mark.parametrize(
    ("schedule", "rule"),
    [
        ("*/5 * * * *", ""),
        ("@every 1h30m", ""),
        ("0 0 * * mon-fri", ""),
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("60 * * * *", "end of range (60) above maximum (59): 60"),
        ("a * * * *", 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'),
        ("@often", "unrecognized descriptor: @often"),
    ],
)
def test_schedules(schedule: str, rule: str) -> None:
    resource, obj = prepared(f"""
        apiVersion: batch/v1
        kind: CronJob
        metadata: {{name: tick, namespace: default}}
        spec:
          schedule: "{schedule}"
          jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: a, image: b}}]}}}}}}}}
    """)
    expected = [f"spec.schedule: Invalid value: {json.dumps(schedule)}: {rule}"] if rule else []
    assert said(resource, obj) == expected


DEBUGGER = {
    "name": "debug",
    "image": "busybox",
    "imagePullPolicy": "Always",
    "terminationMessagePolicy": "File",
    "resources": {},
}


def test_debugging_containers_come_through_their_own_door() -> None:
    resource, pod = prepared(POD)
    debugged = put(pod, "spec.ephemeralContainers", [DEBUGGER])
    assert resource.validate(debugged, pod, "ephemeralcontainers") == []
    assert said(resource, debugged, pod)[0].startswith("spec: Forbidden: pod updates may not change fields other than")
    (message,) = map(str, resource.validate(pod, debugged, "ephemeralcontainers"))
    assert message == 'spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n'


def test_a_resize_changes_cpu_and_memory_alone() -> None:
    resource, pod = prepared(POD)
    pod = put(pod, "spec.containers.0.resources", {"requests": {"cpu": "1", "memory": "1Gi"}})
    bigger = put(pod, "spec.containers.0.resources", {"requests": {"cpu": "2", "memory": "1Gi"}})
    assert resource.validate(bigger, pod, "resize") == []
    smaller = put(pod, "spec.containers.0.resources", {"requests": {"cpu": "2"}})
    assert list(map(str, resource.validate(smaller, pod, "resize"))) == [
        "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed"
    ]
    renamed = put(bigger, "spec.hostname", "elsewhere")
    assert list(map(str, resource.validate(renamed, pod, "resize"))) == [
        "spec: Forbidden: only cpu and memory resources are mutable"
    ]
