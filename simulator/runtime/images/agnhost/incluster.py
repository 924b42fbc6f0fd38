"""Sub-commands that ask the API server with the Pod's own account. Upstream: inclusterclient, openidmetadata"""

import base64
from hashlib import sha256
from typing import Any

import orjson

from simulator.kernel.clock import SECOND
from simulator.runtime.images import calls
from simulator.runtime.images.agnhost.command import Flag, klog, option, subcommand
from simulator.runtime.images.incluster import ask, bearer, trouble_inside
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait
from simulator.runtime.signals import TERM


@subcommand(
    "inclusterclient",
    'Periodically poll the Kubernetes "/healthz" endpoint',
    Flag("poll-interval", 30, "poll interval of call to /healthz in seconds"),
)
class InClusterClient(Program):
    """Asks for the API server's health over and over, and shows a digest of the token it shows."""

    def start(self, process: Process) -> Outcome:
        klog(process, "started", "main.go:62")
        trouble = trouble_inside(process)
        if trouble:
            klog(process, f"err: {trouble}")
            return Exit(1)
        return self._pause(process)

    @staticmethod
    def _pause(process: Process) -> Outcome:
        return Wait("poll", until=process.now + max(option(process, "poll-interval"), 1) * SECOND)

    def poll(self, process: Process) -> Outcome:
        klog(process, "calling /healthz", "main.go:79")
        digest = sha256(f"salt|{bearer(process)}".encode()).digest()
        klog(process, f"authz_header={base64.urlsafe_b64encode(digest).decode().rstrip('=')}", "main.go:96")
        try:
            answer = ask(process, "/healthz")
            error = "" if answer.status < 300 else answer.body.decode("utf-8", "replace")
        except calls.CallFailed as failure:
            error = str(failure)
        if error:
            klog(process, "status=failed", "main.go:82", "E")
            klog(process, f"error checking /healthz: {error}", "main.go:83", "E")
        return self._pause(process)


@subcommand(
    "test-service-account-issuer-discovery",
    "Tests the ServiceAccountIssuerDiscovery feature",
    Flag("token-path", "", "Path to read service account token from."),
    Flag("audience", "", "Audience to check on received token."),
)
class IssuerDiscovery(Program):
    """Looks whether the issuer's documents vouch for a token. Signatures themselves are not computed here."""

    def start(self, process: Process) -> Outcome:
        process.handle(TERM, "default")
        node = process.files.find(option(process, "token-path"))
        if node is None:
            klog(process, f"open {option(process, 'token-path')}: no such file or directory")
            return Exit(1)
        klog(process, "OK: Got token")
        klog(process, "validating with in-cluster discovery")
        trouble = trouble_inside(process) or self._validate(process, node["content"].decode("utf-8", "replace").strip())
        if trouble:
            klog(process, f"failed to validate with in-cluster discovery: {trouble}")
            return Exit(1)
        return Exit(0)

    @staticmethod
    def _validate(process: Process, token: str) -> str:
        """What is wrong with a token; "" where nothing is."""
        head, claims = part_of(token, 0), part_of(token, 1)
        if head is None or claims is None:
            return "go-jose/go-jose: compact JWS format must have three parts"
        issuer = str(claims.get("iss", ""))
        klog(process, f"OK: got issuer {issuer}")
        try:
            found = ask(process, "/.well-known/openid-configuration")
            keys = ask(process, "/openid/v1/jwks")
        except calls.CallFailed as failure:
            return str(failure)
        for answer in (found, keys):
            if answer.status != 200:
                return f"{answer.status} {answer.reason}: {answer.body.decode('utf-8', 'replace')}".replace(" :", ":")
        told = orjson.loads(found.body).get("issuer")
        if told != issuer:
            return f'oidc: issuer did not match the issuer returned by provider, expected "{issuer}" got "{told}"'
        klog(process, f"OK: Constructed OIDC provider for issuer {issuer}")
        known = [key.get("kid") for key in orjson.loads(keys.body).get("keys", ())]
        if head.get("kid") not in known:
            return "failed to verify signature: failed to verify id token signature"
        audience, given = option(process, "audience"), claims.get("aud") or []
        if audience not in ([given] if isinstance(given, str) else given):
            return f'oidc: expected audience "{audience}" got {given}'
        klog(process, "OK: Validated signature on JWT")
        klog(process, "OK: Got valid claims from token!")
        return ""


def part_of(token: str, number: int) -> dict[str, Any] | None:
    """The header or the claims of a token."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        text = parts[number]
        found = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
