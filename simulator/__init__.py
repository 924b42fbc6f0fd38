"""A whole Kubernetes cluster and the workstation beside it, simulated in memory, as one value.

`simulator.world.World` is the way in. Nothing here knows of a web site, of lessons or of the machine it runs on.
"""
