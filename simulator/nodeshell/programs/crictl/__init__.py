"""crictl: the container runtime of a node, asked directly. Upstream: kubernetes-sigs/cri-tools"""

from collections.abc import Callable, Mapping

from simulator.kernel.clock import SECOND
from simulator.kubelet.services import UNKNOWN_SERVICE
from simulator.nodeshell.host import Host
from simulator.nodeshell.programs.asking import host_of
from simulator.nodeshell.programs.crictl import changing, inspecting, listing, logs
from simulator.nodeshell.programs.crictl.found import Failure, one
from simulator.nodeshell.programs.flags import UnknownFlag, parsed
from simulator.nodeshell.programs.sessions import begin_session, relay, session_signal
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait, program

SOCKET = "unix:///run/containerd/containerd.sock"
NO_RUNTIME = (
    f'validate service connection: validate CRI v1 runtime API for endpoint "{SOCKET}": rpc error: code = Unavailable '
    'desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: '
    'connect: no such file or directory"'
)
GLOBAL = ("r", "runtime-endpoint", "i", "image-endpoint", "t", "timeout", "c", "config")
"""Flags before the command, each with a value; there is one runtime to ask, and it answers at once."""

type Run = Callable[[Process, Host, Mapping[str, str], list[str]], int]

IMAGES = (listing.images, "o output", "q quiet no-trunc digests v verbose")
COMMANDS: Mapping[str, tuple[Run, str, str]] = {
    "image": IMAGES,
    "images": IMAGES,
    "img": IMAGES,
    "imagefsinfo": (inspecting.image_disk, "o output", ""),
    "info": (inspecting.info, "o output", "q quiet"),
    "inspect": (inspecting.inspect, "o output template", "q quiet"),
    "inspecti": (inspecting.inspect_image, "o output template", "q quiet"),
    "inspectp": (inspecting.inspect_pod, "o output template", "q quiet"),
    "pods": (listing.pods, "id name namespace label s state o output n last", "q quiet no-trunc l latest"),
    "ps": (
        listing.ps,
        "id image label name namespace p pod s state o output n last",
        "a all q quiet no-trunc l latest r resolve-image-path",
    ),
    "pull": (changing.fetch, "", ""),
    "rm": (changing.remove, "", "f force a all"),
    "rmi": (changing.remove_image, "", "a all q prune"),
    "rmp": (changing.remove_pod, "", "f force a all"),
    "stats": (listing.stats, "id p pod label", "a all no-trunc"),
    "statsp": (listing.pod_stats, "id name label namespace", "no-trunc"),
    "stop": (changing.stop, "t timeout", ""),
    "stopp": (changing.stop_pod, "", ""),
    "version": (inspecting.version, "", ""),
}
"""Each command with its flags: those with a value, and the others."""
USAGE = """NAME:
   crictl - client for CRI

USAGE:
   crictl [global options] command [command options] [arguments...]

COMMANDS:
"""
ABOUT = {
    "exec": "Run a command in a running container", "imagefsinfo": "Return image filesystem info",
    "images, image, img": "List images", "info": "Display information of the container runtime",
    "inspect": "Display the status of one or more containers", "inspecti": "Return the status of one or more images",
    "inspectp": "Display the status of one or more pods", "logs": "Fetch the logs of a container", "pods": "List pods",
    "ps": "List containers", "pull": "Pull an image from a registry", "rm": "Remove one or more containers",
    "rmi": "Remove one or more images", "rmp": "Remove one or more pods",
    "stats": "List container(s) resource usage statistics", "statsp": "List pod statistics",
    "stop": "Stop one or more running containers", "stopp": "Stop one or more running pods",
    "version": "Display runtime version information",
}  # fmt: skip
LOGS = "n tail since", "f follow p previous t timestamps"
OTHERS = ("exec", "logs")


@program("crictl")
class Crictl(Program):
    """Asks the runtime of its node."""

    def start(self, process: Process) -> Outcome:
        host = host_of(process)
        words = list(process.argv[1:])
        while words and words[0].startswith("-"):
            if words[0] in ("--version", "-v", "--help", "-h"):
                break
            word = words.pop(0)
            if word.lstrip("-") in GLOBAL and words:
                words.pop(0)
        verb = words[0] if words else ""
        if verb in ("--version", "-v"):
            process.print("crictl version v1.34.0")
            return Exit(0)
        if verb in ("", "help", "-h", "--help") or {"-h", "--help"} & set(process.argv[1:]):
            process.print(USAGE + "\n".join(f"   {name:<14} {about}" for name, about in sorted(ABOUT.items())))
            return Exit(0)
        if verb not in (*OTHERS, *COMMANDS):
            process.error(f'FATA[0000] no such command "{verb}"; known: {", ".join(sorted((*OTHERS, *COMMANDS)))}')
            return Exit(1)
        if host is None or host.row["runtime"] is not None:
            process.state = "away"
            return Wait("fail", until=process.now + 2 * SECOND)
        try:
            if verb == "exec":
                return self._exec(process, host, words[1:])
            if verb == "logs":
                return logs.begin(process, host, *parsed(words[1:], *(names.split() for names in LOGS)))
            run, values, switches = COMMANDS[verb]
            return Exit(run(process, host, *parsed(words[1:], values.split(), switches.split())))
        except Failure as failure:
            process.error(f"FATA[0000] {failure}")
        except UnknownFlag as flag:
            process.error(f"FATA[0000] flag provided but not defined, or not simulated: {flag}")
        return Exit(1)

    def more(self, process: Process) -> Outcome:
        host = host_of(process)
        return Exit(1) if host is None else logs.more(process, host)

    def fail(self, process: Process) -> Outcome:
        host = host_of(process)
        off = host is not None and host.row.get("without_cri")
        away = f'validate service connection: validate CRI v1 runtime API for endpoint "{SOCKET}": {UNKNOWN_SERVICE}'
        process.error(f"FATA[0002] {away if off else NO_RUNTIME}")
        return Exit(1)

    def _exec(self, process: Process, host: Host, words: list[str]) -> Outcome:
        """A command in a container, by way of the program that ssh uses: a session there, relayed here."""
        flags = []
        while words and words[0].startswith("-"):
            flags.append(words.pop(0))
        if len(words) < 2:
            raise Failure("command must be specified")
        container = one(host, words[0])
        if container.state != "Running":
            about = "container is in CONTAINER_EXITED state"
            raise Failure(f"execing command in container: rpc error: code = Unknown desc = {about}")
        tty = any("t" in flag for flag in flags)
        return begin_session(process, container.row["machine"], tuple(words[1:]), tty=tty, farewell="")

    def relay(self, process: Process) -> Outcome:
        return relay(process)

    def on_signal(self, process: Process, signal: int) -> Outcome | None:
        return session_signal(process, signal)
