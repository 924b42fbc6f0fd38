"""Programs of the images that make a cluster's network: CoreDNS, the Ingress controller."""

from simulator.network.servers import coredns, ingress

FAMILIES = (coredns, ingress)
"""The modules that register programs and images."""
