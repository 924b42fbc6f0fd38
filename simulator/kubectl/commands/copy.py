"""kubectl cp: files to and from containers, as archives through exec. Upstream: kubectl/pkg/cmd/cp"""

import io
import tarfile
from posixpath import basename, dirname, join, normpath

from simulator.api.requests import Stream
from simulator.kubectl.command import Outcome, command, step
from simulator.kubectl.commands.execute import CONTAINER
from simulator.kubectl.errors import CommandError, Exited, ServerError
from simulator.kubectl.flags import Flag
from simulator.kubectl.kubectl import Kubectl
from simulator.kubectl.podchoice import check_container, default_container
from simulator.kubectl.sessions import CLOSE, STDERR, STDIN, ended
from simulator.machinery.objects import Object
from simulator.runtime.errors import OSFailure

type Spec = tuple[str, str, str]
"""Namespace, Pod and path; no Pod for a file of this machine."""


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
    args = kubectl.options.args
    if len(args) != 2:
        raise CommandError("source and destination are required")
    source, target = (parse(kubectl, text) for text in args)
    if source[1] and target[1]:
        raise CommandError("one of src or dest must be a local file specification")
    if not source[1] and not target[1]:
        raise CommandError("one of src or dest must be a remote file specification")
    if not source[2] or not target[2]:
        raise CommandError("filepath can not be empty")
    return begin_upload(kubectl, source, target) if target[1] else begin_download(kubectl, source, target)


def parse(kubectl: Kubectl, text: str) -> Spec:
    """`POD:PATH`, `NAMESPACE/POD:PATH`, or a path."""
    place, colon, path = text.partition(":")
    if not colon or text.startswith(("/", "./", "../")):
        return "", "", text
    namespace, slash, pod = place.rpartition("/")
    if "/" in namespace or not place:
        raise CommandError("filespec must match the canonical format: [[namespace/]pod:]file/path")
    return namespace if slash else kubectl.namespace, pod, path


def open_command(kubectl: Kubectl, spec: Spec, words: list[str], *, stdin: bool) -> Stream:
    namespace, name, _ = spec
    pod: Object = kubectl.client.get(f"/api/v1/namespaces/{namespace}/pods/{name}")
    tell = kubectl.complain if stdin else kubectl.print  # a download sends all that the session says to one place
    container = kubectl.options.text("container")
    if container:
        check_container(pod, container)
    else:
        container = default_container(kubectl, pod, tell=tell)
    query = {"command": words, "container": container, "stdin": stdin or None, "stdout": True, "stderr": True}
    try:
        return kubectl.client.open("GET", f"/api/v1/namespaces/{namespace}/pods/{name}/exec", query)
    except ServerError as error:
        raise CommandError(f"unable to upgrade connection: {error}") from None


def begin_upload(kubectl: Kubectl, source: Spec, target: Spec) -> Outcome:
    path = source[2]
    if not kubectl.terminal.is_file(path) and not kubectl.terminal.is_folder(path):
        raise CommandError(f"{path} doesn't exist in local filesystem")
    stream = open_command(kubectl, target, ["test", "-d", target[2]], stdin=False)
    return checked(kubectl, stream, source, target)


@step
def checked(kubectl: Kubectl, stream: Stream, source: Spec, target: Spec) -> Outcome:
    """Whether the destination is a folder is known: send the archive."""
    polled = kubectl.client.poll(stream)
    status = next((chunk for _, chunk in polled.chunks if isinstance(chunk, dict)), None)
    if status is None and polled.stream is not None:
        return kubectl.wait(checked, polled.stream, source, target, stream=True)
    is_folder = status is not None and status.get("status") == "Success"
    path = join(target[2], basename(normpath(source[2]))) if is_folder else target[2]
    words = ["tar", "-xmf", "-"] if not kubectl.options.flag("no-preserve") else [
        "tar", "--no-same-permissions", "--no-same-owner", "-xmf", "-"
    ]  # fmt: skip
    if dirname(path):
        words += ["-C", dirname(path)]
    upload = open_command(kubectl, target, words, stdin=True)
    upload = kubectl.client.feed(upload, STDIN, archive(kubectl, source[2], basename(path))) or upload
    upload = kubectl.client.feed(upload, CLOSE, bytes([STDIN])) or upload
    return sent(kubectl, upload)


def archive(kubectl: Kubectl, path: str, name: str) -> bytes:
    """A tar archive of a local file or folder under another name."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        add(kubectl, tar, path, name)
    return buffer.getvalue()


def add(kubectl: Kubectl, tar: tarfile.TarFile, path: str, name: str) -> None:
    entry = tarfile.TarInfo(name)
    if kubectl.terminal.is_folder(path):
        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
        tar.addfile(entry)
        for child in kubectl.terminal.list_folder(path):
            add(kubectl, tar, join(path, child), join(name, child))
    else:
        content = kubectl.terminal.read_file(path)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))


@step
def sent(kubectl: Kubectl, stream: Stream) -> Outcome:
    polled = kubectl.client.poll(stream)
    for channel, chunk in polled.chunks:
        if isinstance(chunk, dict):
            return ended(chunk)
        if channel == STDERR:
            kubectl.terminal.write_error(chunk)
    return None if polled.stream is None else kubectl.wait(sent, polled.stream, stream=True)


def begin_download(kubectl: Kubectl, source: Spec, target: Spec) -> Outcome:
    stream = open_command(kubectl, source, ["tar", "cf", "-", source[2]], stdin=False)
    return received(kubectl, stream, b"", source[2], target[2])


@step
def received(kubectl: Kubectl, stream: Stream, content: bytes, source: str, target: str) -> Outcome:
    """Gather the archive, then write what is in it."""
    polled = kubectl.client.poll(stream)
    status = None
    for channel, chunk in polled.chunks:
        if isinstance(chunk, dict):
            status = chunk
        elif channel == STDERR:
            kubectl.terminal.write_error(chunk)
        else:
            content += chunk
    if status is None and polled.stream is not None:
        return kubectl.wait(received, polled.stream, content, source, target, stream=True)
    try:
        ended(status)
    except Exited as failure:
        raise Exited(str(failure), failure.code) from None
    unpack(kubectl, content, source.lstrip("/"), target)
    return None


def unpack(kubectl: Kubectl, content: bytes, prefix: str, target: str) -> None:
    if not content:
        raise CommandError(f"{prefix} no such file or directory")
    if kubectl.terminal.is_folder(target):
        target = join(target, basename(prefix))
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for entry in tar:
            if not entry.isfile():
                continue
            inner = entry.name.lstrip("/").removeprefix(prefix).lstrip("/")
            if ".." in inner.split("/"):
                continue
            file = tar.extractfile(entry)
            assert file is not None, "a regular file has content"
            try:
                kubectl.terminal.write_file(join(target, inner) if inner else target, file.read(), entry.mode)
            except OSFailure as failure:
                raise CommandError(f"open {failure}") from None
