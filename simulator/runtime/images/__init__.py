"""The image catalogue: every image that a registry of the simulated world holds. One module a family, one line here."""

from simulator.runtime.images import (
    agnhost,
    base,
    databases,
    descriptions,
    entrypoints,
    httpd,
    kubelab,
    kubernetesclients,
    languages,
    metricsserver,
    nginx,
    redis,
    sampleapiserver,
    samples,
    stress,
    system,
)
from simulator.runtime.images.catalogue import Image, PullError, pull

__all__ = ["FAMILIES", "Image", "PullError", "pull"]

FAMILIES = (
    agnhost,
    base,
    databases,
    descriptions,
    entrypoints,
    httpd,
    kubelab,
    kubernetesclients,
    languages,
    metricsserver,
    nginx,
    redis,
    sampleapiserver,
    samples,
    stress,
    system,
)
"""The modules that register repositories and the programs in them."""
