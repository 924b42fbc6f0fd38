"""What containers see of the machine they run on: memory, processors, load, mounts, and what the kernel would kill."""

import pytest

from simulator.world import World
from tests.kubelet.support import execute, new_world, pod, run

LIMITED = {"limits": {"memory": "256Mi", "cpu": "500m"}}
VOLUMES = {
    "volumes": [
        {"name": "c", "configMap": {"name": "kube-root-ca.crt"}},
        {"name": "e", "emptyDir": {}},
        {"name": "m", "emptyDir": {"medium": "Memory"}},
    ]
}
HERE = {"nodeName": "node-1"}
MOUNTS = [{"name": name, "mountPath": f"/{name}"} for name in "cem"]


def box(name: str, image: str = "busybox:1.37", **extra: object) -> dict[str, object]:
    return pod(name, image, "sleep", "9999", **extra)


@pytest.fixture
def world() -> World:
    return new_world()


def shown(world: World, name: str, line: str) -> str:
    return execute(world, name, "sh", "-c", line)[0]


def stress(name: str, *words: str) -> dict[str, object]:
    return pod(name, "polinux/stress", "stress", *words, spec=HERE)


def test_memory_is_the_nodes_own(world: World) -> None:
    run(world, box("p", resources=LIMITED, spec=HERE), 10)
    rows = shown(world, "p", "free -m").splitlines()
    assert rows[0].split() == ["total", "used", "free", "shared", "buff/cache", "available"]
    total, used, free, _, cached, available = map(int, rows[1].split()[1:])
    assert rows[1].startswith("Mem:") and total == 8192, "a limit of the container changes nothing here"
    assert abs(used + free + cached - total) <= 2 and abs(total - used - available) <= 1
    meminfo = dict(line.split(":") for line in shown(world, "p", "cat /proc/meminfo").splitlines())
    assert meminfo["MemTotal"].split() == ["8388608", "kB"]
    assert int(meminfo["MemAvailable"].split()[0]) >> 10 == available
    run(world, stress("eater", "--vm", "1", "--vm-bytes", "1G", "--vm-hang", "0"), 15)
    assert int(shown(world, "p", "free -m").splitlines()[1].split()[2]) >= used + 1000, "what others use is seen"


def test_processors_and_their_load(world: World) -> None:
    run(world, box("p", resources=LIMITED, spec=HERE), 10)
    counts = shown(world, "p", "nproc; grep -c ^processor /proc/cpuinfo; grep -c ^cpu[0-9] /proc/stat")
    assert counts.split() == ["4"] * 3
    assert shown(world, "p", "cut -d' ' -f1 /proc/loadavg") == "0.05\n"
    run(world, stress("busy", "--cpu", "2"), 15)
    assert 2.0 <= float(shown(world, "p", "cut -d' ' -f1 /proc/loadavg")) <= 2.2
    assert "load average: 2.0" in shown(world, "p", "uptime")
    assert shown(world, "p", "uptime").split(" up ")[1].startswith("1 min,"), "since the node was booted"


def test_what_lies_where(world: World) -> None:
    run(world, box("p", spec=VOLUMES, volumeMounts=MOUNTS, resources=LIMITED), 10)
    rows = {line.split()[-1]: line.split()[:2] for line in shown(world, "p", "df -m").splitlines()[1:]}
    assert rows["/"][0] == "overlay" and rows["/dev"] == ["tmpfs", "64"] and rows["/dev/shm"] == ["shm", "64"]
    assert rows["/c"][0] == rows["/e"][0] == rows["/etc/hosts"][0] == "/dev/vda1"
    assert rows["/m"][0] == rows["/var/run/secrets/kubernetes.io/serviceaccount"][0] == "tmpfs"
    assert rows["/var/run/secrets/kubernetes.io/serviceaccount"][1] == "256", "as large as the memory it may use"
    mounted = shown(world, "p", "mount")
    assert mounted.startswith("overlay on / type overlay (rw,relatime)\nproc on /proc type proc (rw,")
    assert (
        "/dev/vda1 on /c type ext4 (ro,relatime)\n/dev/vda1 on /e type ext4 (rw,relatime)\ntmpfs on /m type tmpfs"
        in mounted
    )
    assert "sysfs on /sys type sysfs (ro,nosuid,nodev,noexec,relatime)" in mounted


@pytest.mark.parametrize(
    ("resources", "score"),
    [
        pytest.param({}, "1000", id="BestEffort"),
        pytest.param({"requests": {"memory": "2Gi"}}, "750", id="Burstable: 1000 less its share of the node"),
        pytest.param({"requests": {"cpu": "1m"}}, "999", id="Burstable without memory"),
        pytest.param(LIMITED, "-997", id="Guaranteed"),
    ],
)
def test_whom_the_kernel_kills_first(world: World, resources: dict[str, object], score: str) -> None:
    run(world, box("p", resources=resources), 10)
    assert shown(world, "p", "cat /proc/1/oom_score_adj") == f"{score}\n"


def test_top_and_who_runs(world: World) -> None:
    run(world, box("p"), 10)
    lines = shown(world, "p", "top -bn1").splitlines()
    assert lines[0].startswith("Mem: ") and lines[3] == "  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND"
    assert lines[4].split()[:4] == ["1", "0", "root", "S"] and lines[4].endswith("sleep 9999")
    assert shown(world, "p", "top -bn2 -d1 | grep -c ^Mem:") == "2\n"
    assert shown(world, "p", "pgrep -l sleep; pgrep -a -f 9999 | head -1; pidof sleep") == "1 sleep\n1 sleep 9999\n1\n"


@pytest.mark.parametrize(
    ("image", "words", "code"),
    [
        pytest.param("debian:13", "free", 127, id="no procps in debian: free"),
        pytest.param("debian:13", "uptime", 127, id="no procps in debian: uptime"),
        pytest.param("debian:13", "top -bn1", 127, id="no procps in debian: top"),
        pytest.param("debian:13", "lscpu", 0, id="util-linux in debian"),
        pytest.param("debian:13", "arch", 0, id="coreutils in debian"),
        pytest.param("busybox:1.37", "lscpu", 127, id="no util-linux in busybox"),
        pytest.param("busybox:1.37", "lsblk", 127, id="no lsblk"),
        pytest.param("busybox:1.37", "uptime", 0, id="busybox uptime"),
    ],
)
def test_each_image_has_its_own_tools(world: World, image: str, words: str, code: int) -> None:
    run(world, box("p", image), 10)
    told = shown(world, "p", f'{words}; echo "code $?"')
    assert f"code {code}\n" in told and ("not found" in told) == (code == 127)
