"""The example manifests of the Kubernetes website: each is taken, or refused, as a real server does."""

import csv
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from simulator.api.requests import ADMINISTRATOR, Request, Response
from simulator.kernel.clock import SECOND
from simulator.machinery.objects import Object
from simulator.resources.registry import RESOURCES
from simulator.world import World
from tests.fidelity import Result

NAME = "website_examples"
CASES = Path(__file__).parents[3] / "shared" / "conformance" / "website_examples.tar.gz"
ACCEPT = "accept"
REFUSED = ("reject", "schema-error", "needs-crd", "not-api-object")
"""What a server says no to; the other lines of the list are files that hold no object at all."""
BEFORE = 2 * SECOND
"""How long new namespaces get to have their service account."""
KINDS = {
    (resource.api_version(version), resource.kind): resource for resource in RESOURCES for version in resource.versions
}


class Loader(yaml.CSafeLoader):
    """YAML as JSON sees it: what looks like a date is text."""


Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


def run() -> Result:
    base = World.boot()
    cases = list(read_cases())
    differences = [line for row, text in cases if (line := difference(base, row, text))]
    return Result(NAME, len(cases) - len(differences), len(cases), differences)


def read_cases() -> Iterator[tuple[dict[str, str], str]]:
    """The rows of the list that are about objects, each with its manifest."""
    with tarfile.open(CASES) as archive:
        files = {PurePosixPath(member.name): member for member in archive.getmembers() if member.isfile()}

        def text(path: PurePosixPath) -> str:
            opened = archive.extractfile(files[path])
            assert opened is not None
            return opened.read().decode()

        table = next(path for path in files if path.name == "expected.tsv")
        for row in csv.DictReader(io.StringIO(text(table)), delimiter="\t"):
            if row["expect"] == ACCEPT or row["expect"] in REFUSED:
                wanted = PurePosixPath(row["file"]).parts
                yield row, text(next(path for path in files if path.parts[-len(wanted) :] == wanted))


def difference(base: World, row: dict[str, str], text: str) -> str:
    """What is different about one file; empty when nothing is."""
    world = base.fork()
    server = next(iter(world.clusters.values())).server
    for namespace in filter(None, row["namespaces"].split(",")):
        server.handle(
            posted("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        )
    world.clock.advance(BEFORE)
    answers = [create(server, item) for item in objects_of(text)]
    refusals = [answer for answer in answers if answer]
    if row["expect"] == ACCEPT:
        return f"{row['file']}: refused: {'; '.join(refusals)}" if refusals else ""
    return "" if refusals else f"{row['file']}: taken, but {row['note'] or row['expect']}"


def objects_of(text: str) -> list[Object]:
    """The objects of a manifest, those of a List one by one."""
    found: list[Object] = []
    for document in yaml.load_all(text, Loader=Loader):
        if isinstance(document, dict):
            found += document["items"] if document.get("kind") == "List" else [document]
    return found


def create(server: Any, item: Object) -> str:
    """Send an object as kubectl would; what the server has against it, or nothing."""
    version, kind = item.get("apiVersion", ""), item.get("kind", "")
    resource = KINDS.get((version, kind))
    if resource is None:
        return f'no matches for kind "{kind}" in version "{version}"'
    metadata = item.get("metadata") or {}
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    scope = f"/namespaces/{metadata.get('namespace', 'default')}" if resource.namespaced else ""
    answer: Response = server.handle(posted(f"{root}{scope}/{resource.plural}?fieldValidation=Strict", item))
    body = answer.body
    existing = isinstance(body, dict) and body.get("reason") == "AlreadyExists"
    return "" if answer.status < 300 or existing else str(body.get("message") if isinstance(body, dict) else body)


def posted(url: str, item: Object) -> Request:
    body = json.dumps(item).encode()
    headers = {"content-type": "application/json", "accept": "application/json"}
    return Request.to("POST", url, headers=headers, body=body, user=ADMINISTRATOR)
