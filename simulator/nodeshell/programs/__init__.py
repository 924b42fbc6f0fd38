"""The programs of a node's shell, and the one that leads to it. Importing this package registers them."""

import simulator.nodeshell.programs.apt
import simulator.nodeshell.programs.crictl
import simulator.nodeshell.programs.ctr
import simulator.nodeshell.programs.etcdctl
import simulator.nodeshell.programs.etcdutl
import simulator.nodeshell.programs.journalctl
import simulator.nodeshell.programs.kernel
import simulator.nodeshell.programs.kubeadm
import simulator.nodeshell.programs.scp
import simulator.nodeshell.programs.ssh
import simulator.nodeshell.programs.system
import simulator.nodeshell.programs.systemctl  # noqa: F401

__all__: list[str] = []
