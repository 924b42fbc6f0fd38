"""Schedulers beside the cluster's own: those that Pods run, each under names of its own."""

from collections.abc import Callable
from typing import Any

from simulator.api.client import Client
from simulator.kernel.clock import SECOND
from simulator.kernel.component import Change, Component, Kernel
from simulator.machinery.objects import Object
from simulator.scheduler.configuration import Plan
from simulator.scheduler.scheduler import Scheduler


class Chooser(Scheduler):
    """The scheduler proper, for the names that somebody answers for."""

    name = "other-schedulers"


class OtherSchedulers(Component):
    """Chooses nodes for Pods whose scheduler a Pod runs, as long as that runs. Nothing is watched before the first.

    State: table `plans` (by scheduler name: the machine that runs it, and its plan), and that of the `Chooser`.
    """

    name = Chooser.name
    process = ""

    def __init__(self, kernel: Kernel, client: Client, *, minor: int = 37) -> None:
        super().__init__(kernel)
        self.client = client
        self.minor = minor
        self.is_running: Callable[[str], bool] = lambda machine: True
        """Whether the first process of a machine runs."""
        self.is_connected: Callable[[], bool] = lambda: True
        """Whether the API server answers."""
        self._chooser: Chooser | None = None
        if f"{self.address}/plans" in kernel.state.names():
            self._make()

    @property
    def _plans(self) -> Any:
        return self.table("plans")

    def _make(self) -> Chooser:
        """Begin with what is known now, as one that starts anew does."""
        plans: dict[str, Plan] = {name: plan for name, (_, plan) in self._plans.rows.items()}
        self._chooser = Chooser(self.kernel, self.client, plans=plans, minor=self.minor)
        self.watches = Chooser.watches
        return self._chooser

    def open(self, machine: str, plans: tuple[Plan, ...]) -> None:
        """A process has begun to choose nodes for Pods that ask for its names."""
        for plan in plans:
            self._plans.put(plan["name"], (machine, plan))
        names, chooser = {plan["name"] for plan in plans}, self._make()
        for pod in self.client.list("pods"):
            if pod["spec"].get("schedulerName") in names and not pod["spec"].get("nodeName"):
                chooser.observe(Change("ADDED", "pods", pod, None))

    def _close_dead(self) -> None:
        """Whoever has ended answers for no name any more."""
        gone = [name for name, (machine, _) in self._plans.rows.items() if not self.is_running(machine)]
        for name in gone:
            self._plans.delete(name)
        if gone:
            self._make()

    def observe(self, change: Change) -> None:
        assert self._chooser is not None
        self._chooser.observe(change)

    # Steps, which the clock asks of this component.

    def schedule(self) -> None:
        if not self.is_connected():
            self.later(SECOND, "schedule")
            return
        self._close_dead()
        assert self._chooser is not None
        self._chooser.schedule()

    def rest(self) -> None:
        assert self._chooser is not None
        self._chooser.rest()

    def flush(self) -> None:
        assert self._chooser is not None
        self._chooser.flush()

    def finish_binding(self) -> None:
        assert self._chooser is not None
        self._chooser.finish_binding()

    def skip(self, pod: Object) -> None:
        assert self._chooser is not None
        self._chooser.skip(pod)
