"""`agnhost mounttest`: tells what mounted files are like, and makes new ones. Upstream: mounttest/mt.go"""

from collections.abc import Callable
from functools import partial

from simulator.kernel.clock import SECOND
from simulator.machinery.golang import quoted
from simulator.runtime.errors import OSFailure
from simulator.runtime.images.agnhost.command import Flag, option, remember, subcommand
from simulator.runtime.process import Process
from simulator.runtime.programs import Exit, Outcome, Program, Wait

INITIAL = "mount-tester new file\n"
OVERLAY = 0x794C7630
NEW = ("0644", "0666", "0660", "0777")
PAUSE = 2 * SECOND


@subcommand(
    "mounttest",
    "Creates files with given permissions and outputs FS type, owner, mode, permissions, contents of files",
    Flag("fs_type", "", "Path to print the fs type for"),
    Flag("file_mode", "", "Path to print the mode bits of"),
    Flag("file_perm", "", "Path to print the perms of"),
    Flag("file_owner", "", "Path to print the owning UID and GID of"),
    *(Flag(f"new_file_{mode}", "", f"Path to write to and read from with perm {mode}") for mode in NEW),
    Flag("file_content", "", "Path to read the file content from"),
    Flag("file_content_in_loop", "", "Path to read the file content in loop from"),
    Flag("retry_time", 180, "Retry time during the loop"),
    Flag("break_on_expected_content", True, "Break out of loop on expected content"),
)  # fmt: skip
class Mounttest(Program):
    """`state`: `failed` says whether anything went wrong, `since` when the loop began."""

    def start(self, process: Process) -> Outcome:
        works: list[tuple[str, Callable[[Process, str], None]]] = [
            ("fs_type", file_system),
            *((f"new_file_{mode}", partial(new_file, mode=int(mode, 8))) for mode in NEW),
            ("file_mode", file_mode),
            ("file_perm", file_permissions),
            ("file_owner", file_owner),
            ("file_content", file_content),
        ]  # fmt: skip
        failed = False
        for name, work in works:
            if option(process, name):
                try:
                    work(process, option(process, name))
                except OSFailure:
                    failed = True
        remember(process, failed=failed, since=process.now)
        return self.loop(process) if option(process, "file_content_in_loop") else Exit(1 if failed else 0)

    def loop(self, process: Process) -> Outcome:
        path, failed = option(process, "file_content_in_loop"), process.state["failed"]
        if process.now - process.state["since"] >= option(process, "retry_time") * SECOND:
            return Exit(1 if failed or process.state.get("missing") else 0)
        try:
            content = process.files.text(path)
        except OSFailure as failure:
            process.print(f"Error reading file {path}: {told('open', path, failure)}, retrying")
            remember(process, missing=True)
            return Wait("loop", until=process.now + PAUSE)
        remember(process, missing=False)
        process.print(f"content of file {quoted(path)}: {content}")
        if option(process, "break_on_expected_content"):
            if content == INITIAL:
                return Exit(1 if failed else 0)
            process.write(1, f"Unexpected content. Expected: {INITIAL}. Retrying")
        return Wait("loop", until=process.now + PAUSE)


def told(call: str, path: str, failure: OSFailure) -> str:
    """A failure as Go's os package has it."""
    return f"{call} {path}: {failure.words.lower()}"


def file_system(process: Process, path: str) -> None:
    """Volumes lie in memory here, whatever their kind; the rest of a container is an overlay."""
    try:
        place = process.files.resolve(path)
        process.files.stat(path)
    except OSFailure as failure:
        process.print(f"error from statfs({quoted(path)}): {failure.words.lower()}")
        raise
    mounted = process.files.volume_of(place) != process.files.volume
    process.print(f"mount type of {quoted(path)}: {'tmpfs' if mounted else OVERLAY}")


def new_file(process: Process, path: str, mode: int) -> None:
    try:
        process.files.write(path, INITIAL)
        process.files.change(path, mode=mode)
    except OSFailure as failure:
        process.print(f"error writing new file {quoted(path)}: {told('open', path, failure)}")
        raise
    file_content(process, path)


def file_content(process: Process, path: str) -> None:
    try:
        content = process.files.text(path)
    except OSFailure as failure:
        process.print(f"error reading file content for {quoted(path)}: {told('open', path, failure)}")
        raise
    process.print(f"content of file {quoted(path)}: {content}")


def file_mode(process: Process, path: str) -> None:
    node = looked_at(process, path)
    kind = {"directory": "d", "link": "L"}.get(node[0], "-")
    sticky = "t" if node[1] & 0o1000 else ""
    process.print(f"mode of file {quoted(path)}: {'d' * (kind == 'd') + sticky or kind}{bits(node[1])}")


def file_permissions(process: Process, path: str) -> None:
    process.print(f"perms of file {quoted(path)}: -{bits(looked_at(process, path)[1])}")


def file_owner(process: Process, path: str) -> None:
    _, _, owner, group = looked_at(process, path)
    process.print(f"owner UID of {quoted(path)}: {owner}\nowner GID of {quoted(path)}: {group}")


def looked_at(process: Process, path: str) -> tuple[str, int, int, int]:
    """Kind, mode, owner and group of what is at a path."""
    try:
        node = process.files.stat(path)
    except OSFailure as failure:
        process.print(f"error from Stat({quoted(path)}): {told('stat', path, failure)}")
        raise
    return node["kind"], node["mode"], node["owner"], node["group"]


def bits(mode: int) -> str:
    """Permissions as Go prints them: `rw-r--r--`."""
    return "".join(letter if mode >> (8 - index) & 1 else "-" for index, letter in enumerate("rwxrwxrwx"))
