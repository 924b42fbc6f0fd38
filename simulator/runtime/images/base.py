"""The file layers that images stand on: busybox, alpine, a small Debian, the workstation's own."""

from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.nodes import Node, directory, executable, file, link

BUSYBOX_TOOLS = (  # noqa: SIM905 - easier to read as text
    "arch awk base64 basename cat chmod chown chroot clear cp cut date dd df diff dirname du echo egrep env expr "
    "fallocate false find fold free getent grep gunzip gzip head hostname id ifconfig ip kill less ln ls md5sum "
    "mkdir mktemp more mount mv nc netstat nohup nproc nsenter nslookup od paste pgrep pidof ping pkill printenv "
    "printf ps readlink realpath reset rev rm rmdir route sed seq sh sha256sum sleep sort ss stat strings stty "
    "sync tac tail tar tee telnet test time timeout top touch tr traceroute true truncate tty uname uniq uptime "
    "vi watch wc wget which whoami xargs xxd yes"
).split()
DEBIAN_TOOLS = (  # noqa: SIM905 - easier to read as text
    "arch awk base64 basename bash cat chmod chown chroot clear cp cut date dd df diff dirname du echo egrep env expr "
    "fallocate false "
    "find fold getent grep gunzip gzip head hostname id ln ls lscpu md5sum mkdir mktemp mount mv nohup nproc od paste "
    "pgrep printenv printf readlink realpath rev rm rmdir sed seq sh sha256sum sleep sort stat stty sync tac tail tar "
    "tee test timeout touch tr true truncate tty uname uniq wc which whoami xargs yes"
).split()

ETC: dict[str, Node] = {
    "/etc": directory(),
    "/etc/passwd": file("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n"),
    "/etc/group": file("root:x:0:\nnogroup:x:65534:\n"),
    "/root": directory(mode=0o700),
    "/var/log": directory(),
    "/var/run": directory(),
    "/usr/local/bin": directory(),
    "/home": directory(),
    "/opt": directory(),
    "/mnt": directory(),
    "/srv": directory(),
}


def tools(names: list[str], folder: str) -> dict[str, Node]:
    """Executables for a list of commands."""
    return {f"{folder}/{name}": executable(name) for name in dict.fromkeys(names)}


BUSYBOX_FILES = {
    **ETC,
    **tools(BUSYBOX_TOOLS, "/bin"),
    "/bin/ash": executable("sh"),
    "/bin/busybox": executable("busybox"),
}

BUSYBOX = layer("busybox", BUSYBOX_FILES)
ALPINE = layer(
    "alpine",
    {
        **BUSYBOX_FILES,
        "/etc/alpine-release": file("3.23.2\n"),
        "/etc/os-release": file(
            'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.23.2\nPRETTY_NAME="Alpine Linux v3.23"\n'
        ),
    },
)
DEBIAN = layer(
    "debian",
    {
        **ETC,
        **tools(DEBIAN_TOOLS, "/usr/bin"),
        "/bin": link("/usr/bin"),
        "/etc/debian_version": file("13.2\n"),
        "/etc/os-release": file('PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nID=debian\n'),
    },
)

repository(
    "docker.io/library/busybox",
    {"1.37": "1.37.0", "1.37.0": "1.37.0", "1.36": "1.36.1", "1.36.1": "1.36.1", "1.28": "1.28.4", "stable": "1.37.0",
     "1.35": "1.35.0", "1": "1.37.0", "latest": "1.37.0", "musl": "1.37.0", "glibc": "1.37.0"},
    2_210_000,
    (BUSYBOX,),
    command=("sh",),
)  # fmt: skip
repository(
    "docker.io/library/alpine",
    {"3.23": "3.23.2", "3.22": "3.22.3", "3.21": "3.21.5", "3.20": "3.20.8", "3.19": "3.19.9", "3": "3.23.2",
    "latest": "3.23.2"},
    3_810_000,
    (ALPINE,),
    command=("/bin/sh",),
)  # fmt: skip
repository(
    "docker.io/library/debian",
    {"13": "13.2", "trixie": "13.2", "12": "12.12", "bookworm": "12.12", "bookworm-slim": "12.12s", "stable": "13.2",
     "trixie-slim": "13.2s", "latest": "13.2"},
    49_300_000,
    (DEBIAN,),
    command=("bash",),
)  # fmt: skip
repository(
    "docker.io/library/ubuntu",
    {"24.04": "24.04", "22.04": "22.04", "26.04": "26.04", "latest": "26.04"},
    29_720_000,
    (DEBIAN,),
    command=("/bin/bash",),
)
