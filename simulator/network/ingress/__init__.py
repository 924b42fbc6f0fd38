"""Ingress as the lab's controller serves it: which rules hold, what the world sees of them, what a new cluster has."""
