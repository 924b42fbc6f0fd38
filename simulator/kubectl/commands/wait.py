"""kubectl wait: until a condition holds, a field has a value, or an object comes or goes.

Upstream: kubectl/pkg/cmd/wait
"""

import re
from collections.abc import Callable
from typing import Any

from simulator.api.requests import Stream
from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import Reporter
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.deleting import Doomed, doomed, place
from simulator.kubectl.errors import CommandError, Failure, Plain, ServerError, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import ALL_NAMESPACES, FIELD_SELECTOR, FILENAMES, LOCAL, PRINTING, SELECTOR, all_objects
from simulator.kubectl.watching import FOREVER, news, watch_object
from simulator.machinery.jsonpath import JSONPath, JSONPathError, relaxed
from simulator.machinery.objects import Object, at

HALF_A_SECOND = 500_000


@command(
    "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|"
    "--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
    summary="Wait for a specific condition on one or many resources",
    description="Wait for a specific condition on one or many resources.\n\n"
    " Looks at the condition, then follows the objects until it holds on each or the time is up.",
    examples=(
        ('Wait until the pod "busybox1" is ready', "kubectl wait --for=condition=Ready pod/busybox1"),
        ("Wait for a condition to be false", "kubectl wait --for=condition=Ready=false pod/busybox1"),
        (
            "Wait for labelled pods, at most 60 seconds",
            "kubectl wait --for=condition=Ready pod -l app=web --timeout=60s",
        ),
        ("Wait for a field to have a value", "kubectl wait --for=jsonpath='{.status.phase}'=Running pod/busybox1"),
        ("Wait for a field to be there", "kubectl wait --for=jsonpath='{.status.loadBalancer.ingress}' service/lb"),
        ("Wait for a secret to be made", "kubectl wait --for=create secret/my-secret --timeout=30s"),
        (
            "Wait for a pod to be gone",
            "kubectl delete pod/busybox1\nkubectl wait --for=delete pod/busybox1 --timeout=60s",
        ),
    ),
    flags=(
        all_objects(),
        ALL_NAMESPACES,
        *PRINTING,
        FIELD_SELECTOR,
        *FILENAMES[:1],
        Flag("recursive", True, "Go into the folders below a folder given with -f.", short="R"),
        Flag("for", (), "What to wait for: [create|delete|condition=NAME[=VALUE]|jsonpath='{PATH}'[=VALUE]]."),
        LOCAL,
        SELECTOR,
        Flag("timeout", "30s", "How long to wait. Zero looks once; negative waits for a week.", kind="duration"),
    ),
)
def wait(kubectl: Kubectl) -> Outcome:
    goals = kubectl.options.texts("for")
    if not goals:
        raise CommandError("unrecognized condition: []")
    for goal in goals:
        parse(goal)
    timeout = kubectl.options.duration("timeout")
    return pursue(kubectl, tuple(goals), kubectl.now + (FOREVER if timeout < 0 else timeout))


def pursue(kubectl: Kubectl, goals: tuple[str, ...], deadline: int) -> Outcome:
    """Wait for one goal after the other; all of them have to be reached until the deadline."""
    if not goals:
        return None
    goal = goals[0].lower()
    if goal == "create":
        return await_created(kubectl, goals, deadline)
    found, errors = Builder(kubectl, kubectl.options.args).collected()
    if goal == "delete":
        errors = [error for error in errors if not (isinstance(error, ServerError) and error.reason == "NotFound")]
    elif not found and not errors:
        raise CommandError("no matching resources found")
    targets = tuple(doomed(info, at(info.object, "metadata", "uid", default="")) for info in found)
    kubectl.memory["failures"] = tuple(error.listed() for error in errors)
    return await_each(kubectl, goals, targets, deadline)


type Test = Callable[[Object], bool]


def parse(goal: str) -> Test | None:
    """The test that a goal asks for; None for `delete` and `create`."""
    if goal.lower() in ("delete", "create"):
        return None
    if goal.startswith("condition="):
        name, _, value = goal.removeprefix("condition=").partition("=")
        return lambda obj: condition_holds(obj, name, value or "true")
    if goal.startswith("jsonpath="):
        return field_test(goal.removeprefix("jsonpath="))
    raise CommandError(f'unrecognized condition: "{goal}"')


def condition_holds(obj: Object, name: str, value: str) -> bool:
    for condition in at(obj, "status", "conditions", default=[]):
        if str(condition.get("type", "")).lower() != name.lower():
            continue
        generation = at(obj, "metadata", "generation")
        observed = condition.get("observedGeneration", at(obj, "status", "observedGeneration"))
        if generation is not None and observed is not None and observed < generation:
            return False
        return str(condition.get("status", "")).lower() == value.lower()
    return False


def field_test(text: str) -> Test:
    """A path in braces, and the value to find there, or any."""
    parts = split_path(text)
    if len(parts) > 2:
        raise CommandError(
            "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or "
            "--for=jsonpath='{.status.readyReplicas}'"
        )
    value = parts[1].strip("'\"") if len(parts) == 2 else None
    try:
        template = JSONPath(relaxed(parts[0]), allow_missing_keys=True)
    except JSONPathError as error:
        raise CommandError(str(error)) from None
    if value == "":
        raise CommandError(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
        )
    if not parts[0]:
        raise CommandError("jsonpath expression cannot be empty")

    def holds(obj: Object) -> bool:
        try:
            values = [found for part in template.find(obj) for found in part]
        except JSONPathError:
            return False
        if value is None:
            return bool(values)
        if len(values) > 1:
            raise CommandError("given jsonpath expression matches more than one value")
        if values and isinstance(values[0], dict | list):
            raise CommandError("jsonpath leads to a nested object or list which is not supported")
        return bool(values) and spelled(values[0]) == value

    return holds


def split_path(text: str) -> list[str]:
    """The parts between single equal signs: a path, and maybe a value. Double ones belong to the path."""
    parts = [""]
    for piece in re.findall("==|=|[^=]+", text):
        if piece == "=":
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def spelled(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


@step
def await_each(
    kubectl: Kubectl, goals: tuple[str, ...], left: tuple[Doomed, ...], deadline: int, stream: Stream | None = None
) -> Outcome:
    """Wait for one object after the other, then tell what could not be had, or go on to the next goal."""
    test = parse(goals[0])
    while left:
        info, uid = place(kubectl, left[0]), left[0][3]
        done, stream = look(kubectl, info, uid, test, stream)
        if done is not None and not (test and too_late(kubectl, deadline)):
            Reporter(kubectl).report_info(info.holding(done), "condition met")
        elif kubectl.now < deadline:
            return kubectl.wait(await_each, goals, left, deadline, stream, until=deadline, stream=True)
        else:
            miss(kubectl, f"{info.resource.name}/{info.name}")
        left, stream = left[1:], None
    failures: list[Failure] = [told_again(text) for text in kubectl.memory.get("failures", ())]
    raise_all(failures)
    return pursue(kubectl, goals[1:], deadline)


def too_late(kubectl: Kubectl, deadline: int) -> bool:
    """Whether the time is up, so that nothing more is looked at; without any time there is one look at each."""
    return kubectl.now >= deadline and kubectl.options.duration("timeout") != 0


def miss(kubectl: Kubectl, target: str) -> None:
    """Keep in mind that an object did not come to what was waited for."""
    once = kubectl.options.duration("timeout") == 0
    failure = f"condition not met for {target}" if once else f"timed out waiting for the condition on {target}"
    kubectl.memory["failures"] = (*kubectl.memory.get("failures", ()), failure)


def told_again(text: str) -> Failure:
    return Plain(text) if text.startswith("Error from server") else CommandError(text)


def look(
    kubectl: Kubectl, info: Info, uid: str, test: Test | None, stream: Stream | None
) -> tuple[Object | None, Stream | None]:
    """The object once what is waited for is so, and the watch to go on with."""
    if stream is None:
        current = kubectl.client.find(info.path)
        if test is None:
            if current is None or at(current, "metadata", "uid") != uid:
                return identity(info), None
        elif current is not None and test(current):
            return current, None
        stream = watch_object(kubectl, info)
    events, stream = news(kubectl, stream)
    for kind, obj in events:
        if kind == "DELETED":
            if test is None:
                return obj, None
            continue
        if test is not None and test(obj):
            return obj, None
    return None, stream


def identity(info: Info) -> Object:
    return {"apiVersion": info.resource.api_version, "kind": info.resource.kind, "metadata": {"name": info.name}}


@step
def await_created(kubectl: Kubectl, goals: tuple[str, ...], deadline: int) -> Outcome:
    """Look twice a second whether the objects are there."""
    builder = Builder(kubectl, kubectl.options.args)
    found, errors = builder.collected()
    missing = [error for error in errors if isinstance(error, ServerError) and error.reason == "NotFound"]
    if len(missing) != len(errors):
        raise_all(errors)
    if found and not missing:
        for info in found:
            Reporter(kubectl).report_info(info, "condition met")
        return pursue(kubectl, goals[1:], deadline)
    if kubectl.now >= deadline:
        raise CommandError("timed out waiting for the condition")
    return kubectl.wait(await_created, goals, deadline, until=min(kubectl.now + HALF_A_SECOND, deadline))
