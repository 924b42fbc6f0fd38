"""Every kind of the API as JSON and as protobuf: each form read from the other is equal."""

import json
import tarfile
from pathlib import Path

from simulator.machinery import protobuf
from tests.fidelity import Result

NAME = "api_roundtrip"
CASES = Path(__file__).parents[3] / "shared" / "conformance" / "api_roundtrip.tar.gz"
UNSAID = {"core.v1.WatchEvent": ("v1", "WatchEvent")}
"""Objects that do not carry their own kind."""


def run() -> Result:
    differences = []
    samples = read_samples()
    for name, (text, data) in sorted(samples.items()):
        kind = UNSAID.get(name)
        wanted = json.loads(text)
        try:
            if protobuf.decode(data, kind) != wanted:
                differences.append(f"{name}: protobuf decodes to another object")
            elif protobuf.encode(wanted, kind) != data:
                differences.append(f"{name}: JSON encodes to other bytes")
        except protobuf.ProtobufError as error:
            differences.append(f"{name}: {error}")
    return Result(NAME, len(samples) - len(differences), len(samples), differences)


def read_samples() -> dict[str, tuple[bytes, bytes]]:
    """The JSON and the protobuf of every kind, by name."""
    parts: dict[str, dict[str, bytes]] = {}
    with tarfile.open(CASES) as archive:
        for member in archive:
            stem, _, kind = Path(member.name).name.rpartition(".")
            if kind in ("json", "pb"):
                file = archive.extractfile(member)
                assert file is not None
                parts.setdefault(stem, {})[kind] = file.read()
    return {name: (both["json"], both["pb"]) for name, both in parts.items()}
