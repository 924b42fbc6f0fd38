"""Whether the server checks the fields of what it is sent, so that kubectl need not.

Upstream: kubectl/pkg/validation, cli-runtime/pkg/resource/{query_param_verifier_v3,query_param_verifier,crd_finder}.go

What an old server does not check, upstream checks against the server's document; here the server checks everything.
"""

from simulator.kubectl.client import Client, NoConnection
from simulator.kubectl.dialects import DYNAMIC
from simulator.kubectl.documents import Documents
from simulator.kubectl.errors import CommandError, Failure, ServerError
from simulator.machinery.objects import Object

LIST = ("v1", "List")
"""What is no kind of its own, though files may hold one."""
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


class Validator:
    """Asks, for each kind that is met, whether the server validates its fields."""

    def __init__(self, client: Client, documents: Documents, *, warns: bool) -> None:
        self._client = client
        self._documents = documents
        self._warns = warns
        self._defined: list[set[tuple[str, str]] | None] = [None, None]
        """The group and kind of each definition, as two lookups remember them apart."""

    def check(self, obj: Object) -> None:
        """Raises CommandError where nothing can be learnt of the kind of an object."""
        api_version, kind = str(obj["apiVersion"]), str(obj["kind"])
        try:
            supported = self._told(api_version, kind)
        except (NoConnection, ServerError, LookupError) as error:
            cause = error.cause if isinstance(error, NoConnection) else str(error.args[0])
            source = "fallback_query_param_verifier.go:55"
            self._client.log(7, source, f"openapi v3 error...falling back to legacy: {cause}")
            supported = self._told_before(api_version, kind)
        if supported:
            return
        if self._warns:
            said = "cannot perform warn validation if server-side field validation is unsupported, skipping validation"
            self._client.log(0, "schema.go:145", said, severity="W")
            return
        self._asked_for_everything()

    def _told(self, api_version: str, kind: str) -> bool:
        """What the documents of the groups and versions say. Raises LookupError where one does not tell of the kind."""
        if (api_version, kind) == LIST:
            return False
        kinds = self._documents.kinds(api_version)
        if kinds is None:
            try:
                defined = self._is_defined(0, api_version, kind)
            except Failure:
                return False
            return defined and "Namespace" in (self._documents.kinds("v1") or ())
        if kind not in kinds:
            shown = api_version if "/" in api_version else f"/{api_version}"
            raise LookupError(f"Path not found for GVK ({shown}, Kind={kind}) in OpenAPI V3 doc")
        return True

    def _told_before(self, api_version: str, kind: str) -> bool:
        """What the one document of everything says, which has no more of the kind: it may be custom."""
        self._asked_for_everything()
        try:
            return self._is_defined(1, api_version, kind)
        except ServerError as error:
            raise CommandError(f"failed to check CRD: failed to list CRDs: {error}") from None

    def _asked_for_everything(self) -> None:
        try:
            self._documents.swagger()
        except (NoConnection, ServerError) as error:
            cause = error.cause if isinstance(error, NoConnection) else str(error)
            raise CommandError(f"failed to download openapi: {cause}") from None

    def _is_defined(self, which: int, api_version: str, kind: str) -> bool:
        known = self._defined[which]
        if known is None:
            listed = self._client.speaking(DYNAMIC).collection(DEFINITIONS).get("items") or ()
            known = {(one["spec"]["group"], one["spec"]["names"]["kind"]) for one in listed}
            self._defined[which] = known
        return (api_version.rpartition("/")[0], kind) in known
