"""Gateway API as the lab's controller serves it: its definitions, what routes mean, what the status says.

Upstream: gateway-api.sigs.k8s.io, version v1
"""
