"""The Table itself: columns, rows, what rides in them; and a table for every kind."""

import pytest

from simulator.machinery.objects import Object
from simulator.resources.columns import AGE, NAME, Column, Printer
from simulator.resources.registry import RESOURCES, find
from simulator.resources.resource import Resource
from simulator.resources.tables import printer_of, table
from tests.resources.showing import NOW, named

NAMESPACE: Object = {
    "apiVersion": "v1",
    "kind": "Namespace",
    "metadata": {"name": "default", "resourceVersion": "7", "creationTimestamp": "2026-11-02T11:55:00Z"},
    "status": {"phase": "Active"},
}


def test_a_table_on_the_wire() -> None:
    answer = table(find("namespaces"), [NAMESPACE], now=NOW, list_metadata={"resourceVersion": "42"})
    described = [column.pop("description") for column in (dict(each) for each in answer["columnDefinitions"])]
    assert described[0].startswith("Name must be unique within a namespace.")
    assert described[1] == "The status of the namespace"
    assert described[2].startswith("CreationTimestamp is a timestamp representing the server time")
    assert answer | {
        "columnDefinitions": [
            {k: v for k, v in each.items() if k != "description"} for each in answer["columnDefinitions"]
        ]
    } == {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": "42"},
        "columnDefinitions": [
            {"name": "Name", "type": "string", "format": "name", "priority": 0},
            {"name": "Status", "type": "string", "format": "", "priority": 0},
            {"name": "Age", "type": "string", "format": "", "priority": 0},
        ],
        "rows": [
            {
                "cells": ["default", "Active", "5m"],
                "object": {
                    "kind": "PartialObjectMetadata",
                    "apiVersion": "meta.k8s.io/v1",
                    "metadata": NAMESPACE["metadata"],
                },
            }
        ],
    }


@pytest.mark.parametrize(("include", "expected"), [("Object", NAMESPACE), ("None", None)])
def test_what_rides_in_a_row(include: str, expected: Object | None) -> None:
    [row] = table(find("namespaces"), [NAMESPACE], now=NOW, include_object=include)["rows"]
    assert row["object"] == expected


def test_a_later_table_of_a_watch_has_no_columns() -> None:
    assert table(find("namespaces"), [NAMESPACE], now=NOW, columns_in=False)["columnDefinitions"] is None


def test_a_table_of_one_object_carries_its_version() -> None:
    assert table(find("namespaces"), [NAMESPACE], now=NOW)["metadata"] == {"resourceVersion": "7"}


def test_a_custom_resource_brings_its_own_columns() -> None:
    def row(obj: Object, now: int) -> list[object]:
        return [obj["metadata"]["name"], obj["spec"]["size"], "5m"]

    printer = Printer((NAME, Column("Size", "How big", "integer"), AGE), row)
    widgets = Resource("example.com", "Widget", "widgets", printer=printer)
    answer = table(widgets, [named("a", spec={"size": 3})], now=NOW)
    assert [column["name"] for column in answer["columnDefinitions"]] == ["Name", "Size", "Age"]
    assert answer["rows"][0]["cells"] == ["a", 3, "5m"]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_every_kind_shows_an_object_that_says_nothing(resource: Resource) -> None:
    bare = named("bare", apiVersion=resource.api_version(), kind=resource.kind)
    [row] = table(resource, [bare], now=NOW)["rows"]
    assert "bare" in row["cells"][0] or row["cells"][-1] == "bare"
    extra = 1 if resource.plural == "ipaddresses" else 0  # upstream sends an age without a column
    assert len(row["cells"]) == len(printer_of(resource).columns) + extra
