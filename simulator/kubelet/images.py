"""Images on nodes: what is there, what is being pulled, what failed. Upstream: pkg/kubelet/images/image_manager.go"""

from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from simulator.api.client import Client
from simulator.kernel.clock import MINUTE, SECOND
from simulator.kernel.component import Component
from simulator.kernel.state import Table
from simulator.kubelet.records import Row
from simulator.machinery.objects import Object
from simulator.runtime.images import Image, PullError, pull

BACKOFF_FIRST = 10 * SECOND
BACKOFF_LONGEST = 5 * MINUTE
BANDWIDTH = 60_000_000
"""Bytes a second that a node pulls and unpacks."""
ROUND_TRIPS = 600_000
"""Microseconds for resolving a name and fetching a manifest."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The image is on the node; `message` is the event's."""

    image: Image
    message: str


@dataclass(frozen=True, slots=True)
class Pulling:
    """A pull has begun and takes `duration` microseconds of work, after `waiting` for others on the node."""

    duration: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Refused:
    """No image: the waiting reason and message; with `event`, what to report of it."""

    reason: str
    message: str
    until: int
    event: tuple[str, str, str] | None = None


class ImageStore:
    """What every node of the cluster has pulled."""

    def __init__(self, component: Component, client: Client) -> None:
        self._client = client
        self._clock = component.clock
        self._random = component.random
        self._present: Table[tuple[str, str], str] = component.table("images")
        """(node, image id) → the name it was pulled by."""
        self._moved: Table[tuple[str, str], str] = component.table("moved-tags")
        """(node, name) → another name of the image it led to when it was pulled: its tag has been moved since."""
        self._busy: Table[str, int] = component.table("pulls")
        """node → until when its pulls take; the kubelet pulls one image after another."""
        self._coming: Table[tuple[str, str], int] = component.table("pulling")
        """(node, image id) → when its layers will be there; who asks meanwhile only waits."""
        self._refusing: Table[str, bool] = component.table("refusing-registries")
        """The registries that refuse pulls, for too many came."""
        self._backoff: Table[tuple[str, str], Row] = component.table("pull-backoff")

        self.arrived: Callable[[str, str], None] = lambda node, image: None
        """Told of an image that a node has pulled."""

    def seed(self, node: str, names: list[str]) -> None:
        """Put images on a node as if they had been pulled long ago."""
        for name in names:
            self._present.put((node, pull(name).id), name)

    def pulled_before(self, node: str, name: str, was: str) -> None:
        """A node pulled a name while its tag still led to the image that is called otherwise now."""
        self._moved.put((node, name), was)
        self._present.put((node, pull(was).id), name)

    def local(self, node: str, name: str) -> Image:
        """What a name means on a node: what it led to when it was pulled there. Raises `PullError`."""
        return pull(self._moved.get((node, name)) or name)

    def on_node(self, node: str) -> list[str]:
        """The ids of the images a node has, in order of arrival."""
        return [image for where, image in self._present if where == node]

    def names_on(self, node: str) -> list[str]:
        return [name for (where, _), name in self._present.rows.items() if where == node]

    def ask(self, node: str, pod: Object, container: Object) -> Ready | Pulling | Refused:
        """What has to happen before this container can be created."""
        name, policy = container["image"], container.get("imagePullPolicy", "IfNotPresent")
        now = self._clock.now
        found: Image | None = None
        try:
            found = pull(name) if policy == "Always" else self.local(node, name)
        except PullError as error:
            if error.reason == "InvalidImageName":
                message = f'Failed to apply default image tag "{name}": {error}'
                return Refused("InvalidImageName", message, now + BACKOFF_FIRST, ("Warning", "InspectFailed", message))
        present = found is not None and (node, found.id) in self._present
        if found is not None and present and policy != "Always":
            text = f'Container image "{name}" already present on machine and can be accessed by the pod'
            return Ready(found, text)
        if policy == "Never":
            text = f'Container image "{name}" is not present with pull policy of Never'
            return Refused("ErrImageNeverPull", text, now + BACKOFF_FIRST, ("Warning", "ErrImageNeverPull", text))
        key = (pod["metadata"]["uid"], name)
        held = self._backoff.get(key)
        if held is not None and now < held["until"]:
            text = f'Back-off pulling image "{name}"'
            return Refused("ImagePullBackOff", f"{text}: {held['error']}", held["until"], ("Normal", "BackOff", text))
        coming = found is not None and now < (self._coming.get((node, found.id)) or 0)
        size = found.size if found is not None and not present and not coming else 0
        work = ROUND_TRIPS + size * SECOND // BANDWIDTH
        work = int(work * self._random.between("pull", 0.85, 1.25))
        start = max(now, self._busy.get(node) or 0)
        self._busy.put(node, start + work)
        if found is not None and size:
            self._coming.put((node, found.id), start + work)
        return Pulling(work, start - now)

    def finish(self, node: str, pod: Object, container: Object, duration: int, waited: int) -> Ready | Refused:
        """The pull is over: the image is there, or the registry said no."""
        name = container["image"]
        key = (pod["metadata"]["uid"], name)
        try:
            image = pull(name)
            self._verify(image, pod)
        except PullError as error:
            return self._failed(key, name, error)
        if (node, image.id) not in self._present:
            self._present.put((node, image.id), name)
            self.arrived(node, image.id)
        self._moved.delete((node, name))
        self._coming.delete((node, image.id))
        self._backoff.delete(key)
        took, all_in_all = seconds(duration), seconds(duration + waited)
        text = f'Successfully pulled image "{name}" in {took} ({all_in_all} including waiting).'
        return Ready(image, f"{text} Image size: {image.size} bytes.")

    def fetch(self, node: str, name: str) -> int:
        """Pull an image for no Pod; it is there at once. Returns how long that takes. Raises `PullError`."""
        image = pull(name)
        self._verify(image, None)
        self._moved.delete((node, name))
        if (node, image.id) in self._present:
            return ROUND_TRIPS
        self._present.put((node, image.id), name)
        self.arrived(node, image.id)
        return ROUND_TRIPS + image.size * SECOND // BANDWIDTH

    def remove(self, node: str, image: Image) -> None:
        """Take an image off a node; containers of it go on."""
        self._present.delete((node, image.id))
        for key in [key for key in self._moved if key[0] == node and pull(self._moved[key]).id == image.id]:
            self._moved.delete(key)

    def throttle(self, registry: str, *, refuses: bool) -> None:
        """Have a registry refuse pulls, or stop that."""
        if refuses:
            self._refusing.put(registry, True)
        else:
            self._refusing.delete(registry)

    def is_throttled(self, registry: str) -> bool:
        return registry in self._refusing

    def _verify(self, image: Image, pod: Object | None) -> None:
        """A registry may refuse: who pulls too much, and who does not say who they are. Raises `PullError`."""
        registry, _, path = image.repository.partition("/")
        full = f'"{image.name}"'
        if registry in self._refusing:
            url = f"https://{registry.replace('docker.io', 'registry-1.docker.io')}/v2/{path}/manifests/{image.digest}"
            raise PullError(
                f"failed to pull and unpack image {full}: failed to copy: httpReadSeeker: failed open: unexpected "
                f"status code {url}: 429 Too Many Requests - Server message: toomanyrequests: You have reached your "
                "unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"
            )
        if image.access and not any(
            self._opens(secret, registry, image.access) for secret in (self._secrets(pod) if pod is not None else ())
        ):
            raise PullError(
                f"failed to pull and unpack image {full}: failed to resolve reference {full}: pull access denied, "
                "repository does not exist or may require authorization: "
                "authorization failed: no basic auth credentials"
            )

    def _secrets(self, pod: Object) -> list[Object]:
        """The Secrets with which a Pod may pull: its own, and its account's."""
        client, namespace, spec = self._client, pod["metadata"]["namespace"], pod["spec"]
        account = client.get("serviceaccounts", namespace, spec.get("serviceAccountName") or "default") or {}
        named = [
            one["name"] for one in (*(spec.get("imagePullSecrets") or ()), *(account.get("imagePullSecrets") or ()))
        ]
        found = [client.get("secrets", namespace, name) for name in dict.fromkeys(named)]
        return [secret for secret in found if secret is not None]

    @staticmethod
    def _opens(secret: Object, registry: str, access: str) -> bool:
        """Whether a Secret holds the user and password that a registry wants."""
        try:
            text = b64decode((secret.get("data") or {}).get(".dockerconfigjson", ""))
            entry = orjson.loads(text)["auths"][registry]
            given = b64decode(entry["auth"]).decode() if "auth" in entry else f"{entry['username']}:{entry['password']}"
        except (ValueError, KeyError, TypeError):
            return False
        return given == access

    def _failed(self, key: tuple[str, str], name: str, error: PullError) -> Refused:
        held = self._backoff.get(key)
        wait = min(held["wait"] * 2, BACKOFF_LONGEST) if held else BACKOFF_FIRST
        reason = "ErrImagePull"
        until = self._clock.now + wait
        row: Row = {"wait": wait, "until": until, "error": f"{reason}: {error}"}
        self._backoff.put(key, row)
        event = ("Warning", "Failed", f'Failed to pull image "{name}": {error}')
        return Refused(reason, str(error), until, event)

    def forget(self, uid: str) -> None:
        """A Pod is gone: so are its back-offs."""
        for key in [key for key in self._backoff if key[0] == uid]:
            self._backoff.delete(key)


def seconds(duration: int) -> str:
    """Microseconds as Go prints a duration rounded to milliseconds: `1.234s`, `850ms`."""
    milliseconds = duration // 1000
    if milliseconds < 1000:
        return f"{milliseconds}ms"
    return f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".") + "s"
