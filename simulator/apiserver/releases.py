"""What an API server says of the release it is. Upstream: apimachinery/pkg/version"""

from simulator.machinery.objects import Object

PATCH_LEVEL = {"1.37": 1}
"""The newest patch release of a minor version that the lab speaks for; 0 where nothing is said."""


def version_info(minor: str) -> Object:
    """What `/version` tells of a release."""
    text = f"v{minor}.{PATCH_LEVEL.get(minor, 0)}"
    major, number = minor.split(".")
    return {
        "major": major,
        "minor": number,
        "emulationMajor": major,
        "emulationMinor": number,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": str(int(number) - 1),
        "gitVersion": text,
        "gitCommit": "0" * 40,
        "gitTreeState": "clean",
        "buildDate": "2026-10-14T00:00:00Z",
        "goVersion": "go1.26.3",
        "compiler": "gc",
        "platform": "linux/amd64",
    }
