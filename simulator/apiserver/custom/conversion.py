"""Custom objects in another version, as the webhook of their definition makes them.

Upstream: apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go
"""

from typing import Any, Final

from simulator.api.errors import Unexplained
from simulator.apiserver.admission.webhookcalls import Caller, CallFailed
from simulator.machinery.objects import Object, at

REVIEW: Final = {"kind": "ConversionReview", "apiVersion": "apiextensions.k8s.io/v1"}
TIMEOUT: Final = 30


class Conversion:
    """Asks webhooks for objects in another version."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def convert(self, definition: Object, obj: Object, api_version: str) -> Object:
        """One object in the version wanted. Raises `Unexplained` where the webhook does not give it."""
        client = at(definition, "spec", "conversion", "webhook", "clientConfig")
        # The object's own uid serves as the review's: reading draws no chance.
        request = {"uid": obj["metadata"].get("uid", ""), "desiredAPIVersion": api_version, "objects": [obj]}
        try:
            answer = self._caller.post(client, {**REVIEW, "request": request}, TIMEOUT)
            return self._converted(answer, obj, api_version)
        except CallFailed as error:
            why = str(error).removeprefix("failed to call webhook: ")
            raise Unexplained(f"conversion webhook for {obj['apiVersion']}, Kind={obj['kind']} failed: {why}") from None

    def _converted(self, answer: Object, obj: Object, api_version: str) -> Object:
        response = answer.get("response")
        if not isinstance(response, dict):
            raise CallFailed("no response provided")
        result = response.get("result") or {}
        if result.get("status") != "Success":
            raise CallFailed(result.get("message") or "response.result.status was not 'Success'")
        found: Any = response.get("convertedObjects")
        if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], dict):
            count = len(found) if isinstance(found, list) else 0
            raise CallFailed(f"webhook returned {count} objects, expected 1")
        converted: Object = found[0]
        if converted.get("apiVersion") != api_version:
            raise CallFailed(f"invalid groupVersion (should be {api_version}, is {converted.get('apiVersion')})")
        if converted.get("kind") != obj["kind"]:
            raise CallFailed(f"invalid kind (should be {obj['kind']}, is {converted.get('kind')})")
        return {**converted, "metadata": metadata(obj["metadata"], converted.get("metadata") or {})}


def metadata(own: Object, given: Object) -> Object:
    """The metadata an object keeps: a conversion may change labels and annotations alone."""
    kept = {name: value for name, value in own.items() if name not in ("labels", "annotations")}
    return kept | {name: given[name] for name in ("labels", "annotations") if given.get(name)}
