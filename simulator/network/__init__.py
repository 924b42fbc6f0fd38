"""The network of a world: Pod addresses, Services as kube-proxy routes them, cluster DNS, and the way in from outside.

`cluster.ClusterNetwork` is one cluster's; `world.WorldNetwork` is what the programs of any machine may ask.
"""
