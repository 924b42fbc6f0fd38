"""Asks the webhooks of the cluster what they make of a write: those that change it, then those that only look.

Upstream: apiserver/pkg/admission/plugin/webhook/{generic,mutating,validating}
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from simulator.api.errors import APIError, BadRequest, InternalError
from simulator.apiserver.admission.activation import Activation, Conditions, conditions_met, request_of
from simulator.apiserver.admission.chain import Attributes
from simulator.apiserver.admission.matching import GROUP, matched_version
from simulator.apiserver.admission.policies import compiled_condition
from simulator.apiserver.admission.reinvocation import Course, course_of
from simulator.apiserver.admission.webhookcalls import Answer, Caller, CallFailed, Rejected
from simulator.apiserver.decoding import decode_object
from simulator.apiserver.rbac.authorizer import Authorizer
from simulator.etcd import Store
from simulator.kernel.component import Change
from simulator.kernel.state import thaw
from simulator.machinery.cel import CELError
from simulator.machinery.cel.admission import Environment
from simulator.machinery.cel.language import Language
from simulator.machinery.objects import Object
from simulator.machinery.patches import PatchError, json_patch
from simulator.machinery.schemas import Schemas
from simulator.machinery.yaml import compact_json
from simulator.resources.resource import Resource

SECONDS = 10
DEEPEST = 4
"""How far webhooks may call each other, through what their own Pods write."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook of a configuration."""

    spec: Object
    configuration: str
    conditions: Conditions = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.spec["name"])

    @property
    def fails_closed(self) -> bool:
        return self.spec.get("failurePolicy") != "Ignore"


class Configurations:
    """The webhooks of one kind of configuration, by its name; found anew when one changes."""

    def __init__(self, store: Store, plural: str, language: Callable[[], Language]) -> None:
        self._language = language
        self._read_in: Language | None = None
        self._store = store
        self._resource = f"{plural}.{GROUP}"
        self._is_fresh = False
        self._found: list[Webhook] = []
        store.subscribe((self._resource,), self.observe)

    def observe(self, change: Change) -> None:
        self._is_fresh = False

    def all(self) -> list[Webhook]:
        language = self._language()
        if not self._is_fresh or language != self._read_in:
            self._is_fresh, self._read_in = True, language
            self._found = list(self._read(language))
        return self._found

    def _read(self, language: Language) -> Iterator[Webhook]:
        environment = Environment(language=language)
        for configuration in self._store.list(self._resource):
            for spec in configuration.get("webhooks") or ():
                conditions = [
                    (each["name"], compiled_condition(environment, each["expression"]))
                    for each in spec.get("matchConditions") or ()
                ]
                yield Webhook(spec, configuration["metadata"]["name"], conditions)


class Webhooks:
    """What both kinds of webhooks have in common: which are asked, and how."""

    name = ""
    plural = ""
    on = ("*",)
    operations: tuple[str, ...] = ("CREATE", "UPDATE", "DELETE", "CONNECT")

    def __init__(
        self,
        store: Store,
        authorizer: Authorizer,
        caller: Caller,
        uid: Callable[[], str],
        language: Callable[[], Language],
    ) -> None:
        self._configurations = Configurations(store, self.plural, language)
        self._authorizer = authorizer
        self._caller = caller
        self._uid = uid
        self._depth = 0

    def asked(self, attributes: Attributes) -> Iterator[tuple[Webhook, str]]:
        """The webhooks that look at a write, each with the version in which it sees it."""
        for webhook in self._configurations.all():
            version = matched_version(webhook.spec, "rules", attributes)
            if version is None:
                continue
            if webhook.conditions:
                activation = Activation(attributes, version, self._authorizer)
                try:
                    if not conditions_met(activation, webhook.conditions, None):
                        continue
                except CELError as error:
                    if webhook.fails_closed:
                        raise refused_by_condition(webhook, error) from None
                    continue
            yield webhook, version

    def ask(self, webhook: Webhook, version: str, attributes: Attributes, *, may_patch: bool) -> Answer | None:
        """What a webhook answers; None where it could not be asked and nobody minds."""
        if attributes.dry_run and webhook.spec.get("sideEffects") not in ("None", "NoneOnDryRun"):
            raise BadRequest(f'admission webhook "{webhook.name}" does not support dry run')
        try:
            if self._depth >= DEEPEST:
                raise CallFailed("failed to call webhook: webhooks call each other without end")
            self._depth += 1
            try:
                answer = self._caller.ask(
                    webhook.spec["clientConfig"],
                    self._review(attributes, version),
                    webhook.spec.get("timeoutSeconds") or SECONDS,
                    may_patch=may_patch,
                )
            finally:
                self._depth -= 1
        except CallFailed as error:
            if webhook.fails_closed:
                raise InternalError(f'failed calling webhook "{webhook.name}": {error}') from None
            attributes.annotations[f"failed-open.{self.kind}.webhook.admission.k8s.io/{webhook.name}"] = webhook.name
            return None
        attributes.warnings.extend(answer.warnings)
        for key, value in answer.annotations.items():
            attributes.annotations[f"{webhook.name}/{key}"] = value
        if not answer.allowed:
            raise Rejected(webhook.name, answer.status)
        return answer

    @property
    def kind(self) -> str:
        return "mutating" if self.plural.startswith("mutating") else "validating"

    def _review(self, attributes: Attributes, version: str) -> Object:
        """The request as a webhook sees it. Upstream: webhook/request/admissionreview.go"""
        resource = attributes.resource
        shown = [resource.convert(obj, version) if obj else None for obj in (attributes.object, attributes.old)]
        request = {"uid": self._uid(), **request_of(attributes, version)}
        return {**request, "object": shown[0], "oldObject": shown[1]}


class ValidatingWebhooks(Webhooks):
    """Every webhook has its say, all at the same time; the first that says no is the answer."""

    name = "ValidatingAdmissionWebhook"
    plural = "validatingwebhookconfigurations"

    def validate(self, attributes: Attributes) -> None:
        if not self._configurations.all():
            return
        waiting, refusals = self._caller.waiting, []
        begun = longest = waiting.spent
        for webhook, version in self.asked(attributes):
            try:
                self.ask(webhook, version, attributes, may_patch=False)
            except APIError as refusal:
                refusals.append(refusal)
            longest, waiting.spent = max(longest, waiting.spent), begun
        waiting.spent = longest
        if refusals:
            raise refusals[0]


class MutatingWebhooks(Webhooks):
    """One webhook after another changes what is written; those that want to are asked again about later changes."""

    name = "MutatingAdmissionWebhook"
    plural = "mutatingwebhookconfigurations"

    def __init__(
        self,
        store: Store,
        authorizer: Authorizer,
        caller: Caller,
        uid: Callable[[], str],
        language: Callable[[], Language],
        schemas: Callable[[], Schemas],
    ) -> None:
        super().__init__(store, authorizer, caller, uid, language)
        self._schemas = schemas

    def admit(self, attributes: Attributes) -> None:
        if not self._configurations.all():
            return
        course: Course[str] = course_of(self.name, attributes)
        for index, (webhook, version) in enumerate(self.asked(attributes)):
            title = f"{webhook.configuration}/{webhook.name}"
            if attributes.is_reinvocation and title not in course.again:
                continue
            if self._changes(webhook, version, index, attributes):
                attributes.wants_reinvocation = True
                course.changed()
            if webhook.spec.get("reinvocationPolicy") == "IfNeeded":
                course.invoked.append(title)
        course.output = attributes.object

    def _changes(self, webhook: Webhook, version: str, index: int, attributes: Attributes) -> bool:
        """Ask a webhook, and carry out what it wants; whether that changed anything."""
        answer = self.ask(webhook, version, attributes, may_patch=True)
        if answer is None:
            return False
        before = attributes.object
        if answer.patch and before:
            attributes.object = self._patched(webhook, version, answer.patch, attributes)
        is_changed = bool(attributes.object != before)
        place = f"round_{int(attributes.is_reinvocation)}_index_{index}"
        told: dict[str, Any] = {"configuration": webhook.configuration, "webhook": webhook.name, "mutated": is_changed}
        attributes.annotations[f"mutation.webhook.admission.k8s.io/{place}"] = compact_json(told)
        return is_changed

    def _patched(self, webhook: Webhook, version: str, patch: list[Any], attributes: Attributes) -> Object:
        resource = attributes.resource
        try:
            changed = json_patch.apply(resource.convert(attributes.object, version), patch)
        except PatchError as error:
            raise InternalError(str(error)) from None
        return redecoded(self._schemas(), resource, version, changed, typed=not attributes.kind)


def redecoded(schemas: Schemas, resource: Resource, version: str, obj: Object, *, typed: bool = True) -> Object:
    """A changed object read as its kind again, unknown fields dropped, defaults filled in, in its stored shape."""
    if not typed:
        return obj
    try:
        read = decode_object(schemas, resource, version, obj, "Ignore", [])
    except BadRequest as error:
        raise InternalError(error.message) from None
    stored = thaw(resource.stored(read))
    resource.default(stored)
    return stored


def refused_by_condition(webhook: Webhook, error: CELError) -> APIError:
    return InternalError(f'failed calling webhook "{webhook.name}": failed to evaluate matchConditions: {error}')
