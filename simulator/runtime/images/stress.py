"""Programs that use memory and CPU on purpose: stress, vish/stress, agnhost's resource consumer.

Upstream: stress(1), github.com/vishh/stress, kubernetes/test/images/agnhost
"""

from typing import ClassVar

from simulator.kernel.clock import HOUR, MINUTE, SECOND
from simulator.machinery.quantities import QuantityError, value
from simulator.runtime.images.base import ALPINE, DEBIAN
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.httplog import http_date
from simulator.runtime.images.web import Answer, Asked, WebServer, flags
from simulator.runtime.nodes import executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program
from simulator.runtime.signals import USR1

CORE = 1000
SIZES = {"b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
TIMES = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": 24 * HOUR}
DEFAULT_SIZE = 256 << 20
MOST = 1 << 40
MOST_USES = 1000
LONG = {"-c": "--cpu", "-i": "--io", "-m": "--vm", "-d": "--hdd", "-t": "--timeout", "-v": "--verbose", "-q": "--quiet"}
SWITCHES = ("--vm-keep", "--verbose", "--quiet", "--dry-run")


def scaled(text: str, units: dict[str, int]) -> int | None:
    """A number with a unit after it, such as `150M`; None for what is none."""
    unit = units.get(text[-1:].lower())
    number = text[:-1] if unit is not None else text
    return int(number) * (unit or units.get("b", SECOND)) if number.isdecimal() and len(number) < 16 else None


@program("stress")
class Stress(Program):
    """Workers that compute (`--cpu`), hold memory (`--vm`, `--vm-bytes`, `--vm-hang`) or only wait."""

    def start(self, process: Process) -> Outcome:
        options = self._options(process)
        if options is None:
            return Exit(1)
        hogs = {name: scaled(options.get(f"--{name}", "0"), {"b": 1}) for name in ("cpu", "io", "vm", "hdd")}
        if any(count is None for count in hogs.values()) or not any(hogs.values()):
            process.print("stress: FAIL: [1] (244) nothing to do; say how many workers of which sort")
            return Exit(1)
        told = ", ".join(f"{count} {name}" for name, count in hogs.items())
        process.print(f"stress: info: [{process.pid}] dispatching hogs: {told}")
        size = scaled(options.get("--vm-bytes", ""), SIZES) or DEFAULT_SIZE
        count = hogs["vm"] or 0
        process.occupy((hogs["cpu"] or 0) * CORE + (0 if "--vm-hang" in options else count * CORE))
        if count:
            process.hold(min(count * size, MOST))
        limit = scaled(options.get("--timeout", ""), TIMES)
        return Wait("over", until=process.now + limit if limit else None)

    @staticmethod
    def _options(process: Process) -> dict[str, str] | None:
        """Words as options, each with the word that follows it."""
        found, words = {}, list(process.argv[1:])
        while words:
            word = words.pop(0)
            name, equals, given = LONG.get(word, word).partition("=")
            if not name.startswith("--"):
                process.print(f"stress: FAIL: [1] (244) unrecognized option: {word}")
                return None
            if name in SWITCHES:
                found[name] = ""
            elif equals or words:
                found[name] = given if equals else words.pop(0)
        return found

    def over(self, process: Process) -> Outcome:
        process.print(
            f"stress: info: [{process.pid}] successful run completed in {(process.now - process.started) // SECOND}s"
        )
        return Exit(0)


@program("vish-stress")
class VishStress(Program):
    """`-cpus 2 -mem-total 250Mi -mem-alloc-size 100Mi -mem-alloc-sleep 1s`."""

    def start(self, process: Process) -> Outcome:
        found, _ = flags(process.argv[1:])
        try:
            total, step = (min(value(found.get(name, start)), MOST) for name, start in (
                ("mem-total", "0"), ("mem-alloc-size", "4Ki")))  # fmt: skip
        except QuantityError:
            process.error("flag provided with a value that is no quantity")
            return Exit(2)
        cpus = scaled(found.get("cpus", "0"), {"b": 1}) or 0
        text = found.get("mem-alloc-sleep", "1ms")
        pause = scaled(text.removesuffix("ms") + "s", {"s": 1000}) if text.endswith("ms") else scaled(text, TIMES)
        wanted, piece = found.get("mem-total", "0"), found.get("mem-alloc-size", "4Ki")
        chunks = f'in "{piece}" chunks, with a {text} sleep between allocations'
        self._log(process, f'Allocating "{wanted}" memory, {chunks}')
        if cpus:
            self._log(process, f"Spawning {cpus} threads" if cpus > 1 else "Spawning a thread to consume CPU")
            process.occupy(min(cpus, 1000) * CORE)
        if total:
            process.hold(min(step, total), growth=max(step, 1) * SECOND // max(pause or 1, 1), most=total)
            self._log(process, f'Allocated "{wanted}" memory')
        return Wait("start")

    @staticmethod
    def _log(process: Process, text: str) -> None:
        process.error(
            f"I{http_date(process.now, '%m%d %H:%M:%S')}.{process.now % SECOND:06d}       1 main.go:26] {text}"
        )


@program("resource-consumer")
class ResourceConsumer(WebServer):
    """Uses what it is told to for as long as it is told: `POST /ConsumeCPU`, `/ConsumeMem`, `/BumpMetric`.

    `state`: what is used, as (what, how much, until when); a metric's name stands after `metric/`.
    """

    resident = 8 << 20
    kinds: ClassVar = {"/ConsumeCPU": "millicores", "/ConsumeMem": "megabytes", "/BumpMetric": "delta"}

    def begin(self, process: Process) -> int | None:
        process.handle(USR1)
        process.state = ()
        return None

    def answer(self, process: Process, asked: Asked) -> Answer:
        if asked.path == "/metrics":
            return Answer(self._metrics(process))
        if asked.method != "POST":
            return Answer("Bad request. Not a POST request\n", 400)
        kind, given = self.kinds.get(asked.path), {**asked.query, **form(asked.request.body)}
        if kind is None:
            return Answer(f"unknown function: {asked.path}\n", 404)
        names = ("durationSec", kind, *(("metric",) if kind == "delta" else ()))
        if not all(given.get(name) for name in names):
            return Answer("not given function argument\n", 400)
        time, amount = scaled(given["durationSec"] + "s", TIMES), scaled(given[kind], {"b": 1})
        if time is None or amount is None or len(process.state) >= MOST_USES:
            return Answer("incorrect function argument\n", 400)
        what = f"metric/{given['metric'][:256]}" if kind == "delta" else kind
        process.state = (*process.state, (what, min(amount, MOST >> 20), process.now + time))
        self._use(process)
        process.machines.signal(process.machine, process.pid, USR1)
        told = f"{given['metric']} metric\n" if kind == "delta" else ""
        return Answer(f"{asked.path[1:]}\n{told}{amount} {kind}\n{time // SECOND} durationSec\n")

    @staticmethod
    def _metrics(process: Process) -> str:
        names = list(dict.fromkeys(what for what, _, _ in process.state if what.startswith("metric/")))
        lines = []
        for what in names:
            name, total = what.removeprefix("metric/"), sum(each for one, each, _ in process.state if one == what)
            lines.append(f"# HELP {name} info message.\n# TYPE {name} gauge\n{name} {total:.6f}\n")
        return "".join(lines)

    @staticmethod
    def _use(process: Process) -> None:
        """Use what has been asked for and is not over: wishes add up."""
        process.state = tuple(use for use in process.state if use[2] > process.now)
        process.occupy(sum(amount for what, amount, _ in process.state if what == "millicores"))
        process.hold(min(sum(amount for what, amount, _ in process.state if what == "megabytes") << 20, MOST))

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return self.expire(process) if signal == USR1 else Exit(0)

    def expire(self, process: Process) -> Outcome:
        """What has been used long enough is let go."""
        self._use(process)
        return Wait("expire", until=min((until for _, _, until in process.state), default=None))


def form(body: bytes) -> dict[str, str]:
    """Fields that a client sent as a form."""
    pairs = (pair.partition("=") for pair in body[:4096].decode("utf-8", "replace").split("&"))
    return {name: text for name, _, text in pairs}


TOOL = layer("stress", {"/usr/bin/stress": executable("stress"), "/usr/bin/stress-ng": executable("stress")})
for where in ("docker.io/polinux/stress", "docker.io/progrium/stress"):
    repository(where, {"latest": "1.0.4", "1.0.4": "1.0.4"}, 4_040_000, (ALPINE, TOOL), command=("stress",))
repository("docker.io/polinux/stress-ng", {"latest": "0.18"}, 6_100_000, (ALPINE, TOOL), command=("stress-ng",))
VISH = layer("vish-stress", {"/stress": executable("vish-stress")})
for where in ("docker.io/vish/stress", "registry.k8s.io/stress"):
    versions = {"latest": "1.0", "v1": "1.0"}
    repository(where, versions, 1_440_000, (VISH,), entrypoint=("/stress", "-logtostderr"))
repository(
    "registry.k8s.io/e2e-test-images/resource-consumer", {"1.13": "1.13", "1.9": "1.9"}, 43_000_000,
    (DEBIAN, layer("resource-consumer", {"/consumer": executable("resource-consumer")})), entrypoint=("/consumer",),
)  # fmt: skip
