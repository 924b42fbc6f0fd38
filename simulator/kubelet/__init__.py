"""What runs on every node: turns Pods into containers of the runtime, probes them, reports, and ends them.

One component serves all nodes of a cluster; what a node's kubelet holds in memory are rows keyed by node, Pod uid and
container. Containers are machines of `simulator.runtime`; images come from its catalogue.
Upstream: pkg/kubelet
"""
