"""kubectl wait: until a condition holds, a field has a value, or an object comes or goes.

Upstream: kubectl/pkg/cmd/wait
"""

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
    completes=("resource", "object"),
)
def wait(kubectl: Kubectl) -> Outcome:
    goals = kubectl.options.texts("for")
    if not goals:
        raise CommandError("unrecognized condition: []")
    if len(goals) > 1:
        raise CommandError("wait takes one --for here; waiting for several at once is not simulated")
    goal = goals[0]
    parse(goal)
    if goal.lower() == "create":
        return await_created(kubectl, deadline_of(kubectl))
    builder = Builder(kubectl, kubectl.options.args)
    found, errors = builder.collected()
    if goal.lower() == "delete":
        errors = [error for error in errors if not (isinstance(error, ServerError) and error.reason == "NotFound")]
    elif not found and not errors:
        raise CommandError("no matching resources found")
    targets = tuple(doomed(info, at(info.object, "metadata", "uid", default="")) for info in found)
    kubectl.memory["failures"] = tuple(error.listed() for error in errors)
    return await_each(kubectl, targets, deadline_of(kubectl))


def deadline_of(kubectl: Kubectl) -> int:
    timeout = kubectl.options.duration("timeout")
    return kubectl.now + (FOREVER if timeout < 0 else timeout)


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
    path, equals, value = split_path(text)
    try:
        template = JSONPath(relaxed(path), allow_missing_keys=True)
    except JSONPathError as error:
        raise CommandError(str(error)) from None
    value = value.strip("'\"")
    if equals and not value:
        raise CommandError(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
        )

    def holds(obj: Object) -> bool:
        try:
            values = [found for part in template.find(obj) for found in part]
        except JSONPathError:
            return False
        if not equals:
            return bool(values)
        if len(values) > 1:
            raise CommandError("given jsonpath expression matches more than one value")
        if values and isinstance(values[0], dict | list):
            raise CommandError("jsonpath leads to a nested object or list which is not supported")
        return bool(values) and spelled(values[0]) == value

    return holds


def split_path(text: str) -> tuple[str, bool, str]:
    text = text.strip()
    if text[:1] in "'\"":
        closing = text.find(text[0], 1)
        path, rest = text[1:closing], text[closing + 1 :]
    elif text.startswith("{"):
        closing = text.rfind("}") + 1
        path, rest = text[:closing], text[closing:]
    else:
        path, _, after = text.partition("=")
        rest = text[len(path) :]
        del after
    return path, rest.startswith("="), rest[1:]


def spelled(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


@step
def await_each(kubectl: Kubectl, left: tuple[Doomed, ...], deadline: int, stream: Stream | None = None) -> Outcome:
    """Wait for one object after the other, then tell what could not be had."""
    goal = kubectl.options.texts("for")[0]
    test = parse(goal)
    while left:
        info, uid = place(kubectl, left[0]), left[0][3]
        done, stream = look(kubectl, info, uid, test, stream)
        if done is not None:
            Reporter(kubectl).report_info(info.holding(done), "condition met")
            left, stream, deadline = left[1:], None, deadline_of(kubectl)
        elif kubectl.now >= deadline:
            failure = f"timed out waiting for the condition on {info.resource.name}/{info.name}"
            kubectl.memory["failures"] = (*kubectl.memory.get("failures", ()), failure)
            left, stream, deadline = left[1:], None, deadline_of(kubectl)
        elif stream is not None:
            return kubectl.wait(await_each, left, deadline, stream, until=deadline, stream=True)
    failures: list[Failure] = [told_again(text) for text in kubectl.memory.get("failures", ())]
    raise_all(failures)
    return None


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
def await_created(kubectl: Kubectl, deadline: int) -> Outcome:
    """Look twice a second whether the objects are there."""
    builder = Builder(kubectl, kubectl.options.args)
    found, errors = builder.collected()
    missing = [error for error in errors if isinstance(error, ServerError) and error.reason == "NotFound"]
    if len(missing) != len(errors):
        raise_all(errors)
    if found and not missing:
        for info in found:
            Reporter(kubectl).report_info(info, "condition met")
        return None
    if kubectl.now >= deadline:
        target = "/".join(kubectl.options.args) if "/" not in "".join(kubectl.options.args) else kubectl.options.args[0]
        raise CommandError(f"timed out waiting for the condition on {target}")
    return kubectl.wait(await_created, deadline, until=min(kubectl.now + HALF_A_SECOND, deadline))
