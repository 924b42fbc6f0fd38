"""Custom resources: named, served and shown as their definition says."""

from simulator.machinery.objects import Object
from simulator.resources.custom import resource_of
from simulator.resources.tables import table
from tests.resources.showing import FIVE_MINUTES_AGO, NOW, named

COLUMNS: list[Object] = [
    {"name": "Size", "type": "integer", "jsonPath": ".spec.size", "description": "How big it is"},
    {"name": "Colors", "type": "string", "jsonPath": ".spec.colors"},
    {"name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type=='Ready')].status"},
    {"name": "Since", "type": "date", "jsonPath": ".status.since", "priority": 1},
]


def version(name: str, **beside: object) -> Object:
    properties = {"spec": {"type": "object"}, "status": {"type": "object"}, "extra": {"type": "string"}}
    schema = {"openAPIV3Schema": {"type": "object", "properties": properties}}
    return {"name": name, "served": True, "storage": name == "v1", "schema": schema, **beside}


def definition(*versions: Object, scope: str = "Namespaced") -> Object:
    names = {"kind": "Widget", "plural": "widgets", "singular": "widget", "shortNames": ["wd"], "categories": ["all"]}
    return named(
        "widgets.example.com", spec={"group": "example.com", "names": names, "scope": scope, "versions": list(versions)}
    )


def cells(obj: Object, *versions: Object) -> list[object]:
    widgets = resource_of(definition(*versions))
    assert widgets is not None
    found: list[object] = table(widgets, [obj], now=NOW)["rows"][0]["cells"]
    return found


def test_names_and_versions() -> None:
    widgets = resource_of(definition(version("v1beta1"), version("v1"), version("v2alpha1", served=False)))
    assert widgets is not None
    assert (widgets.name, widgets.versions, widgets.short_names, widgets.categories) == (
        "widgets.example.com",
        ("v1", "v1beta1"),
        ("wd",),
        ("all",),
    )
    assert resource_of(definition(version("v1", served=False))) is None


def test_status_and_scale_where_they_are_asked_for() -> None:
    plain = resource_of(definition(version("v1")))
    scaled = resource_of(
        definition(version("v1", subresources={"status": {}, "scale": {"specReplicasPath": ".spec.replicas"}}))
    )
    assert plain is not None and scaled is not None
    assert (list(plain.subresources), plain.generation) == ([], (("spec",), ("status",), ("extra",)))
    assert (list(scaled.subresources), scaled.generation) == (["scale", "status"], (("spec",), ("extra",)))


def test_selectable_fields() -> None:
    widgets = resource_of(definition(version("v1", selectableFields=[{"jsonPath": ".spec.color"}])))
    assert widgets is not None
    assert widgets.field(named("a", spec={"color": "red"}), "spec.color") == "red"
    assert widgets.field(named("a", spec={"color": "red"}), "spec.size") is None


def test_name_and_age_without_columns() -> None:
    assert cells(named("a"), version("v1")) == ["a", "5m"]


def test_columns() -> None:
    columns = version("v1", additionalPrinterColumns=COLUMNS)
    full = named(
        "a",
        spec={"size": 3, "colors": ["red", "blue"]},
        status={"conditions": [{"type": "Ready", "status": "True"}], "since": FIVE_MINUTES_AGO},
    )
    assert cells(full, columns) == ["a", 3, '["red","blue"]', "True", "5m"]
    assert cells(named("bare"), columns) == ["bare", None, None, None, None]
    assert cells(named("odd", spec={"size": "big"}, status={"since": "yesterday"}), columns) == [
        "odd",
        None,
        None,
        None,
        "<invalid>",
    ]


def test_what_a_column_says_of_itself() -> None:
    widgets = resource_of(definition(version("v1", additionalPrinterColumns=COLUMNS)))
    assert widgets is not None
    columns = table(widgets, [], now=NOW)["columnDefinitions"]
    assert [(column["name"], column["type"], column["priority"]) for column in columns] == [
        ("Name", "string", 0),
        ("Size", "integer", 0),
        ("Colors", "string", 0),
        ("Ready", "string", 0),
        ("Since", "date", 1),
    ]
    assert columns[1]["description"] == "How big it is"
    assert columns[2]["description"] == "Custom resource definition column (in JSONPath format): .spec.colors"
