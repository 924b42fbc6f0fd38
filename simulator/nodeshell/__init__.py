"""A node as a machine to log in to: its disk, its services, and the programs an administrator runs there.

The machine of a node comes into being when somebody first needs it (`Hosts.open`), so one that nobody visits costs
nothing. Its disk is a volume of the runtime by the node's name: the very one that `hostPath` volumes show. Below what
was written lies `NodeDisk`: the programs of the system, the files that kubeadm left (made from the cluster's spec, not
stored), and folders that tell what the kubelet knows at this moment (`/var/log/pods`, `/var/lib/kubelet/pods`).

What programs ask of their node goes through `Host`, which the network hands out by machine (`Network.host`): to
programs of the node itself, and to programs in containers that run there.
"""
