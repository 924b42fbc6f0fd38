"""How `kubectl get` shows Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs, CronJobs and what they leave behind."""

import pytest

from simulator.kernel.clock import MINUTE, SECOND
from simulator.machinery.objects import Object
from tests.resources.showing import FIVE_MINUTES_AGO, HOUR_AGO, ago, named, shown

TEMPLATE: Object = {
    "spec": {"containers": [{"name": "nginx", "image": "nginx:1.29"}, {"name": "log", "image": "busybox"}]}
}
SELECTOR: Object = {"matchLabels": {"tier": "front", "app": "web"}}


def test_deployments() -> None:
    web = named(
        "web",
        spec={"replicas": 3, "selector": SELECTOR, "template": TEMPLATE},
        status={"readyReplicas": 2, "updatedReplicas": 3, "availableReplicas": 2},
    )
    fresh = named("fresh", spec={"replicas": 1, "selector": SELECTOR, "template": TEMPLATE})
    assert (
        shown("deployments.apps", web, fresh)
        == """
NAME    READY   UP-TO-DATE   AVAILABLE   AGE
web     2/3     3            2           5m
fresh   0/1     0            0           5m
"""
    )
    assert (
        shown("deployments.apps", web, wide=True)
        == """
NAME   READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES               SELECTOR
web    2/3     3            2           5m    nginx,log    nginx:1.29,busybox   app=web,tier=front
"""
    )


def test_replica_sets() -> None:
    expressions = [
        {"key": "app", "operator": "In", "values": ["web", "shop"]},
        {"key": "old", "operator": "DoesNotExist"},
    ]
    replica_set = named(
        "web-7c5d",
        spec={"replicas": 3, "selector": {"matchExpressions": expressions}, "template": TEMPLATE},
        status={"replicas": 3, "readyReplicas": 1},
    )
    assert (
        shown("replicasets.apps", replica_set, wide=True)
        == """
NAME       DESIRED   CURRENT   READY   AGE   CONTAINERS   IMAGES               SELECTOR
web-7c5d   3         3         1       5m    nginx,log    nginx:1.29,busybox   app in (shop,web),!old
"""
    )


def test_replication_controllers() -> None:
    controller = named(
        "old", spec={"replicas": 1, "selector": {"app": "web"}, "template": TEMPLATE}, status={"replicas": 1}
    )
    assert (
        shown("replicationcontrollers", controller, wide=True)
        == """
NAME   DESIRED   CURRENT   READY   AGE   CONTAINERS   IMAGES               SELECTOR
old    1         1         0       5m    nginx,log    nginx:1.29,busybox   app=web
"""
    )


def test_stateful_sets() -> None:
    database = named("db", spec={"replicas": 3, "template": TEMPLATE}, status={"readyReplicas": 3})
    assert (
        shown("statefulsets.apps", database, wide=True)
        == """
NAME   READY   AGE   CONTAINERS   IMAGES
db     3/3     5m    nginx,log    nginx:1.29,busybox
"""
    )


def test_daemon_sets() -> None:
    counts = {
        "desiredNumberScheduled": 3,
        "currentNumberScheduled": 3,
        "numberReady": 2,
        "updatedNumberScheduled": 1,
        "numberAvailable": 2,
    }
    template = {"spec": TEMPLATE["spec"] | {"nodeSelector": {"disk": "ssd"}}}
    agent = named("agent", spec={"selector": SELECTOR, "template": template}, status=counts)
    assert (
        shown("daemonsets.apps", agent, named("idle", spec={"template": TEMPLATE}))
        == """
NAME    DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR   AGE
agent   3         3         2       1            2           disk=ssd        5m
idle    0         0         0       0            0           <none>          5m
"""
    )


def job(spec: Object, status: Object, **metadata: object) -> Object:
    made = named("report", spec={"template": TEMPLATE, "selector": SELECTOR} | spec, status=status)
    return made | {"metadata": made["metadata"] | metadata}


def conditions(*kinds: str) -> list[Object]:
    return [{"type": kind, "status": "True"} for kind in kinds]


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (job({"completions": 3}, {}), "report Running 0/3 5m"),
        (job({"completions": 3}, {"startTime": ago(90 * SECOND), "succeeded": 1}), "report Running 1/3 90s 5m"),
        (
            job(
                {"completions": 1},
                {
                    "startTime": HOUR_AGO,
                    "completionTime": ago(58 * MINUTE),
                    "succeeded": 1,
                    "conditions": conditions("Complete"),
                },
            ),
            "report Complete 1/1 2m 5m",
        ),
        (job({"completions": 1}, {"conditions": conditions("FailureTarget", "Failed")}), "report Failed 0/1 5m"),
        (job({"completions": 1}, {"conditions": conditions("FailureTarget")}), "report FailureTarget 0/1 5m"),
        (job({"completions": 1}, {"conditions": conditions("Suspended")}), "report Suspended 0/1 5m"),
        (job({"completions": 1}, {}, deletionTimestamp=ago(SECOND)), "report Terminating 0/1 5m"),
        (job({"parallelism": 1}, {"succeeded": 1}), "report Running 1/1 5m"),
        (job({"parallelism": 4}, {"succeeded": 2}), "report Running 2/1 of 4 5m"),
    ],
)
def test_jobs(obj: Object, expected: str) -> None:
    header, line = shown("jobs.batch", obj).strip().splitlines()
    assert header.split() == ["NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE"]
    assert " ".join(line.split()) == expected


def test_cron_jobs() -> None:
    spec = {"schedule": "*/5 * * * *", "suspend": False, "jobTemplate": {"spec": {"template": TEMPLATE}}}
    ran = named(
        "backup",
        spec=spec | {"timeZone": "Asia/Seoul"},
        status={"active": [{"name": "a"}], "lastScheduleTime": ago(70 * SECOND)},
    )
    assert (
        shown("cronjobs.batch", ran, named("never", spec=spec | {"suspend": True}))
        == """
NAME     SCHEDULE      TIMEZONE     SUSPEND   ACTIVE   LAST SCHEDULE   AGE
backup   */5 * * * *   Asia/Seoul   False     1        70s             5m
never    */5 * * * *   <none>       True      0        <none>          5m
"""
    )


def test_controller_revisions() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "1", "controller": True}
    made: Object = {
        "metadata": {"name": "db-6f", "creationTimestamp": FIVE_MINUTES_AGO, "ownerReferences": [owner]},
        "revision": 2,
    }
    assert (
        shown("controllerrevisions.apps", made, named("stray", revision=1))
        == """
NAME    CONTROLLER            REVISION   AGE
db-6f   statefulset.apps/db   2          5m
stray   <none>                1          5m
"""
    )


def test_pod_disruption_budgets() -> None:
    assert (
        shown(
            "poddisruptionbudgets.policy",
            named("web", spec={"minAvailable": "50%"}, status={"disruptionsAllowed": 1}),
            named("db", spec={"maxUnavailable": 1}),
        )
        == """
NAME   MIN AVAILABLE   MAX UNAVAILABLE   ALLOWED DISRUPTIONS   AGE
web    50%             N/A               1                     5m
db     N/A             1                 0                     5m
"""
    )


METRIC = {"averageUtilization": 80}


@pytest.mark.parametrize(
    ("metrics", "current", "expected"),
    [
        ([], [], "<none>"),
        ([{"type": "Resource", "resource": {"name": "cpu", "target": METRIC}}], [], "cpu: <unknown>/80%"),
        (
            [{"type": "Resource", "resource": {"name": "cpu", "target": METRIC}}],
            [{"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 12}}}],
            "cpu: 12%/80%",
        ),
        (
            [{"type": "Resource", "resource": {"name": "memory", "target": {"averageValue": "1024Mi"}}}],
            [],
            "memory: <unknown>/1Gi",
        ),
        ([{"type": "Pods", "pods": {"metric": {"name": "rps"}, "target": {"averageValue": "10"}}}], [], "<unknown>/10"),
        (
            [{"type": "External", "external": {"target": {"averageValue": "5"}}}],
            [{"type": "External", "external": {"current": {"averageValue": "2"}}}],
            "2/5 (avg)",
        ),
        (
            [{"type": "Object", "object": {"target": {"value": "5"}}}],
            [{"type": "Object", "object": {"current": {"value": "2"}}}],
            "2/5",
        ),
        (
            [{"type": "Resource", "resource": {"name": name, "target": METRIC}} for name in "abcd"],
            [],
            "a: <unknown>/80%, b: <unknown>/80% + 2 more...",
        ),
    ],
)
def test_autoscaler_targets(metrics: list[Object], current: list[Object], expected: str) -> None:
    spec = {
        "scaleTargetRef": {"kind": "Deployment", "name": "web"},
        "minReplicas": 1,
        "maxReplicas": 5,
        "metrics": metrics,
    }
    autoscaler = named(
        "web", spec=spec, status={"currentReplicas": 2, "currentMetrics": current}, apiVersion="autoscaling/v2"
    )
    width = max(len(expected), len("TARGETS"))
    assert shown("horizontalpodautoscalers.autoscaling", autoscaler) == (
        f"\nNAME   REFERENCE        {'TARGETS':<{width}}   MINPODS   MAXPODS   REPLICAS   AGE\n"
        f"web    Deployment/web   {expected:<{width}}   1         5         2          5m\n"
    )


def test_an_autoscaler_asked_for_in_v1_shows_the_same() -> None:
    spec = {
        "scaleTargetRef": {"kind": "Deployment", "name": "web"},
        "maxReplicas": 5,
        "targetCPUUtilizationPercentage": 80,
    }
    assert (
        shown("horizontalpodautoscalers.autoscaling", named("web", spec=spec, apiVersion="autoscaling/v1"))
        == """
NAME   REFERENCE        TARGETS              MINPODS   MAXPODS   REPLICAS   AGE
web    Deployment/web   cpu: <unknown>/80%   <unset>   5         0          5m
"""
    )
