"""Chooses a node for each Pod: a queue, a framework of plugins, and what they decide by.

Knows nodes and Pods through the API alone; nothing here starts a container.
"""
