"""Attaching to a container, and commands that cannot be run in it."""

from simulator.api.requests import Request, Stream
from simulator.world import World
from tests.kubelet import support
from tests.kubelet.support import new_world, pod, run

PATH = "/api/v1/namespaces/default/pods/p"


def open_stream(world: World, path: str) -> Stream:
    stream = world.request(Request.to("POST", f"{PATH}/{path}")).stream
    assert stream is not None
    return stream


def heard(world: World, stream: Stream | None) -> tuple[str, object]:
    """What comes back until the end, and the status at the end."""
    text, status = b"", None
    for _ in range(20):
        if stream is None:
            break
        world.advance(0.2)
        polled = world.poll(stream)
        stream = polled.stream
        for channel, data in polled.chunks:
            if channel == 3:
                status = data
            else:
                text += data if isinstance(data, bytes) else b""
    return text.decode(), status


def test_a_shell_on_a_terminal_answers() -> None:
    world = new_world()
    run(world, pod("p", "busybox:1.37", "sh", stdin=True, tty=True, spec={"restartPolicy": "Never"}), 8)
    stream = open_stream(world, "attach?container=c&stdin=true&stdout=true&tty=true")
    stream = world.send(stream, 0, b"echo hi; exit 3\n")
    text, status = heard(world, stream)
    assert text.startswith("/ # echo hi; exit 3\r\nhi\r\n")
    assert status == {"metadata": {}, "status": "Success"}


def test_input_goes_to_a_container_without_a_terminal() -> None:
    world = new_world()
    run(world, pod("p", "busybox:1.37", "sort", stdin=True, stdinOnce=True, spec={"restartPolicy": "Never"}), 8)
    stream = open_stream(world, "attach?container=c&stdin=true&stdout=true")
    stream = world.send(stream, 0, b"b\na\n")
    stream = world.send(stream, 255, b"\x00")
    assert heard(world, stream)[0] == "a\nb\n"


def test_input_stays_open_for_the_next_who_attaches() -> None:
    world = new_world()
    run(world, pod("p", "busybox:1.37", "cat", stdin=True), 8)
    for words in (b"a\n", b"b\n"):
        stream = open_stream(world, "attach?container=c&stdin=true&stdout=true")
        world.send(world.send(stream, 0, words), 255, b"\x00")
        world.advance(1)
    assert support.logs(world, "p") == "a\nb\n"
    assert support.reason(world, "p") == "Running"


def test_a_command_that_is_not_there() -> None:
    world = new_world()
    run(world, pod("p", "busybox:1.37", "sleep", "600"), 8)
    _, status = heard(world, open_stream(world, "exec?container=c&command=nope&stdout=true"))
    assert isinstance(status, dict)
    assert status["reason"] == "InternalError"
    assert status["message"].endswith('exec: "nope": executable file not found in $PATH: unknown')
