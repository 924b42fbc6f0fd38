"""Faults of what runs, and of where it comes from: a process killed, memory leaking, load, a registry that refuses."""

from typing import TYPE_CHECKING

from simulator.faults.fault import Arguments, Fault, UnknownFault, kubelet_of
from simulator.faults.parameters import Parameter
from simulator.faults.targets import containers_of, parts
from simulator.kernel.clock import MILLISECOND
from simulator.kubelet.load import LoadGenerator
from simulator.machinery.objects import Key
from simulator.runtime.images.catalogue import DEFAULT_REGISTRY

if TYPE_CHECKING:
    from simulator.cluster import Cluster

MEBIBYTE = 1 << 20
MOST_GROWTH = 100_000
MOST_REQUESTS = 1_000_000
MOST_COST = 60_000


def kill(cluster: "Cluster", arguments: Arguments) -> None:
    for row in containers_of(cluster, arguments):
        kubelet_of(cluster).runtime.kill(row["machine"])


def leak(cluster: "Cluster", arguments: Arguments) -> None:
    growth = max(round(arguments["mebibytes"] * MEBIBYTE / 60), 1)
    kubelet_of(cluster).leaks.on(parts(arguments["of"]), growth)


def stop_leak(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).leaks.off(parts(arguments["of"]))


def is_leaking(cluster: "Cluster", arguments: Arguments) -> bool:
    return parts(arguments["of"]) in kubelet_of(cluster).leaks.rows


def load(cluster: "Cluster", arguments: Arguments) -> None:
    cost = round(arguments["cost"] * MILLISECOND)
    generator_of(cluster).on(key_of(arguments), arguments["requests"], cost)


def calm(cluster: "Cluster", arguments: Arguments) -> None:
    generator_of(cluster).off(key_of(arguments))


def is_loaded(cluster: "Cluster", arguments: Arguments) -> bool:
    return key_of(arguments) in generator_of(cluster).loads


def generator_of(cluster: "Cluster") -> LoadGenerator:
    if cluster.load is None:
        raise UnknownFault("this cluster has no nodes", "이 클러스터에는 노드가 없습니다")
    return cluster.load


def key_of(arguments: Arguments) -> Key:
    return parts(arguments["service"])[1:]


def throttle(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).images.throttle(arguments["registry"], refuses=True)


def stop_throttling(cluster: "Cluster", arguments: Arguments) -> None:
    kubelet_of(cluster).images.throttle(arguments["registry"], refuses=False)


def is_throttled(cluster: "Cluster", arguments: Arguments) -> bool:
    return kubelet_of(cluster).images.is_throttled(arguments["registry"])


OF = Parameter("of", "workload", {"en": "Whose Pods", "ko": "대상 워크로드 또는 파드"}, required=True)
PROCESS_KILLED = Fault(
    {"en": "Processes killed", "ko": "프로세스 강제 종료"},
    {
        "en": "The main processes of a workload's containers are killed.",
        "ko": "워크로드의 컨테이너에서 주 프로세스가 강제로 종료됩니다.",
    },
    kill,
    {"en": "the kubelet starts them again", "ko": "kubelet이 다시 시작합니다"},
    (OF,),
)
MEMORY_LEAK = Fault(
    {"en": "Memory leak", "ko": "메모리 누수"},
    {
        "en": "The programs of a workload hold more and more memory, and begin anew when they are restarted.",
        "ko": "워크로드의 프로그램이 메모리를 점점 더 많이 차지하고, 다시 시작하면 처음부터 다시 늘어납니다.",
    },
    leak,
    {"en": "a limit, and a program that does not leak", "ko": "메모리 제한을 두고, 새지 않는 프로그램으로 바꿉니다"},
    (
        OF,
        Parameter(
            "mebibytes", "number", {"en": "How fast each container grows", "ko": "컨테이너마다 늘어나는 속도"},
            default=10.0, unit="MiB/min", least=0.001, most=MOST_GROWTH,
        ),
    ),
    stop_leak,
    is_leaking,
)  # fmt: skip
LOAD = Fault(
    {"en": "Load from outside", "ko": "외부 부하"},
    {"en": "Requests from outside keep a Service busy.", "ko": "외부에서 오는 요청이 서비스를 바쁘게 합니다."},
    load,
    {"en": "more Pods, or requests that cost less", "ko": "파드를 늘리거나 요청의 비용을 줄입니다"},
    (
        Parameter("service", "service", {"en": "Which Service", "ko": "서비스"}, required=True),
        Parameter(
            "requests", "number", {"en": "How many requests", "ko": "요청 수"},
            default=50, unit="1/s", least=1, most=MOST_REQUESTS, whole=True,
        ),
        Parameter(
            "cost", "number", {"en": "CPU time that one costs", "ko": "요청 하나에 드는 CPU 시간"},
            default=10.0, unit="ms", least=0.001, most=MOST_COST,
        ),
    ),
    calm,
    is_loaded,
)  # fmt: skip
REGISTRY_THROTTLED = Fault(
    {"en": "Registry limits pulls", "ko": "레지스트리 풀 제한"},
    {
        "en": "A registry refuses pulls: too many came.",
        "ko": "풀 요청이 너무 많아서 레지스트리가 더는 받아 주지 않습니다.",
    },
    throttle,
    {"en": "wait, or images from elsewhere", "ko": "기다리거나 다른 곳의 이미지를 씁니다"},
    (Parameter("registry", "registry", {"en": "Which registry", "ko": "레지스트리"}, default=DEFAULT_REGISTRY),),
    stop_throttling,
    is_throttled,
)
