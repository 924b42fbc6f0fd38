"""The controllers of a cluster, one module each; each brings what is a step closer to what is wanted.

They know objects through the API alone and never call each other.
"""
