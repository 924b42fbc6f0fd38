"""The control plane as programs: which of them run, on which nodes, and what the cluster does without them.

A self-managed cluster (one with a control-plane node) runs etcd, kube-apiserver, kube-controller-manager and
kube-scheduler as static Pods, as kubeadm sets them up. Their manifests are files on the nodes; the kubelet reads them
(`kubelet/static.py`), starts their containers, probes and restarts them. `ControlPlane` looks at what runs and draws
the consequences:

- a component (`Component.process`) acts while a container of its program runs on a node that reaches a healthy API
  server, and holds its lease. When it stops, what is planned for it and what it remembered is gone, and it hears of no
  change; when it starts, it reads everything it watches, as an informer does (`Cluster.restart`);
- the API server answers while its container runs; without a majority of etcd members it answers that its request timed
  out; without any API server connections are refused, and kubelets go on with what they know.

State, as tables: `control-plane/serving` ((program, node) → the container that has come up), `control-plane/active`
(program → the node whose instance acts), `control-plane/leases` (program → when its lease was last renewed),
`control-plane/data` (what was stored in etcd data folders that are not in use), `control-plane/flags`. All of it is
forked and saved with the world; nothing is polled but the two leases.

In a cluster without a control-plane node (a managed one) everything of this runs out of sight, and always.
"""
