"""ServiceAccount tokens: made for `serviceaccounts/token` and for Pods, recognised when they come back.

Upstream: pkg/serviceaccount/{claims,jwt}.go

A token is a JWT that any library can verify with what the server says of its keys. The key follows from the identity of
the cluster, which no other cluster shares.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from simulator.api.client import Backend
from simulator.api.requests import User
from simulator.kernel.clock import SECOND, moment
from simulator.kernel.random import Random
from simulator.machinery.objects import Object
from simulator.pki import key_of, private_pem, public_pem

ISSUER = "https://kubernetes.default.svc.cluster.local"
PRIVATE = "kubernetes.io"
ALGORITHM = "ES256"
NUMBER_BYTES = 32
"""The length of each of the two numbers of a signature, and of a public key."""
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
        head = {"alg": ALGORITHM, "kid": key_id(self._identity())}
        return signed(self._identity(), part(orjson.dumps(head)) + b"." + part(orjson.dumps(claims)))

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
        if not is_genuine(self._identity(), token):
            return None
        found: Object = orjson.loads(whole(token.split(".")[1]))
        return found

    def keys(self) -> Object:
        """The public keys by which others can verify tokens, as a JSON Web Key Set."""
        identity = self._identity()
        numbers = signing_key(identity).public_key().public_numbers()
        x, y = (part(number.to_bytes(NUMBER_BYTES)).decode() for number in (numbers.x, numbers.y))
        key = {"use": "sig", "kty": "EC", "kid": key_id(identity), "crv": "P-256", "alg": ALGORITHM, "x": x, "y": y}
        return {"keys": [key]}

    def key_pair(self) -> tuple[str, str]:
        """The public and the private key as `sa.pub` and `sa.key` have them."""
        key = signing_key(self._identity())
        return public_pem(key), private_pem(key)

    def _identity(self) -> str:
        system = self._backend.read("namespaces", ("", "kube-system"))
        return str(system["metadata"]["uid"]) if system is not None else "no cluster"


@lru_cache(maxsize=64)
def signing_key(identity: str) -> ec.EllipticCurvePrivateKey:
    return key_of(f"service-accounts of {identity}")


@lru_cache(maxsize=64)
def key_id(identity: str) -> str:
    """Upstream: pkg/serviceaccount/jwt.go (keyIDFromPublicKey)"""
    public = signing_key(identity).public_key()
    return part(sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()


@lru_cache(maxsize=128)
def signed(identity: str, content: bytes) -> str:
    """A head and claims with the signature behind them: always the same one."""
    signature = signing_key(identity).sign(content, ec.ECDSA(SHA256(), deterministic_signing=True))
    numbers = b"".join(number.to_bytes(NUMBER_BYTES) for number in decode_dss_signature(signature))
    return (content + b"." + part(numbers)).decode()


@lru_cache(maxsize=128)
def is_genuine(identity: str, token: str) -> bool:
    """Whether the cluster of that identity has signed a token."""
    content, _, signature = token.rpartition(".")
    try:
        numbers = whole(signature)
        if len(numbers) != 2 * NUMBER_BYTES or content.count(".") != 1:
            return False
        r, s = (int.from_bytes(numbers[start : start + NUMBER_BYTES]) for start in (0, NUMBER_BYTES))
        public = signing_key(identity).public_key()
        public.verify(encode_dss_signature(r, s), content.encode(), ec.ECDSA(SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def account_groups(namespace: str) -> tuple[str, ...]:
    """The groups of every ServiceAccount of a namespace."""
    return ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated")


def part(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")


def whole(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
