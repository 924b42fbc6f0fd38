"""Custom kinds whose schemas hold rules in CEL: what is refused, in which words, and what is left in peace."""

from typing import Any

import pytest

from simulator.machinery.objects import Object
from tests.apiserver.api import API

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
CRONS = "/apis/example.com/v1/namespaces/default/crons"


def definition(spec: Object, *, rules: list[Object] | None = None) -> Object:
    schema: Object = {"type": "object", "properties": {"spec": spec}}
    if rules:
        schema["x-kubernetes-validations"] = rules
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": "crons", "singular": "cron", "kind": "Cron"}
    return {
        "metadata": {"name": "crons.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }


def learn(api: API, spec: Object, **more: Any) -> None:
    made = api.create(DEFINITIONS, definition(spec, **more))
    assert "spec" in made, made
    api.world.advance(1)


def typed(kind: str, **more: Any) -> Object:
    return {"type": kind, **more}


def ruled(*rules: Object | str, **properties: Object) -> Object:
    listed = [rule if isinstance(rule, dict) else {"rule": rule} for rule in rules]
    return {"type": "object", "properties": properties, "x-kubernetes-validations": listed}


def cron(**spec: Any) -> Object:
    return {"metadata": {"name": "c"}, "spec": spec}


LIMITS = {"low": typed("integer"), "high": typed("integer"), "name": typed("string")}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"rule": "self.low <= self.high"}, 'spec: Invalid value: "object": failed rule: self.low <= self.high'),
        (
            {"rule": "self.low <= self.high", "message": "low before high"},
            'spec: Invalid value: "object": low before high',
        ),
        (
            {"rule": "self.low <= self.high", "messageExpression": "'%d is above'.format([self.low])"},
            'spec: Invalid value: "object": 5 is above',
        ),
        (
            {"rule": "self.low <= self.high", "fieldPath": ".low", "reason": "FieldValueForbidden"},
            "spec.low: Forbidden: failed rule: self.low <= self.high",
        ),
        (
            {"rule": "self.name != ''"},
            "spec: Invalid value: \"object\": no such key: name evaluating rule: self.name != ''",
        ),
    ],
)
def test_a_broken_rule(api: API, rule: Object, message: str) -> None:
    learn(api, ruled(rule, **LIMITS))
    assert api.create(CRONS, cron(low=5, high=3))["message"] == f'Cron.example.com "c" is invalid: {message}'


def test_rules_at_every_depth(api: API) -> None:
    item = ruled("has(self.port)", name=typed("string"), port=typed("integer"))
    spec = {
        "type": "object",
        "properties": {
            "parts": typed("array", items=item),
            "labels": typed(
                "object", maxProperties=9, additionalProperties={**typed("string", maxLength=99), **RULE_ON_TEXT}
            ),
        },
    }
    learn(api, spec, rules=[{"rule": "self.metadata.name.startsWith('c')"}])
    wrong = cron(parts=[{"name": "a", "port": 1}, {"name": "b"}], labels={"x": "B"})
    wrong["metadata"]["name"] = "d"
    assert api.create(CRONS, wrong)["details"]["causes"] == [
        {
            "reason": "FieldValueInvalid",
            "message": "Invalid value: \"object\": failed rule: self.metadata.name.startsWith('c')",
            "field": "<nil>",
        },
        {
            "reason": "FieldValueInvalid",
            "message": 'Invalid value: "string": failed rule: self == self.lowerAscii()',
            "field": "spec.labels[x]",
        },
        {
            "reason": "FieldValueInvalid",
            "message": 'Invalid value: "object": failed rule: has(self.port)',
            "field": "spec.parts[1]",
        },
    ]


RULE_ON_TEXT = {"x-kubernetes-validations": [{"rule": "self == self.lowerAscii()"}]}


def test_transition_rules(api: API) -> None:
    learn(
        api,
        ruled(
            {"rule": "self.name == oldSelf.name", "message": "name is immutable"},
            {"rule": "oldSelf.hasValue() || self.low == 0", "optionalOldSelf": True, "message": "begin at zero"},
            **LIMITS,
        ),
    )
    assert api.create(CRONS, cron(name="a", low=1))["message"].endswith('spec: Invalid value: "object": begin at zero')
    api.create(CRONS, cron(name="a", low=0))
    refused = api.patch("merge", f"{CRONS}/c", {"spec": {"name": "b"}})
    assert refused["message"].endswith('spec: Invalid value: "object": name is immutable')
    assert api.patch("merge", f"{CRONS}/c", {"spec": {"low": 4}})["spec"]["low"] == 4


def test_what_did_not_change_is_only_warned_about(api: API) -> None:
    """Ratcheting: a rule that came later holds for what is written anew."""
    open_spec = {"type": "object", "properties": {"old": ruled(**LIMITS), "new": typed("string")}}
    learn(api, open_spec)
    api.create(CRONS, cron(old={"low": 5, "high": 3}))
    strict = {**open_spec, "properties": {**open_spec["properties"], "old": ruled("self.low <= self.high", **LIMITS)}}
    strict["properties"]["old"]["properties"] = {**LIMITS, "low": typed("integer", maximum=4)}
    changed = definition(strict)
    changed["metadata"]["resourceVersion"] = api.get(f"{DEFINITIONS}/crons.example.com")["metadata"]["resourceVersion"]
    api.body("PUT", f"{DEFINITIONS}/crons.example.com", changed)
    answer = api.request("PATCH", f"{CRONS}/c", {"spec": {"new": "x"}}, content_type="application/merge-patch+json")
    assert (answer.status, answer.headers["warning"]) == (
        200,
        '299 - "spec.old: Invalid value: \\"object\\": failed rule: self.low <= self.high"',
    )
    assert api.patch("merge", f"{CRONS}/c", {"spec": {"old": {"high": 2}}})["code"] == 422


def test_a_rule_that_costs_too_much(api: API) -> None:
    learn(
        api,
        ruled(
            "self.l.all(a, self.l.all(b, self.l.all(c, a + b + c >= 0)))",
            l=typed("array", maxItems=80, items=typed("integer")),
        ),
    )
    assert api.create(CRONS, cron(l=list(range(80))))["message"] == (
        'Cron.example.com "c" is invalid: spec: Invalid value: "object": \'operation cancelled: actual cost limit '
        "exceeded': no further validation rules will be run due to call cost exceeds limit for rule: "
        "self.l.all(a, self.l.all(b, self.l.all(c, a + b + c >= 0)))"
    )


PLACE = "spec.validation.openAPIV3Schema.properties[spec]"
HINT = (
    "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are "
    "declared)"
)


def cases(message: int, contains: int, items: int | None = 20) -> Object:
    """A list of texts that must not contain others."""
    expect = {"type": "object", "properties": {"contains": typed("string", maxLength=contains)}}
    item = ruled(
        "!self.message.contains(self.expect.contains)", message=typed("string", maxLength=message), expect=expect
    )
    limit = {} if items is None else {"maxItems": items}
    return {"type": "object", "properties": {"cases": typed("array", items=item, **limit)}}


@pytest.mark.parametrize(
    ("spec", "factor"),
    [
        # What a server of 1.36 said of these bounds.
        pytest.param(cases(4096, 4096), "5.4x", id="two long texts"),
        pytest.param(cases(4096, 512), "", id="a short one in a long one"),
        pytest.param(cases(1024, 1024), "", id="two shorter texts"),
        pytest.param(cases(4096, 1024), "1.343992x", id="just too much"),
        pytest.param(cases(1024, 1024, None), "more than 100x", id="any number of them"),
        pytest.param(
            ruled("self.l.all(x, x.contains('a string'))", l=typed("array", items=typed("string"))),
            "more than 100x",
            id="no bounds at all",
        ),
        pytest.param(
            ruled(
                "self.l.all(x, x.contains('a string'))",
                l=typed("array", maxItems=25, items=typed("string", maxLength=10)),
            ),
            "",
            id="both bounds",
        ),
        pytest.param(
            ruled("self.l.all(x, self.l.all(y, x == y))", l=typed("array", items=typed("integer"))),
            "more than 100x",
            id="a list with itself",
        ),
        pytest.param(
            ruled("self.l.all(x, x > 1)", l=typed("array", items=typed("integer"))), "", id="a long list once"
        ),
        pytest.param(
            ruled(
                "self.m.all(k, self.m[k].startsWith(self.s))",
                m=typed("object", additionalProperties=typed("string")),
                s=typed("string"),
            ),
            "more than 100x",
            id="a map of texts",
        ),
    ],
)
def test_what_a_rule_is_estimated_to_cost(api: API, spec: Object, factor: str) -> None:
    made = api.create(DEFINITIONS, definition(spec))
    if not factor:
        assert "spec" in made, made
        return
    causes = {cause["field"]: cause["message"] for cause in made["details"]["causes"]}
    field = next(iter(causes))
    assert field.startswith(PLACE) and field.endswith("x-kubernetes-validations[0].rule")
    told = f"Forbidden: estimated rule cost exceeds budget by factor of {factor} {HINT}"
    assert told in made["message"]
    whole = "Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget"
    assert (whole in made["message"]) is (factor == "more than 100x")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            ruled("self.nope > 1", **LIMITS),
            "compilation failed: ERROR: <input>:1:5: undefined field 'nope'\n | self.nope > 1\n | ....^",
        ),
        (ruled("self.low + 1", **LIMITS), "cel expression must evaluate to a bool"),
        (ruled({"rule": "true", "messageExpression": "1"}), "messageExpression must evaluate to a string"),
        (ruled({"rule": ""}), f"{PLACE}.x-kubernetes-validations[0].rule: Required value: rule is not specified"),
        (
            ruled({"rule": "true", "fieldPath": ".nope"}),
            'fieldPath: Invalid value: ".nope": fieldPath must be a valid path',
        ),
        (
            ruled({"rule": "true", "reason": "Odd"}),
            '.reason: Unsupported value: "Odd": supported values: "FieldValueDuplicate"',
        ),
        (
            typed("array", items=ruled("self.low == oldSelf.low", **LIMITS)),
            f"oldSelf cannot be used on the uncorrelatable portion of the schema within {PLACE}",
        ),
        (ruled({"rule": "true", "optionalOldSelf": True}), "may not be set if oldSelf is not used in rule"),
        ({"properties": LIMITS}, f"{PLACE}.type: Required value: must not be empty for specified object fields"),
        (typed("array"), f"{PLACE}.items: Required value: must be specified"),
        (typed("string", pattern="("), "must be a valid regular expression, but isn't"),
        (typed("integer", default="x"), f'{PLACE}.default: Invalid value: "string"'),
        (typed("objekt"), f'{PLACE}.type: Unsupported value: "objekt"'),
        (
            typed("object", properties=LIMITS, additionalProperties=typed("string")),
            "additionalProperties and properties are mutual exclusive",
        ),
        (
            typed("object", anyOf=[{"type": "object"}]),
            f"{PLACE}.anyOf[0].type: Forbidden: must be empty to be structural",
        ),
        (
            typed("array", items=typed("object", properties=LIMITS), **{"x-kubernetes-list-type": "map"}),
            f"{PLACE}.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map",
        ),
    ],
)
def test_schemas_that_are_refused(api: API, spec: Object, message: str) -> None:
    answer = api.create(DEFINITIONS, definition(spec))
    assert answer["code"] == 422
    assert message in answer["message"]


def test_a_rule_shows_as_the_server_holds_it(api: API) -> None:
    answer = api.create(DEFINITIONS, definition(ruled("self.a")))
    assert answer["message"] == (
        f'CustomResourceDefinition.apiextensions.k8s.io "crons.example.com" is invalid: '
        f'{PLACE}.x-kubernetes-validations[0].rule: Invalid value: {{"Rule":"self.a","Message":"",'
        '"MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: compilation failed: ERROR: '
        "<input>:1:5: undefined field 'a'\n | self.a\n | ....^"
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"additionalPrinterColumns": [{"name": "A", "type": "text", "jsonPath": ".spec.a"}]},
            'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
        ),
        (
            {"subresources": {"scale": {"specReplicasPath": ".n", "statusReplicasPath": ".status.n"}}},
            'spec.subresources.scale.specReplicasPath: Invalid value: ".n": should be a json path under .spec',
        ),
        (
            {"selectableFields": [{"jsonPath": ".spec.nope"}]},
            'spec.selectableFields[0].jsonPath: Invalid value: ".spec.nope": is an invalid path: does not refer to a valid field',
        ),
        (
            {"deprecationWarning": "old"},
            'spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions',
        ),
        (
            {"storage": False},
            'spec.versions: Invalid value: [{"Name":"v1","Served":true,"Storage":false,"Deprecated":false,"DeprecationWarning":'
            'null,"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,"SelectableFields":null}]: must have exactly '
            "one version marked as storage version",
        ),
    ],
)
def test_versions_that_are_refused(api: API, more: Object, message: str) -> None:
    made = definition(typed("object", properties=LIMITS))
    made["spec"]["versions"][0].update(more)
    assert message in api.create(DEFINITIONS, made)["message"]


def test_versions_are_shown_as_the_server_has_them(api: API) -> None:
    made = definition(typed("object", properties=LIMITS))
    (first,) = made["spec"]["versions"]
    column = {"name": "A", "type": "date", "jsonPath": ".metadata.creationTimestamp"}
    schema = {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {"a": {"enum": ["b"]}}}
    second = {**first, "schema": {"openAPIV3Schema": schema}, "additionalPrinterColumns": [column]}
    made["spec"]["versions"] = [first, second]
    message = api.create(DEFINITIONS, made)["message"]
    for shown in (
        '"Schema":{"OpenAPIV3Schema":{"ID":"","Schema":"","Ref":null,"Description":"","Type":"object","Nullable":false,',
        '"Properties":{"a":{"ID":"","Schema":"","Ref":null,"Description":"","Type":"","Nullable":false,',
        '"Enum":["b"],"MaxProperties":null,',
        '"XListType":null,"XMapType":"atomic","XValidations":null}},"Subresources":null,"AdditionalPrinterColumns":[{"Name":"A",'
        '"Type":"date","Format":"","Description":"","Priority":0,"JSONPath":".metadata.creationTimestamp"}],'
        '"SelectableFields":null}]: must contain unique version names',
    ):
        assert shown in message, message
