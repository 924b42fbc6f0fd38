"""Kubernetes' own conformance list, row by row: what a cluster must do, held against booted worlds."""
