"""Several schedulers by name. Upstream: the task "Configure Multiple Schedulers", the reference of its configuration."""

import pytest

from lessons.running import run as ran
from simulator.scheduler.configuration import Unusable, read
from simulator.spec import lab
from simulator.world import World

HEAD = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
ACCOUNT = """
kubectl create serviceaccount mine -n kube-system
kubectl create clusterrolebinding mine --clusterrole=system:kube-scheduler --serviceaccount=kube-system:mine
"""
SCHEDULER = """
cat > config.yaml <<'E'
{config}
E
kubectl create configmap mine -n kube-system --from-file=config.yaml
cat <<'E' | kubectl apply -f -
apiVersion: apps/v1
kind: Deployment
metadata: {{name: mine, namespace: kube-system}}
spec:
  selector: {{matchLabels: {{app: mine}}}}
  template:
    metadata: {{labels: {{app: mine}}}}
    spec:
      serviceAccountName: mine
      containers:
      - name: c
        image: registry.k8s.io/kube-scheduler:v1.37.0
        command: [kube-scheduler, --config=/etc/mine/config.yaml]
        livenessProbe: {{httpGet: {{path: /healthz, port: 10259, scheme: HTTPS}}}}
        volumeMounts: [{{name: v, mountPath: /etc/mine}}]
      volumes: [{{name: v, configMap: {{name: mine}}}}]
E
kubectl rollout status deploy/mine -n kube-system --timeout=40s; sleep 3
"""
PACKS = (
    HEAD
    + """profiles:
- schedulerName: mine
  plugins: {score: {disabled: [{name: "*"}], enabled: [{name: NodeResourcesFit, weight: 1}]}}
  pluginConfig:
  - name: NodeResourcesFit
    args: {scoringStrategy: {type: MostAllocated, resources: [{name: cpu, weight: 1}]}}
leaderElection: {leaderElect: false}"""
)
ELECTED = HEAD + "profiles: [{schedulerName: mine}]\nleaderElection: {resourceName: mine}"
PODS = """
for i in 1 2 3 4; do
  kubectl run p$i --image=registry.k8s.io/pause:3.10 --overrides='{"spec":{"schedulerName":"mine"}}'; sleep 1
done
sleep 3
"""
WHERE = "kubectl get pods -o jsonpath='{.items[*].spec.nodeName}'"
LOGS = "kubectl logs -n kube-system deploy/mine"


@pytest.fixture
def world() -> World:
    return World.boot(lab(3))


def run(world: World, script: str) -> str:
    return ran(world, script)[1]


def test_a_scheduler_in_a_pod_chooses_as_its_profile_says(world: World) -> None:
    run(world, ACCOUNT + SCHEDULER.format(config=PACKS))
    copy = World.restore(world.save())
    for each in (world, copy):
        run(each, PODS)
        nodes = run(each, WHERE).split()
        assert (len(nodes), len(set(nodes))) == (4, 1), "MostAllocated fills one node before the next"
    events = run(world, "kubectl get events -o jsonpath='{.items[?(@.reason==\"Scheduled\")].reportingComponent}'")
    assert events.split() == ["mine"] * 4


def test_nobody_chooses_while_it_does_not_run(world: World) -> None:
    run(world, ACCOUNT + SCHEDULER.format(config=PACKS))
    run(world, "kubectl scale deploy mine -n kube-system --replicas=0; sleep 5" + PODS)
    assert run(world, WHERE) == ""
    run(world, "kubectl scale deploy mine -n kube-system --replicas=1; sleep 8")
    assert len(run(world, WHERE).split()) == 4


def test_without_the_right_it_only_complains(world: World) -> None:
    run(world, "kubectl create serviceaccount mine -n kube-system" + SCHEDULER.format(config=PACKS) + PODS)
    who = '\\"system:serviceaccount:kube-system:mine\\"'
    assert f"failed to list *v1.Pod: pods is forbidden: User {who} cannot list resource" in run(world, LOGS)
    assert run(world, WHERE) == ""
    run(world, ACCOUNT + "sleep 8")
    assert len(run(world, WHERE).split()) == 4


def test_it_waits_for_the_lease_that_another_holds(world: World) -> None:
    held = HEAD + "profiles: [{schedulerName: mine}]"
    run(world, ACCOUNT + SCHEDULER.format(config=held) + PODS)
    assert (
        run(world, LOGS)
        .splitlines()[-1]
        .endswith('Attempting to acquire leader lease..." lock="kube-system/kube-scheduler"')
    )
    assert run(world, WHERE) == ""


def test_it_is_elected_under_a_name_of_its_own(world: World) -> None:
    role = "kubectl create clusterrole leases --verb=get,create,update --resource=leases.coordination.k8s.io; "
    role += "kubectl create clusterrolebinding leases --clusterrole=leases --serviceaccount=kube-system:mine"
    run(world, ACCOUNT + role + SCHEDULER.format(config=ELECTED) + PODS)
    assert len(run(world, WHERE).split()) == 4
    holder = run(world, "kubectl get lease mine -n kube-system -o jsonpath='{.spec.holderIdentity}'")
    assert holder.startswith("mine-")


def test_the_control_planes_own_reads_its_file(world: World) -> None:
    world.advance(50)
    edit = f"""ssh cp-1 "cat > /etc/kubernetes/mine.yaml <<'E'
{PACKS.replace('"', chr(92) + '"')}
E
sed -i 's|^    - --leader-elect=true|    - --leader-elect=true\\n    - --config=/etc/kubernetes/mine.yaml|; s|path: /etc/kubernetes/scheduler.conf|path: /etc/kubernetes|; s|type: FileOrCreate|type: Directory|; s|mountPath: /etc/kubernetes/scheduler.conf|mountPath: /etc/kubernetes|' /etc/kubernetes/manifests/kube-scheduler.yaml"
sleep 60
"""
    run(world, edit + PODS)
    nodes = run(world, WHERE).split()
    assert (len(nodes), len(set(nodes))) == (4, 1)
    assert (
        run(world, "kubectl run d --image=registry.k8s.io/pause:3.10; sleep 3; kubectl get pod d --no-headers").split()[
            -3
        ]
        == "Pending"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("a: [", "error converting YAML to JSON: yaml: ", id="no YAML"),
        pytest.param("kind: Pod\napiVersion: v1", 'no kind "Pod" is registered for version "v1" in scheme', id="another kind"),
        pytest.param(HEAD + "profile: []", 'strict decoding error: unknown field "profile"', id="unknown field"),
        pytest.param(HEAD + "profiles: [{name: x}]", 'strict decoding error: unknown field "profiles[0].name"', id="unknown field of a profile"),
        pytest.param(HEAD + "profiles: [{schedulerName: x}, {schedulerName: x}]", 'profiles[1].schedulerName: Duplicate value: "x"', id="twice"),
        pytest.param(HEAD + "profiles: [{plugins: {score: {enabled: [{name: Nope}]}}}]",
                     'initializing profiles: creating profile for scheduler name default-scheduler: plugin "Nope" does not exist', id="no such plugin"),
        pytest.param(HEAD + "extenders: [{urlPrefix: http://x}]", "extenders are not simulated", id="extenders"),
        pytest.param(HEAD + "profiles: [[]]", "profiles[0]: expected an object", id="no profile"),
        pytest.param(HEAD + "profiles: [{}, {}, {}, {}, {}, {}, {}, {}, {}]", "the lab takes a list of 8 at most", id="too many"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_configuration(text: str, words: str) -> None:
    with pytest.raises(Unusable) as refusal:
        read(text)
    assert words in str(refusal.value)


def test_what_is_not_simulated_is_said(world: World) -> None:
    config = PACKS + "\npercentageOfNodesToScore: 50"
    run(world, ACCOUNT + SCHEDULER.format(config=config))
    assert "percentageOfNodesToScore is not simulated here" in run(world, LOGS)
