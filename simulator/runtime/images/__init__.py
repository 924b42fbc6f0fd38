"""The image catalogue: every image a registry of the simulated world holds, one module or one line each."""

from simulator.runtime.images.catalogue import Image, PullError, pull

__all__ = ["Image", "PullError", "pull"]
