"""kubectl cp: files to and from containers, as archives through exec. Upstream: kubectl/pkg/cmd/cp"""

import io
import tarfile
from posixpath import basename, dirname, join, normpath, relpath

from simulator.api.requests import Stream
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.commands.execute import CONTAINER, check_alive
from simulator.kubectl.errors import CommandError, Failure
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.podchoice import check_container, default_container
from simulator.kubectl.sessions import CLOSE, STDERR, STDIN, ended
from simulator.kubectl.upgrading import REMOTE_COMMAND, Socket, upgraded
from simulator.machinery.golang import quoted
from simulator.runtime.errors import OSFailure

type Spec = tuple[str, str, str]
"""Namespace as it was given, Pod and path; no Pod for a file of this machine."""

RECORD, PIECE = 512, 32 * 1024
"""How long a record of an archive is, and as how much at a time a file is read."""


@command(
    "cp <file-spec-src> <file-spec-dest>",
    summary="Copy files and directories to and from containers",
    description="Copy files and directories to and from containers.",
    examples=(
        (
            "Archives do the work: 'tar' has to be in the container's image. For more than kubectl cp does, use exec",
            "kubectl exec -n <some-namespace> <some-pod> -- tar cf - /tmp/foo | tar xf - -C /tmp/bar",
        ),
        ("Copy a folder to a pod of the current namespace", "kubectl cp /tmp/foo_dir <some-pod>:/tmp/bar_dir"),
        ("Copy a file to one container of a pod", "kubectl cp /tmp/foo <some-pod>:/tmp/bar -c <specific-container>"),
        ("Copy a file to a pod of another namespace", "kubectl cp /tmp/foo <some-namespace>/<some-pod>:/tmp/bar"),
        ("Copy a file from a pod", "kubectl cp <some-namespace>/<some-pod>:/tmp/foo /tmp/bar"),
    ),
    flags=(
        CONTAINER,
        Flag("no-preserve", False, "Do not keep owner and permissions"),
        Flag("retries", 0, "How often to go on after an error when copying from a container."),
    ),
    completes=("file", "pod"),
)
def copy(kubectl: Kubectl) -> Outcome:
    kubectl.connect()
    args = kubectl.options.args
    if len(args) != 2:
        raise CommandError("source and destination are required")
    source, target = (parse(text) for text in args)
    if source[1] and target[1]:
        raise CommandError("one of src or dest must be a local file specification")
    if not source[2] or not target[2]:
        raise CommandError("filepath can not be empty")
    if source[1]:
        return begin_download(kubectl, source, target)
    if target[1]:
        return begin_upload(kubectl, source, target)
    raise CommandError("one of src or dest must be a remote file specification")


def parse(text: str) -> Spec:
    """`POD:PATH`, `NAMESPACE/POD:PATH`, or a path."""
    place, colon, path = text.partition(":")
    if not colon:
        return "", "", closed(text)
    if not place or place.count("/") > 1:
        raise CommandError("filespec must match the canonical format: [[namespace/]pod:]file/path")
    namespace, _, pod = place.rpartition("/")
    return namespace, pod, closed(path.replace("\\", "/"))


def closed(path: str) -> str:
    return path.removesuffix("/") if path != "/" else path


def open_command(kubectl: Kubectl, spec: Spec, words: list[str], *, stdin: bool = False, told: bool = True) -> Stream:
    """Run a command in the container; `told`: what is said of the choice of it goes where the command's errors go."""
    namespace, name, _ = spec
    path = f"/api/v1/namespaces/{namespace or kubectl.namespace}/pods/{name}"
    pod = kubectl.clientset.get(path)
    check_alive(pod, "exec")
    container = kubectl.options.text("container")
    if container:
        check_container(pod, container)
    else:
        container = default_container(kubectl, pod, quiet=not told, tell=kubectl.complain if stdin else kubectl.print)
    query = {"command": words, "container": container, "stdin": stdin or None, "stdout": True, "stderr": True}
    stream = upgraded(kubectl, f"{path}/exec", query, REMOTE_COMMAND)
    Socket(kubectl).opened()
    return stream


def begin_upload(kubectl: Kubectl, source: Spec, target: Spec) -> Outcome:
    path = source[2]
    if not kubectl.terminal.is_file(path) and not kubectl.terminal.is_folder(path):
        raise CommandError(f"{path} doesn't exist in local filesystem")
    try:
        stream = open_command(kubectl, target, ["test", "-d", target[2]], told=False)
    except Failure:
        return upload(kubectl, source, target, target[2])
    return checked(kubectl, stream, source, target)


@step
def checked(kubectl: Kubectl, stream: Stream, source: Spec, target: Spec) -> Outcome:
    """Whether the destination is a folder is known: send the archive."""
    polled = kubectl.client.poll(stream)
    status = next((chunk for _, chunk in polled.chunks if isinstance(chunk, dict)), None)
    if status is None and polled.stream is not None:
        return kubectl.wait(checked, polled.stream, source, target, stream=True)
    Socket(kubectl).closed()
    is_folder = status is not None and status.get("status") == "Success"
    return upload(kubectl, source, target, join(target[2], basename(source[2])) if is_folder else target[2])


def upload(kubectl: Kubectl, source: Spec, target: Spec, path: str) -> Outcome:
    unpreserved = ["--no-same-permissions", "--no-same-owner"] if kubectl.options.flag("no-preserve") else []
    words = ["tar", *unpreserved, "-xmf", "-", "-C", normpath(dirname(path) or ".")]
    stream = open_command(kubectl, target, words, stdin=True)
    content, writes = archive(kubectl, source[2], basename(path))
    socket = Socket(kubectl)
    for _ in range(writes):
        socket.wrote()
    stream = kubectl.client.feed(stream, STDIN, content) or stream
    socket.finished()
    stream = kubectl.client.feed(stream, CLOSE, bytes([STDIN])) or stream
    return sent(kubectl, stream)


def archive(kubectl: Kubectl, path: str, name: str) -> tuple[bytes, int]:
    """A tar archive of a local file or folder under another name, and in how many pieces it is sent."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        writes = add(kubectl, tar, path, name)
    return buffer.getvalue(), writes + 2


def add(kubectl: Kubectl, tar: tarfile.TarFile, path: str, name: str) -> int:
    """Add a file, or what is in a folder; a folder itself only if it is empty. The number of pieces it takes."""
    entry = tarfile.TarInfo(name)
    if kubectl.terminal.is_folder(path):
        children = kubectl.terminal.list_folder(path)
        if children:
            return sum(add(kubectl, tar, join(path, child), join(name, child)) for child in children)
        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
        tar.addfile(entry)
        return 1
    content = kubectl.terminal.read_file(path)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))
    return 1 + -(-len(content) // PIECE) + bool(len(content) % RECORD)


@step
def sent(kubectl: Kubectl, stream: Stream) -> Outcome:
    polled = kubectl.client.poll(stream)
    for channel, chunk in polled.chunks:
        if isinstance(chunk, dict):
            Socket(kubectl).closed()
            return ended(chunk)
        if channel == STDERR:
            kubectl.terminal.write_error(chunk)
    return None if polled.stream is None else kubectl.wait(sent, polled.stream, stream=True)


def begin_download(kubectl: Kubectl, source: Spec, target: Spec) -> Outcome:
    words = ["tar", "cf", "-", source[2]]
    if kubectl.options.number("retries"):
        words = ["sh", "-c", f"tar cf - '{source[2]}' | tail -c+0"]
    return received(kubectl, open_command(kubectl, source, words), b"", source, target[2])


@step
def received(kubectl: Kubectl, stream: Stream, content: bytes, source: Spec, target: str) -> Outcome:
    """Gather the archive, then write what is in it.

    Where tar fails after an archive without files, the real program may have ended before it hears of that.
    """
    polled = kubectl.client.poll(stream)
    status = None
    for channel, chunk in polled.chunks:
        if isinstance(chunk, dict):
            status = chunk
        elif channel == STDERR:
            kubectl.write(chunk)
        else:
            content += chunk
    if status is None and polled.stream is not None:
        return kubectl.wait(received, polled.stream, content, source, target, stream=True)
    ended(status)
    unpack(kubectl, content, source, target)
    return None


def unpack(kubectl: Kubectl, content: bytes, source: Spec, target: str) -> None:
    """Write the files of an archive under another name; links are told of and left out."""
    prefix = stripped(source[2])
    skipped = 0
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for entry in tar:
            if not entry.name.startswith(prefix):
                raise CommandError("tar contents corrupted")
            path = normpath(join(target, entry.name.removeprefix(prefix).lstrip("/")))
            if relpath(path, normpath(target)).startswith(".."):
                kubectl.complain(f"warning: file {quoted(path)} is outside target destination, skipping")
            elif entry.issym():
                hint = advice(kubectl, source) if not skipped else ""
                kubectl.complain(f"warning: skipping symlink: {quoted(path)} -> {quoted(entry.linkname)}{hint}")
                skipped += 1
            elif entry.isfile():
                write(kubectl, path, tar, entry)


def advice(kubectl: Kubectl, source: Spec) -> str:
    namespace, pod, path = map(quoted, source)
    return f' (consider using "kubectl exec -n {namespace} {pod} -- tar cf - {path} | tar xf -")'


def stripped(path: str) -> str:
    """A path as an archive has it: without a slash before it, and without ways out."""
    clean = normpath(path.lstrip("/") or "/")
    while clean.startswith("../"):
        clean = clean[3:]
    return "" if clean in (".", "..") else clean.removeprefix("/")


def write(kubectl: Kubectl, path: str, tar: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
    if kubectl.terminal.is_folder(path):
        raise CommandError(f"open {path}: is a directory")
    file = tar.extractfile(entry)
    assert file is not None, "a regular file has content"
    try:
        kubectl.terminal.write_file(path, file.read(), entry.mode)
    except OSFailure as failure:
        raise CommandError(f"open {path}: {failure.words.lower()}") from None
