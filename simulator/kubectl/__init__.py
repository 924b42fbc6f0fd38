"""kubectl, as a program of the workstation: it reads a kubeconfig, speaks to an API server, and prints.

It knows of no controller and no store: everything it shows came through the API, as with the real program. The road
of one command: `program` (the process) → `flags` (what was typed) → `commands/<verb>` → `builder` (which objects) →
`client` and `discovery` (requests) → `printers` or `describe` (text). A command that waits names the `@step` function
it goes on with, and that function's plain arguments: a forked process waits on in both worlds.

Upstream: staging/src/k8s.io/kubectl
"""
