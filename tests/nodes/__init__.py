"""Nodes as machines, the control plane as Pods, faults."""
