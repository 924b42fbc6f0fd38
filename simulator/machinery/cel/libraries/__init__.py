"""The functions of CEL and those Kubernetes adds, a module for each library.

Upstream: github.com/google/cel-go/{common/stdlib,ext}, apiserver/pkg/cel/library
"""
