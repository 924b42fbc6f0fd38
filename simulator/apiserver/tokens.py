"""ServiceAccount tokens: made for `serviceaccounts/token` and for Pods, recognised when they come back.

Upstream: pkg/serviceaccount/{claims,jwt}.go

A token has the shape of a signed JWT. Its signature is a keyed digest: inside the simulation nobody does the
arithmetic of RSA, and the key is the identity of the cluster, which no other cluster shares.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

import orjson

from simulator.api.client import Backend
from simulator.api.requests import User
from simulator.kernel.clock import SECOND, moment
from simulator.kernel.random import Random
from simulator.machinery.objects import Object

ISSUER = "https://kubernetes.default.svc.cluster.local"
PRIVATE = "kubernetes.io"
SIGNATURE_BYTES = 256
EXTENDED = 365 * 24 * 3600 + 7
"""Seconds that a Pod's own token is good for: programs that never read it again keep working."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The Pod (or Secret) whose end ends a token."""

    kind: str
    name: str
    uid: str


class Tokens:
    """Makes and reads the tokens of one cluster."""

    def __init__(self, backend: Backend, random: Random) -> None:
        self._backend = backend
        self._random = random

    def for_pod(self, pod: Object, account: Object, node: Object | None, audience: str = "") -> str:
        """The token that a Pod finds in its projected volume: the same whenever it is asked for."""
        metadata = pod["metadata"]
        bound = Bound("Pod", metadata["name"], metadata["uid"])
        digest = blake2b(f"{metadata['uid']}/{account['metadata']['uid']}/{audience}".encode(), digest_size=16)
        return self.issue(
            account,
            moment(metadata["creationTimestamp"]),
            EXTENDED,
            audiences=(audience or ISSUER,),
            bound=bound,
            node=node,
            number=str(UUID(bytes=digest.digest(), version=4)),
        )

    def issue(
        self,
        account: Object,
        now: int,
        seconds: int,
        *,
        audiences: tuple[str, ...] = (ISSUER,),
        bound: Bound | None = None,
        node: Object | None = None,
        number: str = "",
    ) -> str:
        """A token for a ServiceAccount that is good for so many seconds; `number` tells it from all others."""
        metadata = account["metadata"]
        about: Object = {"namespace": metadata["namespace"]}
        if node is not None:
            about["node"] = {"name": node["metadata"]["name"], "uid": node["metadata"]["uid"]}
        if bound is not None:
            about[bound.kind.lower()] = {"name": bound.name, "uid": bound.uid}
        about["serviceaccount"] = {"name": metadata["name"], "uid": metadata["uid"]}
        issued = now // SECOND
        claims = {
            "aud": list(audiences),
            "exp": issued + seconds,
            "iat": issued,
            "iss": ISSUER,
            "jti": number or self._random.uuid("token"),
            PRIVATE: about,
            "nbf": issued,
            "sub": f"system:serviceaccount:{metadata['namespace']}:{metadata['name']}",
        }
        head = {"alg": "RS256", "kid": part(blake2b(self._key(), digest_size=32).digest()).decode()}
        signed = part(orjson.dumps(head)) + b"." + part(orjson.dumps(claims))
        return (signed + b"." + part(self._signature(signed))).decode()

    def user(self, token: str, now: int, audiences: tuple[str, ...] = ()) -> User | None:
        """Whom a token speaks for; None for one that is not ours, has expired, or whose holder is gone."""
        claims = self.claims(token)
        if claims is None or claims["exp"] <= now // SECOND:
            return None
        if not any(audience in claims["aud"] for audience in audiences or (ISSUER,)):
            return None
        about = claims[PRIVATE]
        namespace, account = about["namespace"], about["serviceaccount"]
        holders = {"serviceaccounts": account, "pods": about.get("pod"), "secrets": about.get("secret")}
        for resource, held in holders.items():
            stored = self._backend.read(resource, (namespace, held["name"])) if held else None
            if held and (stored is None or stored["metadata"]["uid"] != held["uid"]):
                return None
        extra = {"authentication.kubernetes.io/credential-id": f"JTI={claims['jti']}"}
        for kind in ("node", "pod"):
            for field in ("name", "uid") if kind in about else ():
                extra[f"authentication.kubernetes.io/{kind}-{field}"] = about[kind][field]
        groups = account_groups(namespace)
        return User(
            claims["sub"], groups, account["uid"], tuple((key, (value,)) for key, value in sorted(extra.items()))
        )

    def claims(self, token: str) -> Object | None:
        """What a token says; None where this cluster did not sign it."""
        signed, _, signature = token.rpartition(".")
        try:
            if whole(signature) != self._signature(signed.encode()):
                return None
            found: Object = orjson.loads(whole(signed.partition(".")[2]))
        except ValueError:
            return None
        return found

    def _key(self) -> bytes:
        system = self._backend.read("namespaces", ("", "kube-system"))
        return str(system["metadata"]["uid"]).encode() if system is not None else b"no cluster"

    def _signature(self, signed: bytes) -> bytes:
        blocks = (blake2b(bytes([n]) + signed, key=self._key(), digest_size=64) for n in range(SIGNATURE_BYTES // 64))
        return b"".join(block.digest() for block in blocks)


def account_groups(namespace: str) -> tuple[str, ...]:
    """The groups of every ServiceAccount of a namespace."""
    return ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")


def part(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")


def whole(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
