"""Every word of the checks: what passes, what fails, and what a learner is told in both languages."""

import re
from contextlib import suppress
from functools import cache
from typing import Any

import pytest

from lessons.checks.comparing import compare
from lessons.checks.finding import Finding, State
from lessons.checks.paths import follow
from lessons.checks.requests import machine_of
from lessons.checks.run import evaluate, judge
from lessons.checks.view import View
from lessons.checks.words import WORDS, misspelt
from lessons.course import Task
from lessons.origins import remember
from lessons.running import run
from lessons.scenes import write
from simulator.runtime.network import HttpRequest, NetworkFailure
from simulator.spec import lab
from simulator.world import World

SCENE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "nginx:1.29", resources: {requests: {cpu: 150m}}, env: [{name: COLOUR, value: blue}]}
---
apiVersion: v1
kind: Pod
metadata: {name: lookalike, labels: {app: web, kind: other}}
spec: {containers: [{name: web, image: "nginx:1.28"}], nodeSelector: {kubernetes.io/hostname: node-2}}
---
apiVersion: v1
kind: Pod
metadata: {name: typo}
spec: {containers: [{name: web, image: "ngnix:1.29"}]}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {key: open}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec: {selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: bare}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: partner}
spec: {type: ExternalName, externalName: api.partner.example}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: bells}
spec:
  schedule: 15 22 * * 0-1
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: ring, image: "busybox:1.37"}]}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: clock}
spec:
  schedule: "0 */2 * * *"
  suspend: true
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: ring, image: "busybox:1.37"}]}}}}
"""
MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: colours}\ndata: {sky: blue}\n"


@cache
def scene() -> World:
    world = World.boot(lab(3), seed="checks")
    write(world, "scene.yaml", SCENE)
    write(world, "colours.yaml", MANIFEST)
    code, output = run(world, "kubectl apply -f scene.yaml -f colours.yaml")
    assert code == 0, output
    world.advance(75)
    remember(world)
    world.cluster.chronicle.watch(WEB)
    for url in ("http://web", "http://nobody"):
        with suppress(NetworkFailure):
            world.network.request(machine_of(View(world), LOOK) or "", HttpRequest("GET", url))
    run(
        world,
        "mkdir answers; kubectl get pod lookalike -o jsonpath={.status.podIP} > answers/ip\n"
        "echo 'b, a' > answers/set; echo 118 > answers/seconds; echo '118 s' > answers/unit; echo CPU > answers/shout; touch answers/empty\n"
        "sed 's/blue/red/' colours.yaml > red.yaml; echo 'kind: [' > broken.yaml",
    )
    return world


def found(check: dict[str, Any]) -> Finding:
    return evaluate(View(scene().fork()), check)


WEB, LOOK = "Deployment/default/web", "Pod/default/lookalike"
PASS: list[dict[str, Any]] = [
    {"object": WEB},
    {"etcd_members": True, "equals": 1},
    {"same_boot": "node-1"},
    {"object": "Deployment/web", "path": ".spec.replicas", "equals": 2},
    {"object": WEB, "path": ".spec.template.spec.containers[0].env[name=COLOUR].value", "equals": "blue"},
    {"object": WEB, "path": ".metadata.annotations['deployment.kubernetes.io/revision']", "equals": "1"},
    {"object": WEB, "path": ".spec.template.spec.containers[0].resources.requests.cpu", "at_least": "100m", "at_most": "0.2"},
    {"object": WEB, "path": ".metadata.annotations['deployment.kubernetes.io/revision']", "equals": 1},
    {"object": WEB, "path": ".spec.replicas", "one_of": [2, 3]},
    {"object": WEB, "path": ".spec.replicas", "not": 3},
    {"object": WEB, "path": ".spec.paused", "present": False},
    {"object": "Node/node-1", "path": ".metadata.name", "contains": "node"},
    {"object": "Node/node-1", "path": ".metadata.name", "lacks": "cp"},
    {"ready": WEB, "equals": 2},
    {"ready": "Service/default/web", "equals": 3},
    {"image": WEB, "equals": "nginx:1.29"},
    {"restarts": WEB, "equals": 0},
    {"on": LOOK, "equals": "node-2"},
    {"count": "Pod", "labels": {"app": "web"}, "equals": 3},
    {"count": "Pod", "only_ready": True, "at_least": 3},
    {"count": "Pod", "where": {"path": ".spec.nodeName", "equals": "node-2"}, "at_least": 1},
    {"count": "Node", "equals": 4},
    {"count": "Pod", "namespace": "", "at_least": 5},
    {"can": "anybody", "groups": ["system:masters"], "verb": "delete", "resource": "nodes"},
    {"history": WEB, "at_least": 2},
    {"audit": {"verb": "create", "resource": "pods/binding", "agent": "kube-scheduler/*"}, "at_least": 2},
    {"object": "Secret/default/keys", "path": ".data.key", "base64": "open"},
    {"gone": "Pod/default/nobody"},
    {"starts": "CronJob/default/bells", "zone": "Asia/Seoul", "equals": "Mon 07:15, Tue 07:15"},
    {"starts": "CronJob/default/clock", "equals": ""},
    {"same": LOOK},
    {"untouched": "Service/default/web"},
    {"left_alone": ["partner"]},
    {"endpoints": "Service/default/web", "equals": 3},
    {"endpoints": "Service/default/nobody", "equals": 0},
    {"request": "http://web", "from": LOOK, "times": 20, "pods": 2},
    {"request": "http://Pod/default/lookalike:80/", "from": LOOK, "body": {"contains": "nginx"}},
    {"request": "http://Service/default/web/nothing", "from": LOOK, "status": 404},
    {"request": "http://nobody", "from": LOOK, "fails": "refused"},
    {"request": "http://nowhere", "from": LOOK, "fails": "nxdomain"},
    {"called": "Service/default/web", "outcome": "200"},
    {"called": "Service/default/nobody", "outcome": "refused"},
    {"name": "web", "from": LOOK, "of": "Service/default/web"},
    {"name": "nowhere", "from": LOOK, "fails": "nxdomain"},
    {"answer": "ip", "value_of": {"object": LOOK, "path": ".status.podIP"}},
    {"answer": "ip", "value_of": {"pod_of": LOOK, "path": ".status.podIP"}},
    {"answer": "set", "equals": "a b"},
    {"command": "kubectl get pods -o name", "prints": {"contains": "pod/lookalike"}},
    {"command": "cat nowhere", "exit": 1},
    {"answer": "seconds", "equals": 120, "tolerance": 5},
    {"answer": "unit", "equals": 120, "tolerance": 5},
    {"answer": "shout", "equals": "cpu"},
    {"file": "~/colours.yaml", "contains": "sky"},
    {"log": LOOK, "contains": "nginx/1.28"},
    {"exec": LOOK, "run": "echo $((40 + 2)); exit 3", "equals": "42", "code": 3},
    {"can": "system:serviceaccount:default:default", "verb": "list", "resource": "secrets", "allowed": False},
    {"can": "system:serviceaccount:kube-system:namespace-controller", "verb": "delete", "resource": "namespaces"},
    {"any": [{"gone": WEB}, {"object": WEB}]},
    {"cluster": "lab", "object": WEB},
]  # fmt: skip


@pytest.mark.parametrize("check", PASS, ids=str)
def test_what_holds_passes(check: dict[str, Any]) -> None:
    finding = found(check)
    assert finding.is_met, finding


FAIL: list[tuple[dict[str, Any], str, str, str]] = [
    (
        {"audit": {"verb": "delete", "resource": "pods"}, "at_least": 1},
        "entries with verb delete, resource pods: at least 1 / 0",
        "verb delete, resource pods 기록 수: 1 이상 / 0",
        "audit.log",
    ),
    (
        {"history": WEB, "at_least": 3},
        "Pods ready at any time: at least 3 / at times 2",
        "언제나 Ready인 파드 수: 3 이상 / 한때 2개",
        "Deployment default/web",
    ),
    (
        {"etcd_members": True, "at_least": 2},
        "etcd members that work: at least 2 / 1",
        "작동하는 etcd 멤버: 2 이상 / 1",
        "etcd",
    ),
    (
        {"fired": "plug"},
        "the fault plug was set off: `fault plug` / not yet",
        "장애 plug 발생시킴: `fault plug` / 아직 아님",
        "fault plug",
    ),
    (
        {"same_boot": "node-9"},
        "Node node-9 exists / no Node of that name",
        "Node node-9 있음 / 그런 이름의 Node 없음",
        "Node node-9",
    ),
    (
        {"object": "Pod/default/nobody"},
        "Pod nobody exists / no Pod of that name in namespace default",
        "Pod nobody 있음 / default 네임스페이스에 그런 이름의 Pod 없음",
        "Pod default/nobody",
    ),
    (
        {"object": WEB, "path": ".spec.replicas", "at_least": 3},
        ".spec.replicas: at least 3 / 2",
        ".spec.replicas: 3 이상 / 2",
        "Deployment default/web .spec.replicas",
    ),
    (
        {"object": WEB, "path": ".spec.paused", "equals": True},
        ".spec.paused: true / nothing",
        ".spec.paused: true / 없음",
        "Deployment default/web .spec.paused",
    ),
    ({"ready": WEB, "equals": 3}, "ready Pods: 3 / 2 of 2 ready", "준비된 파드: 3 / 2개 중 2개 준비됨", "Deployment default/web"),
    (
        {"ready": "Pod/default/typo", "equals": 1},
        "ready Pods: 1 / 0 of 1 ready; typo ImagePullBackOff",
        "준비된 파드: 1 / 1개 중 0개 준비됨; typo ImagePullBackOff",
        "Pod default/typo",
    ),
    ({"image": WEB, "equals": "nginx:1.30"}, "image: nginx:1.30 / nginx:1.29", "이미지: nginx:1.30 / nginx:1.29", "Deployment default/web"),
    ({"on": LOOK, "not": "node-2"}, "node: not node-2 / node-2", "노드: node-2 말고 다른 값 / node-2", "Pod default/lookalike"),
    ({"restarts": WEB, "at_least": 1}, "restarts: at least 1 / 0", "다시 시작한 횟수: 1 이상 / 0", "Deployment default/web"),
    (
        {"count": "Pod", "labels": {"app": "web"}, "equals": 2},
        "number of Pod objects: 2 / 3",
        "Pod 개수: 2 / 3",
        "Pod default app=web",
    ),
    (
        {"starts": "CronJob/default/bells", "equals": "Mon 22:15"},
        "starts in a week (UTC): Mon 22:15 / Mon 22:15, Sun 22:15",
        "한 주의 시작 시각(UTC): Mon 22:15 / Mon 22:15, Sun 22:15",
        "CronJob default/bells .spec.schedule",
    ),
    ({"starts": "CronJob/default/clock", "contains": "Mon"}, "starts in a week (UTC): contains Mon / never", "한 주의 시작 시각(UTC): Mon 포함 / 없음", "CronJob default/clock .spec.schedule"),
    (
        {"left_alone": ["partner", "summer-sale"]},
        "Service summer-sale exists / no Service of that name in namespace default",
        "Service summer-sale 있음 / default 네임스페이스에 그런 이름의 Service 없음",
        "Service default/summer-sale",
    ),
    ({"gone": LOOK}, "Pod lookalike is gone / it is still there", "Pod lookalike 없음 / 아직 있음", "Pod default/lookalike"),
    (
        {"endpoints": "Service/default/nobody", "equals": 3},
        "ready addresses: 3 / 0 addresses; no Pod carries app=nobody",
        "준비된 주소: 3 / 주소 0개. app=nobody 레이블이 있는 파드가 없음",
        "Service default/nobody .spec.selector",
    ),
    (
        {"endpoints": "Service/default/bare", "at_least": 1},
        "ready addresses: at least 1 / 0 addresses; it has no selector",
        "준비된 주소: 1 이상 / 주소 0개. 셀렉터가 없음",
        "Service default/bare .spec.selector",
    ),
    ({"called": "Service/default/web", "outcome": "refused"}, "a call that ends in refused / 200", "호출, 결과: refused / 200", "Service/default/web"),
    ({"called": "Node/node-1", "from": "internet"}, "a call from internet / none", "호출, 출발: internet / 없음", "Node/node-1"),
    ({"command": "cat nowhere"}, "the command ends with 0 / cat: nowhere: No such file or directory", "명령이 0로 끝남 / cat: nowhere: No such file or directory", "cat nowhere"),
    ({"command": "echo 1", "prints": {"equals": 2}}, "2 / 1", "2 / 1", "echo 1"),
    ({"command": "true", "prints": {"contains": "a"}}, "contains a / nothing", "a 포함 / 없음", "true"),
    ({"count": "Pod", "where": [{"path": ".metadata.labels.app", "equals": "web"}, {"path": ".metadata.labels.kind", "equals": "other"}], "equals": 3}, "number of Pod objects: 3 / 1", "Pod 개수: 3 / 1", "Pod default"),
    ({"request": "http://web", "from": LOOK, "times": 3, "status": 404}, "http://web answers 404 / 3 × 200", "http://web 응답: 404 / 3 × 200", "web"),
    ({"request": "http://nobody", "from": LOOK}, "http://nobody answers 200 / 1 × refused", "http://nobody 응답: 200 / 1 × refused", "nobody"),
    (
        {"request": "http://Pod/default/lookalike", "from": LOOK, "times": 5, "pods": 2},
        "at least 2 Pods answer / Pods that answer: 1",
        "파드 2개 이상이 응답 / 응답하는 파드: 1개",
        "IP",
    ),
    (
        {"request": "http://web", "from": "Pod/default/typo"},
        "a ready Pod to ask from / no Pod of it is ready",
        "요청을 보낼 준비된 파드 / 준비된 파드 없음",
        "Pod default/typo",
    ),
    ({"name": "nowhere", "from": LOOK, "of": "Service/default/web"}, "IP / no such name", "IP / 그런 이름 없음", "nowhere"),
    ({"answer": "nothing", "equals": 3}, "an answer in ~/answers/nothing / no such file", "~/answers/nothing에 답 / 그런 파일 없음", "~/answers/nothing"),
    ({"answer": "empty", "equals": ""}, "the right value / nothing", "맞는 값 / 없음", "~/answers/empty"),
    ({"answer": "seconds", "equals": 130, "tolerance": 5}, "the right value / 118", "맞는 값 / 118", "~/answers/seconds"),
    ({"answer": "seconds", "number_of": {"count": "Node"}}, "the right value / 118", "맞는 값 / 118", "~/answers/seconds"),
    ({"applied": "~/none.yaml"}, "~/none.yaml exists / no such file", "~/none.yaml 파일 있음 / 그런 파일 없음", "~/none.yaml"),
    (
        {"exec": LOOK, "run": "false", "code": 0},
        "`false` ends with 0 / 1: ",
        "`false`의 종료 코드 0 / 1: ",
        "Pod default/lookalike",
    ),
    (
        {"exec": LOOK, "run": "true", "contains": "x"},
        "`true` prints: contains x / nothing",
        "`true`의 출력: x 포함 / 없음",
        "Pod default/lookalike",
    ),
    ({"log": LOOK, "contains": "goodbye"}, "log: contains goodbye / LAST", "로그: goodbye 포함 / LAST", "Pod default/lookalike"),
    (
        {"can": "jimin", "verb": "get", "resource": "pods", "subresource": "log", "namespace": "shop"},
        "may get pods/log (shop) / may not get pods/log (shop)",
        "get pods/log (shop) 허용 / get pods/log (shop) 거부",
        "jimin",
    ),
    ({"file": "~/none", "contains": "x"}, "~/none exists / no such file", "~/none 파일 있음 / 그런 파일 없음", "~/none"),
    ({"file": "~/colours.yaml", "contains": "green"}, "contains green / something else", "green 포함 / 다른 내용", "~/colours.yaml"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "en", "ko", "on"), FAIL, ids=[str(row[0]) for row in FAIL])
def test_what_does_not_hold_says_why(check: dict[str, Any], en: str, ko: str, on: str) -> None:
    finding = found(check)
    told = {language: masked(f"{finding.expected[language]} / {finding.seen[language]}") for language in ("en", "ko")}
    assert finding.state is State.FAIL
    assert (told, masked(finding.object)) == ({"en": en, "ko": ko}, on)


def masked(text: str) -> str:
    """Addresses as `IP`, lines of a log as `LAST`: they are drawn."""
    return re.sub(r"\d{4}/.*notice.*", "LAST", re.sub(r"\b10(\.\d+){3}\b", "IP", text))


def test_pods_of_a_workload_are_those_it_owns_and_not_those_that_look_alike() -> None:
    view = View(scene())
    assert len(view.pods_of("Service/default/web")) == 3
    assert len(view.pods_of(WEB)) == 2
    assert view.pods_of("Service/default/bare") == []
    finding = found({"endpoints": "Service/default/web", "of": WEB})
    assert finding.expected["en"] == "ready addresses: the 2 of Deployment/default/web"


def test_made_anew_is_not_the_same() -> None:
    world = scene().fork()
    run(
        world,
        "kubectl delete service web; kubectl expose deployment/web --port=80; kubectl label pod lookalike mood=good\n"
        "kubectl scale deployment/web --replicas=3",
        session="again",
    )
    view = View(world)
    anew = evaluate(view, {"same": "Service/default/web"})
    assert (anew.expected["ko"], anew.seen["ko"]) == ("처음부터 있던 오브젝트", "이름이 같은 새 오브젝트")
    assert anew.object == "Service default/web .metadata.uid"
    assert evaluate(view, {"untouched": LOOK}).is_met, "a label is no change of what is asked for"
    changed = evaluate(view, {"untouched": WEB})
    assert evaluate(view, {"same": WEB}).is_met
    assert (changed.expected["en"], changed.seen["en"]) == ("as it was at the start", "it was changed")


def test_the_origin_of_objects_is_kept_in_the_world() -> None:
    again = World.restore(scene().save())
    assert evaluate(View(again), {"same": LOOK}).is_met


def test_mistakes_are_recognised_in_order() -> None:
    check: dict[str, Any] = {
        "object": WEB,
        "path": ".spec.replicas",
        "equals": 5,
        "mistakes": [
            {"when": {"gone": WEB}, "say": {"en": "gone", "ko": "없음"}},
            {"when": {"ready": WEB, "equals": 2}, "say": {"en": "two", "ko": "둘"}},
        ],
        "else": {"en": "other", "ko": "다름"},
    }
    assert found(check).message == {"en": "two", "ko": "둘"}
    assert found({**check, "mistakes": check["mistakes"][:1]}).message == {"en": "other", "ko": "다름"}


def test_looking_changes_nothing() -> None:
    world = scene().fork()
    before = world.digest()
    judge(world, Task("t", {}, 1, {}, tuple(PASS)))
    assert world.digest() == before


def test_what_will_hold_by_itself_is_waiting() -> None:
    world = scene().fork()
    run(world, "kubectl scale deployment/web --replicas=4", session="more")
    check = ({"ready": WEB, "equals": 4},)
    finding = judge(world, Task("t", {}, 1, {}, check, within=60))
    assert finding.state is State.WAITING
    assert finding.message["en"].startswith("It is on its way, about ")
    assert finding.message["ko"].startswith("진행 중입니다. ")
    assert judge(world, Task("t", {}, 1, {}, check)).state is State.FAIL, "a task that gives no time does not wait"
    never = ({"ready": WEB, "equals": 9},)
    assert judge(world, Task("t", {}, 1, {}, never, within=60)).state is State.FAIL


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"history": "Deployment/default/nobody", "at_least": 1}, "not in the scene's history"),
    ({"taste": "sweet"}, "a check needs one of the words"),
    ({"object": "Cake/default/x"}, "no kind Cake"),
    ({"object": "Pod"}, "not a reference: Pod"),
    ({"object": WEB, "path": ".spec..x", "equals": 1}, "not a path"),
    ({"object": WEB, "path": ".spec"}, "a check needs one of equals"),
    ({"request": "http://web", "from": LOOK, "fails": "sadly"}, "a request fails as one of"),
    ({"after": [{"bake": 3}], "all": []}, "an action is one of"),
]


@pytest.mark.parametrize(("check", "problem"), BROKEN, ids=[row[1] for row in BROKEN])
def test_a_check_that_means_nothing_is_our_error(check: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem.replace("(", ".")):
        found(check)


def test_every_word_has_an_example_here() -> None:
    shown = {word for check in PASS for word in check} | {word for check, *_ in FAIL for word in check}
    assert WORDS.keys() - shown == {"during"}, "`during` is tried with the other futures"


MISSPELT = [
    ({"obect": WEB}, "none of the words"),
    ({"command": "ls", "contains": "a"}, "command does not know contains"),
    ({"object": WEB, "path": ".spec", "esle": {}}, "object does not know esle"),
    ({"gone": WEB, "equals": 1}, "gone does not know equals"),
    (
        {"ready": WEB, "equals": 1, "mistakes": [{"when": {"gone": WEB}, "if": {}, "say": {"en": "a", "ko": "b"}}]},
        "mistakes does not know if",
    ),
    ({"gone": WEB, "mistakes": [{"when": {"reddy": WEB}, "say": {"en": "a", "ko": "b"}}]}, "none of the words"),
    ({"gone": WEB, "else": {"en": "a"}}, "gone must be told in en and ko"),
    ({"any": [{"gone": WEB}, {"gone": WEB, "within": 3}]}, "gone does not know within"),
    ({"after": [{"advence": 3}], "all": [{"gone": WEB}]}, "after does not know advence"),
    ({"throughout": [], "advance": 3, "all": [{"gone": WEB, "path": ".a"}]}, "gone does not know path"),
    ({"during": [{"advence": 3}], "advance": 3, "request": "http://web"}, "during does not know advence"),
    ({"count": "Pod", "where": [{"path": ".a", "equal": 3}], "equals": 1}, "where does not know equal"),
    ({"command": "ls", "prints": {"contain": "a"}}, "prints does not know contain"),
    ({"answer": "a", "number_of": {"count": "Pod", "label": {}}}, "number_of does not know label"),
]


@pytest.mark.parametrize(("check", "problem"), MISSPELT, ids=[problem for _, problem in MISSPELT])
def test_what_nobody_would_read_is_named(check: dict[str, Any], problem: str) -> None:
    (found,) = misspelt(check)
    assert found.startswith(problem)


def test_what_passes_and_fails_here_is_spelt_right() -> None:
    assert [wrong for check in (*PASS, *(row[0] for row in FAIL)) for wrong in misspelt(check)] == []


PATHS = [
    (".a.b", {"a": {"b": 3}}, 3),
    (".a[1]", {"a": [1, 2]}, 2),
    (".a[-1]", {"a": [1, 2]}, 2),
    (".a[5]", {"a": [1]}, None),
    (".a['x.y/z']", {"a": {"x.y/z": "v"}}, "v"),
    (".a[name=web].image", {"a": [{"name": "db"}, {"name": "web", "image": "i"}]}, "i"),
    (".a[mountPath=/data].name", {"a": [{"mountPath": "/", "name": "x"}, {"mountPath": "/data/", "name": "y"}]}, "y"),
    (".a[mountPath=/].name", {"a": [{"mountPath": "/", "name": "x"}]}, "x"),
    (".a[emptyDir].name", {"a": [{"name": "x", "hostPath": {}}, {"name": "y", "emptyDir": {}}]}, "y"),
    (".a[emptyDir].name", {"a": [{"name": "x", "hostPath": {}}]}, None),
    (".a.b.c", {"a": None}, None),
    (".image", {"image": "docker.io/library/nginx:1.29"}, "nginx:1.29"),
    (".image", {"image": "docker.io/nginx:1.29"}, "nginx:1.29"),
    (".image", {"image": "index.docker.io/kubelab/web:1.0"}, "kubelab/web:1.0"),
    (".image", {"image": "registry.lab/library/nginx:1.29"}, "registry.lab/library/nginx:1.29"),
]


@pytest.mark.parametrize(
    ("value", "wanted", "same"),
    [
        ("1073741824", "1Gi", True),
        ("0.2", "200m", True),
        (2, "2000m", True),
        ("1G", "1Gi", False),
        ("node-1", "1Gi", False),
        (None, "1Gi", False),
        (["1Gi"], "1Gi", False),
        ("1", 1, True),
        ("1.10", "1.1", False),
    ],
)
def test_an_amount_may_be_written_in_another_unit(value: Any, wanted: Any, same: bool) -> None:
    assert compare(value, {"equals": wanted})[0] is same


@pytest.mark.parametrize(("path", "value", "found"), PATHS)
def test_paths_lead_into_objects(path: str, value: Any, found: Any) -> None:
    assert follow(value, path) == found


APPLIED = [
    ("~/colours.yaml", "pass", ""),
    ("~/red.yaml", "fail", "- sky: blue; + sky: red"),
    ("~/broken.yaml", "fail", "error: error parsing"),
]


@pytest.mark.parametrize(("path", "state", "seen"), APPLIED)
def test_a_file_is_applied_when_applying_it_would_change_nothing(path: str, state: str, seen: str) -> None:
    finding = found({"applied": path})
    assert finding.state == state, finding
    assert finding.seen.get("en", "").startswith(seen)
