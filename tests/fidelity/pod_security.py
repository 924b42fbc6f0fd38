"""The manifests that each Pod Security level must pass and must refuse: the server says the same of every one."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from simulator.api.requests import ADMINISTRATOR, Request, Response
from simulator.kernel.clock import SECOND
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.world import World
from tests.fidelity import Result

NAME = "pod_security"
CASES = Path(__file__).parents[3] / "shared" / "conformance" / "pod_security_v1.36.tar.gz"


def run() -> Result:
    world = World.boot()
    for level in ("baseline", "restricted"):
        labels = {"pod-security.kubernetes.io/enforce": level}
        post(world, "/api/v1/namespaces", {"metadata": {"name": level, "labels": labels}})
    world.clock.advance(2 * SECOND)
    cases = list(read_cases())
    differences = [line for path, pod in cases if (line := difference(world, path, pod))]
    return Result(NAME, len(cases) - len(differences), len(cases), differences)


def read_cases() -> Iterator[tuple[PurePosixPath, Object]]:
    with tarfile.open(CASES) as archive:
        for member in archive:
            path = PurePosixPath(member.name)
            file = archive.extractfile(member) if path.suffix == ".yaml" else None
            if file is not None:
                yield path, yaml.load(file.read())


def difference(world: World, path: PurePosixPath, pod: Object) -> str:
    """What is different about one manifest; empty when nothing is."""
    level, verdict = path.parts[-4], path.parts[-2]
    answer = post(world, f"/api/v1/namespaces/{level}/pods?dryRun=All", pod)
    if verdict == "pass":
        message = answer.body.get("message") if isinstance(answer.body, dict) else answer.body
        return f"{level} {path.name}: refused: {message}" if answer.status != 201 else ""
    return f"{level} {path.name}: taken" if answer.status == 201 else ""


def post(world: World, url: str, obj: Object) -> Response:
    headers = {"content-type": "application/json"}
    return world.request(Request.to("POST", url, headers=headers, body=json.dumps(obj).encode(), user=ADMINISTRATOR))


if __name__ == "__main__":
    print(*run().differences, sep="\n")
