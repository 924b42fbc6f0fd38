"""What a failed Pod means for its Job. Upstream: pkg/controller/job/pod_failure_policy.go"""

from collections.abc import Iterator

from simulator.machinery.objects import Object, at

COUNT, IGNORE, FAIL_JOB, FAIL_INDEX = "Count", "Ignore", "FailJob", "FailIndex"


def verdict(job: Object, pod: Object) -> tuple[str, str]:
    """The action of the first rule that matches a failed Pod, and words about it."""
    for number, rule in enumerate(at(job, "spec", "podFailurePolicy", "rules", default=())):
        told = _by_exit_code(rule, pod, number) if "onExitCodes" in rule else _by_condition(rule, pod, number)
        if told:
            return rule["action"], told
    return COUNT, ""


def _by_exit_code(rule: Object, pod: Object, number: int) -> str:
    demand = rule["onExitCodes"]
    for container, code in _exit_codes(pod):
        if demand.get("containerName") not in (None, container):
            continue
        if code != 0 and (code in demand["values"]) == (demand["operator"] == "In"):
            namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
            what = f"Container {container} for pod {namespace}/{name} failed with exit code {code}"
            return f"{what} matching {rule['action']} rule at index {number}"
    return ""


def _exit_codes(pod: Object) -> Iterator[tuple[str, int]]:
    for field in ("containerStatuses", "initContainerStatuses"):
        for status in at(pod, "status", field, default=()):
            code = at(status, "state", "terminated", "exitCode")
            if code is not None:
                yield status["name"], code


def _by_condition(rule: Object, pod: Object, number: int) -> str:
    for demand in rule.get("onPodConditions") or ():
        for one in at(pod, "status", "conditions", default=()):
            if one["type"] == demand["type"] and one["status"] == demand.get("status", "True"):
                namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
                what = f"Pod {namespace}/{name} has condition {one['type']}"
                return f"{what} matching {rule['action']} rule at index {number}"
    return ""
