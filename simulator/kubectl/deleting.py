"""Waiting until deleted objects are gone. Upstream: kubectl/pkg/cmd/wait/delete.go"""

from simulator.kubectl.builder import Info
from simulator.kubectl.command import Outcome, step
from simulator.kubectl.dialects import DYNAMIC
from simulator.kubectl.errors import CommandError, ServerError
from simulator.kubectl.flags import FALSE, TRUE
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.visiting import Place, info_at
from simulator.kubectl.watching import Reflector, news, reflect, stop, wake
from simulator.machinery.objects import at

CASCADES = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan"}
OLDER_CASCADES = {**dict.fromkeys(TRUE, "background"), **dict.fromkeys(FALSE, "orphan")}
"""What a truth value stands for, as it did when there was no other."""

type Doomed = tuple[Place, str]
"""Where a deleted object is, and its uid."""


def propagation(kubectl: Kubectl) -> str:
    """What becomes of dependents, as `--cascade` says. Raises CommandError."""
    value = kubectl.options.text("cascade")
    if value in OLDER_CASCADES:
        meant = OLDER_CASCADES[value]
        kubectl.complain(
            f"warning: --cascade={value} is deprecated (boolean value) and can be replaced with --cascade={meant}."
        )
        return CASCADES[meant]
    if value not in CASCADES:
        raise CommandError(f'invalid cascade value ({value}). Must be "background", "foreground", or "orphan"')
    return CASCADES[value]


def timed_out(kubectl: Kubectl, info: Info) -> CommandError:
    return CommandError(f"timed out waiting for the condition on {info.resource.name}/{info.name}")


def gone(
    kubectl: Kubectl, info: Info, uid: str, deadline: int, reflector: Reflector | None
) -> tuple[bool, Reflector | None]:
    """Whether an object is gone, and how it is followed meanwhile. Raises Failure once the time is up."""
    if reflector is None:
        if kubectl.now >= deadline:
            raise CommandError("context deadline exceeded")
        current = kubectl.client.speaking(DYNAMIC).find(info.path)
        if current is None or (uid and at(current, "metadata", "uid") != uid):
            return True, None
        reflector = reflect(kubectl, info)
    events, reflector = news(kubectl, info, reflector)
    if reflector.get("known") is False or any(kind == "DELETED" for kind, _ in events):
        stop(kubectl, reflector)
        return True, None
    if kubectl.now >= deadline:
        stop(kubectl, reflector)
        raise timed_out(kubectl, info)
    return False, reflector


@step
def await_gone(
    kubectl: Kubectl, left: tuple[Doomed, ...], deadline: int, reflector: Reflector | None = None
) -> Outcome:
    """Wait for one object after the other; who may not look need not wait."""
    while left:
        place, uid = left[0]
        try:
            done, reflector = gone(kubectl, info_at(kubectl, place), uid, deadline, reflector)
        except ServerError as error:
            if error.reason not in ("Forbidden", "MethodNotAllowed"):
                raise
            kubectl.client.log(1, "delete.go:474", str(error))
            return None
        if not done and reflector is not None:
            until = wake(reflector, deadline)
            return kubectl.wait(await_gone, left, deadline, reflector, until=until, stream=True)
        left = left[1:]
    return None
