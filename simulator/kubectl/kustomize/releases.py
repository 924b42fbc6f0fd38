"""Which release of Kustomize is in which kubectl."""

RELEASES = {
    25: "v4.5.7", 26: "v4.5.7", 27: "v5.0.1", 28: "v5.0.4-0.20230601165947-6ce0bf390ce3",
    29: "v5.0.4-0.20230601165947-6ce0bf390ce3", 30: "v5.0.4-0.20230601165947-6ce0bf390ce3", 31: "v5.4.2", 32: "v5.5.0",
    33: "v5.6.0", 34: "v5.7.1", 35: "v5.7.1", 36: "v5.8.1", 37: "v5.8.1",
}  # fmt: skip
"""By the minor version of kubectl."""


def kustomize_of(minor: int) -> str:
    return RELEASES.get(minor, RELEASES[max(RELEASES)])
