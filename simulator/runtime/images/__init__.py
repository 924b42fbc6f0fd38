"""The image catalogue: every image that a registry of the simulated world holds. One module a family, one line here."""

from simulator.runtime.images import base, entrypoints, nginx, system
from simulator.runtime.images.catalogue import Image, PullError, pull

__all__ = ["FAMILIES", "Image", "PullError", "pull"]

FAMILIES = (base, entrypoints, nginx, system)
"""The modules that register repositories and the programs in them."""
