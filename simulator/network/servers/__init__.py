"""Programs of the images that make a cluster's network: CoreDNS, the Ingress controller."""

from simulator.network.servers import coredns

FAMILIES = (coredns,)
"""The modules that register programs and images."""
