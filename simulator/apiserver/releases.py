"""What an API server says of the release it is. Upstream: apimachinery/pkg/version"""

from simulator.machinery.objects import Object
from simulator.machinery.releases import Release


def version_info(release: Release) -> Object:
    """What `/version` tells of a release."""
    major, minor = str(release.major), str(release.minor)
    return {
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": str(release.minor - 1),
        "gitVersion": f"v{release}",
        "gitCommit": "0" * 40,
        "gitTreeState": "clean",
        "buildDate": "2026-10-14T00:00:00Z",
        "goVersion": "go1.26.3",
        "compiler": "gc",
        "platform": "linux/amd64",
    }
