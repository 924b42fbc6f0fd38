"""What crosses the wire between a client and the API server: requests, answers that end or go on, errors.

Knows the shape of the Kubernetes API, but of no kind and no server.
"""
