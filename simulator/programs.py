"""Every program that machines can run: importing a module registers what is in it. One line a family."""

import simulator.controlplane.kubeproxy
import simulator.controlplane.programs
import simulator.controlplane.scheduling
import simulator.faults.program
import simulator.kubectl.process
import simulator.network.programs
import simulator.network.servers
import simulator.nodeshell.programs
import simulator.runtime.images
import simulator.shell.programs  # noqa: F401

__all__: list[str] = []
