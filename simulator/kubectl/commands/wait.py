"""kubectl wait: until a condition holds, a field has a value, or an object comes or goes.

Upstream: kubectl/pkg/cmd/wait
"""

import re
from collections.abc import Callable
from typing import Any

from simulator.kubectl.builder import Builder, Info
from simulator.kubectl.changes import Reporter
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.deleting import gone, timed_out
from simulator.kubectl.dialects import DYNAMIC
from simulator.kubectl.errors import CommandError, Failure, raise_all
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.options import ALL_NAMESPACES, FIELD_SELECTOR, FILENAMES, LOCAL, PRINTING, SELECTOR, all_objects
from simulator.kubectl.visiting import Visit, not_found, note, noted, visited, visits
from simulator.kubectl.watching import FOREVER, Event, Reflector, news, reflect, stop, wake
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
    kubectl.connect()
    goals = kubectl.options.texts("for")
    if not goals:
        raise CommandError("unrecognized condition: []")
    for goal in goals:
        parse(goal)
    timeout = kubectl.options.duration("timeout")
    deadline = kubectl.now + (FOREVER if timeout < 0 else timeout)
    return await_created(kubectl, deadline) if "create" in map(str.lower, goals) else begin(kubectl, deadline)


def begin(kubectl: Kubectl, deadline: int) -> Outcome:
    return visit(kubectl, visits(kubectl, Builder(kubectl, kubectl.options.args)), deadline)


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
def visit(
    kubectl: Kubectl, left: tuple[Visit, ...], deadline: int, goal: int = 0, reflector: Reflector | None = None
) -> Outcome:
    """Wait for one object after the other, and for one goal of it after the other; then tell what could not be had."""
    goals = kubectl.options.texts("for")
    builder = Builder(kubectl, kubectl.options.args)
    while left:
        first, rest = left[0], left[1:]
        try:
            info = visited(kubectl, builder, first)
            done, reflector = reach(kubectl, info, goals[goal], deadline, reflector)
        except Failure as failure:
            if not (deletes(kubectl) and failure.reason == "NotFound"):
                note(kubectl, failure)
            left, goal, reflector = rest, 0, None
            continue
        left = ((first[0], info.object), *rest)
        if done is None and reflector is not None:
            until = wake(reflector, deadline)
            return kubectl.wait(visit, left, deadline, goal, reflector, until=until, stream=True)
        Reporter(kubectl).report_info(info.holding(done or info.object), "condition met")
        kubectl.memory["visited"] = True
        goal += 1
        if goal == len(goals):
            left, goal = rest, 0
    raise_all(noted(kubectl))
    if "visited" not in kubectl.memory and not deletes(kubectl):
        raise CommandError("no matching resources found")
    return None


def deletes(kubectl: Kubectl) -> bool:
    """Whether objects are to go, so that a missing one is no mistake."""
    return "delete" in map(str.lower, kubectl.options.texts("for"))


def reach(
    kubectl: Kubectl, info: Info, goal: str, deadline: int, reflector: Reflector | None
) -> tuple[Object | None, Reflector | None]:
    """The object once it has come to a goal, or how it is followed meanwhile. Raises Failure where it does not."""
    test = parse(goal)
    if goal.lower() == "create":
        return info.object, None
    if reflector is None and kubectl.options.duration("timeout") == 0:
        return once(kubectl, info, test), None
    if test is None:
        done, reflector = gone(kubectl, info, "", deadline, reflector)
        return (info.object if done else None), reflector
    if reflector is None:
        reflector = reflect(kubectl, info, late=kubectl.now >= deadline)
    events, reflector = news(kubectl, info, reflector)
    try:
        met = tested(info, reflector, events, test)
    except Failure:
        stop(kubectl, reflector)
        raise
    if met is None and kubectl.now < deadline:
        return None, reflector
    stop(kubectl, reflector)
    if met is None:
        raise timed_out(kubectl, info)
    return met, None


def once(kubectl: Kubectl, info: Info, test: Test | None) -> Object:
    """One look, for a wait without any time."""
    client = kubectl.client.speaking(DYNAMIC)
    current = client.find(info.path) if test is None else client.get(info.path)
    if test is None and current is None:
        return info.object
    if test is None or current is None or not test(current):
        raise CommandError(f"condition not met for {info.resource.name}/{info.name}")
    return current


def tested(info: Info, reflector: Reflector, events: list[Event], test: Test) -> Object | None:
    """The object as it was when it passed the test; that there is none is no end to wait for."""
    if reflector.get("known") is False:
        raise not_found(info)
    return next((obj for kind, obj in events if kind != "DELETED" and test(obj)), None)


@step
def await_created(kubectl: Kubectl, deadline: int, again: bool = False) -> Outcome:
    """Look twice a second whether all objects are there."""
    if again and kubectl.now >= deadline:
        raise CommandError("timed out waiting for the condition")
    infos, errors = Builder(kubectl, kubectl.options.args).collected()
    missing = [error for error in errors if error.reason == "NotFound"]
    if len(missing) != len(errors):
        raise_all(errors)
    if infos and not missing:
        return begin(kubectl, deadline)
    if kubectl.now >= deadline:
        raise CommandError("timed out waiting for the condition")
    return kubectl.wait(await_created, deadline, True, until=min(kubectl.now + HALF_A_SECOND, deadline))
