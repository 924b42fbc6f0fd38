"""Every kind of the curriculum's sixth module lives its whole life in the terminal: made, seen, changed, used, removed."""

import pytest

from lessons.running import run
from simulator.world import World

type Life = list[tuple[str, str]]
"""What is typed, and what has to be in the answer; `~ N` lets seconds pass."""


def manifest(text: str) -> str:
    return f"kubectl apply -f - <<'END'\n{text.strip()}\nEND"


SET = """
apiVersion: apps/v1
kind: {kind}
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  {more}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{terminationGracePeriodSeconds: 1, containers: [{{name: web, image: "kubelab/web:1.0"}}]}}
"""
CLAIMED = """
apiVersion: v1
kind: Pod
metadata: {name: user}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: c, image: "busybox:1.37", command: [sleep, "3600"], volumeMounts: [{name: d, mountPath: /d}]}]
  volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]
"""
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: shelf}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: shelves, hostPath: {path: /srv}}
"""

LIVES: dict[str, Life] = {
    "Namespace": [
        ("kubectl create namespace shop", "namespace/shop created"),
        ("kubectl get namespace shop --no-headers", "shop   Active"),
        ("kubectl label namespace shop team=blue", "namespace/shop labeled"),
        ("sleep 1; kubectl create deployment web --image=nginx:1.29 -n shop", "deployment.apps/web created"),
        ("kubectl get namespaces -l team=blue -o name", "namespace/shop"),
        ("kubectl delete namespace shop", 'namespace "shop" deleted'),
        ("kubectl get all -n shop 2>&1", "No resources found in shop namespace."),
    ],
    "ConfigMap": [
        ("kubectl create configmap settings --from-literal=greeting=hello", "configmap/settings created"),
        ("kubectl run user --image=busybox:1.37 --restart=Never --overrides='{\"spec\":{\"containers\":[{\"name\":\"user\",\"image\":\"busybox:1.37\",\"command\":[\"sleep\",\"3600\"],\"envFrom\":[{\"configMapRef\":{\"name\":\"settings\"}}],\"volumeMounts\":[{\"name\":\"s\",\"mountPath\":\"/s\"}]}],\"volumes\":[{\"name\":\"s\",\"configMap\":{\"name\":\"settings\"}}]}}'", "pod/user created"),
        ("~ 10", ""),
        ("kubectl exec user -- sh -c 'echo $greeting; cat /s/greeting'", "hello\nhello"),
        ("kubectl patch configmap settings -p '{\"data\":{\"greeting\":\"bye\"}}'", "configmap/settings patched"),
        ("~ 70", ""),
        ("kubectl exec user -- sh -c 'echo $greeting; cat /s/greeting'", "hello\nbye"),
        ("kubectl describe configmap settings", "greeting:\n----\nbye"),
        ("kubectl delete configmap settings", 'configmap "settings" deleted'),
    ],
    "Secret": [
        ("kubectl create secret generic key --from-literal=password=1234", "secret/key created"),
        ("kubectl get secret key -o jsonpath='{.data.password}' | base64 -d", "1234"),
        ("kubectl describe secret key", "password:  4 bytes"),
        ("kubectl patch secret key -p '{\"immutable\":true}'", "secret/key patched"),
        ("kubectl patch secret key -p '{\"stringData\":{\"password\":\"x\"}}' 2>&1 || true", "field is immutable when `immutable` is set"),
        ("kubectl delete secret key", 'secret "key" deleted'),
    ],
    "ReplicaSet": [
        (manifest(SET.format(kind="ReplicaSet", more="replicas: 2")), "replicaset.apps/web created"),
        ("~ 15", ""),
        ("kubectl get replicaset web --no-headers", "web   2     2     2"),
        ("kubectl delete pod $(kubectl get pods -l app=web -o name | head -1 | cut -d/ -f2)", "deleted"),
        ("~ 10", ""),
        ("kubectl get pods -l app=web --no-headers | wc -l", "2"),
        ("kubectl scale replicaset web --replicas=3", "replicaset.apps/web scaled"),
        ("~ 10", ""),
        ("kubectl describe replicaset web", "SuccessfulCreate"),
        ("kubectl delete replicaset web", 'replicaset.apps "web" deleted'),
        ("~ 10", ""),
        ("kubectl get pods 2>&1", "No resources found in default namespace."),
    ],
    "Deployment": [
        ("kubectl create deployment web --image=kubelab/web:1.0 --replicas=2", "deployment.apps/web created"),
        ("kubectl rollout status deployment/web", 'deployment "web" successfully rolled out'),
        ("kubectl set image deployment/web web=kubelab/web:1.1", "deployment.apps/web image updated"),
        ("kubectl rollout status deployment/web", 'deployment "web" successfully rolled out'),
        ("kubectl rollout history deployment/web", "1         <none>\n2         <none>"),
        ("kubectl rollout undo deployment/web", "deployment.apps/web rolled back"),
        ("kubectl rollout status deployment/web", "successfully rolled out"),
        ("kubectl get pods -o jsonpath='{.items[0].spec.containers[0].image}'", "kubelab/web:1.0"),
        ("kubectl scale deployment web --replicas=4; kubectl rollout status deployment/web", "successfully rolled out"),
        ("kubectl get deployment web --no-headers", "web   4/4     4            4"),
        ("kubectl delete deployment web", 'deployment.apps "web" deleted'),
        ("~ 40", ""),
        ("kubectl get replicasets,pods 2>&1", "No resources found in default namespace."),
    ],
    "StatefulSet": [
        ("kubectl create service clusterip web --clusterip=None", "service/web created"),
        (manifest(SET.format(kind="StatefulSet", more="serviceName: web\n  replicas: 2")), "statefulset.apps/web created"),
        ("kubectl rollout status statefulset/web", "partitioned roll out complete"),
        ("kubectl get pods -o name", "pod/web-0\npod/web-1"),
        ("kubectl run look --image=kubelab/shell:1.0 --restart=Never -- sleep 3600", "pod/look created"),
        ("~ 10", ""),
        ("kubectl exec look -- nslookup web-1.web.default.svc.cluster.local", "web-1.web.default.svc.cluster.local"),
        ("kubectl set image statefulset/web web=kubelab/web:1.1; kubectl rollout status statefulset/web --timeout=2m", "complete"),
        ("kubectl scale statefulset web --replicas=1", "statefulset.apps/web scaled"),
        ("~ 15", ""),
        ("kubectl get statefulset web --no-headers", "web   1/1"),
        ("kubectl delete statefulset web", 'statefulset.apps "web" deleted'),
    ],
    "DaemonSet": [
        (manifest(SET.format(kind="DaemonSet", more="")), "daemonset.apps/web created"),
        ("kubectl rollout status daemonset/web", 'daemon set "web" successfully rolled out'),
        ("kubectl get daemonset web --no-headers", "web   3         3         3       3            3"),
        ("kubectl set image daemonset/web web=kubelab/web:1.1; kubectl rollout status daemonset/web", "successfully rolled out"),
        ("kubectl rollout undo daemonset/web; kubectl rollout status daemonset/web", "successfully rolled out"),
        ("kubectl get pods -o jsonpath='{.items[*].spec.containers[0].image}'", "kubelab/web:1.0 kubelab/web:1.0 kubelab/web:1.0"),
        ("kubectl delete daemonset web", 'daemonset.apps "web" deleted'),
    ],
    "Job": [
        ("kubectl create job sums --image=busybox:1.37 -- sh -c 'echo $((6*7))'", "job.batch/sums created"),
        ("kubectl wait --for=condition=complete job/sums --timeout=60s", "job.batch/sums condition met"),
        ("kubectl logs job/sums", "42"),
        ("kubectl get job sums --no-headers", "sums   Complete   1/1"),
        ("kubectl describe job sums", "Completed         "),
        ("kubectl delete job sums", 'job.batch "sums" deleted'),
    ],
    "CronJob": [
        ("kubectl create cronjob tick --image=busybox:1.37 --schedule='* * * * *' -- date", "cronjob.batch/tick created"),
        ("~ 130", ""),
        ("kubectl get jobs -o name | wc -l", "2"),
        ("kubectl create job now --from=cronjob/tick", "job.batch/now created"),
        ("kubectl patch cronjob tick -p '{\"spec\":{\"suspend\":true}}'", "cronjob.batch/tick patched"),
        ("~ 120", ""),
        ("kubectl get cronjob tick --no-headers", "tick   * * * * *   <none>     True"),
        ("kubectl get jobs -o name | grep -c tick", "2"),
        ("kubectl delete cronjob tick", 'cronjob.batch "tick" deleted'),
    ],
    "HorizontalPodAutoscaler": [
        ("kubectl create deployment web --image=kubelab/web:1.0; kubectl set resources deployment web --requests=cpu=100m", "resource requirements updated"),
        ("kubectl autoscale deployment web --min=2 --max=5 --cpu=50%", "horizontalpodautoscaler.autoscaling/web autoscaled"),
        ("~ 60", ""),
        ("kubectl get hpa web --no-headers", "Deployment/web   cpu: 1%/50%   2         5         2"),
        ("kubectl describe hpa web", "Current number of replicas below Spec.MinReplicas"),
        ("kubectl delete hpa web", 'horizontalpodautoscaler.autoscaling "web" deleted'),
    ],
    "PodDisruptionBudget": [
        ("kubectl create deployment web --image=kubelab/web:1.0 --replicas=2; kubectl rollout status deployment/web", "successfully rolled out"),
        ("kubectl create pdb web --selector=app=web --min-available=2", "poddisruptionbudget.policy/web created"),
        ("~ 2", ""),
        ("kubectl get pdb web --no-headers", "web   2               N/A               0"),
        ("kubectl drain $(kubectl get pods -l app=web -o jsonpath='{.items[0].spec.nodeName}') --ignore-daemonsets --timeout=10s 2>&1 || true", "Cannot evict pod as it would violate the pod's disruption budget."),
        ("kubectl patch pdb web -p '{\"spec\":{\"minAvailable\":1}}'", "poddisruptionbudget.policy/web patched"),
        ("kubectl delete pdb web", 'poddisruptionbudget.policy "web" deleted'),
    ],
    "PersistentVolumeClaim": [
        (manifest(CLAIM), "persistentvolumeclaim/data created"),
        ("kubectl get pvc data --no-headers", "data   Pending"),
        (manifest(CLAIMED), "pod/user created"),
        ("~ 20", ""),
        ("kubectl get pvc data --no-headers", "data   Bound    pvc-"),
        ("kubectl exec user -- sh -c 'echo kept > /d/word'; kubectl delete pod user", "deleted"),
        (manifest(CLAIMED), "pod/user created"),
        ("~ 20", ""),
        ("kubectl exec user -- cat /d/word", "kept"),
        ("kubectl delete pod user; kubectl delete pvc data", 'persistentvolumeclaim "data" deleted'),
        ("~ 10", ""),
        ("kubectl get pv 2>&1", "No resources found"),
    ],
    "PersistentVolume": [
        (manifest(VOLUME), "persistentvolume/shelf created"),
        ("~ 1", ""),
        ("kubectl get pv shelf --no-headers", "shelf   1Gi        RWO            Retain           Available"),
        (manifest(CLAIM.replace("spec: {", "spec: {storageClassName: shelves, ")), "persistentvolumeclaim/data created"),
        ("~ 20", ""),
        ("kubectl get pv shelf --no-headers", "Bound    default/data"),
        ("kubectl delete pvc data", "deleted"),
        ("~ 2", ""),
        ("kubectl get pv shelf --no-headers", "Released"),
        ("kubectl delete pv shelf", 'persistentvolume "shelf" deleted'),
    ],
    "StorageClass": [
        (manifest("apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: disk.csi.lab\nreclaimPolicy: Retain\nvolumeBindingMode: Immediate"), "storageclass.storage.k8s.io/fast created"),
        ("kubectl get storageclass fast --no-headers", "fast   disk.csi.lab   Retain          Immediate           false"),
        (manifest(CLAIM.replace("spec: {", "spec: {storageClassName: fast, ")), "persistentvolumeclaim/data created"),
        ("~ 5", ""),
        ("kubectl get pvc data --no-headers", "data   Bound"),
        ("kubectl delete pvc data; kubectl delete storageclass fast", 'storageclass.storage.k8s.io "fast" deleted'),
        ("~ 3", ""),
        ("kubectl get pv --no-headers", "Retain           Released"),
    ],
    "Role": [
        ("kubectl create serviceaccount reader; kubectl create role look --verb=get,list --resource=pods", "role.rbac.authorization.k8s.io/look created"),
        ("kubectl create rolebinding look --role=look --serviceaccount=default:reader", "rolebinding.rbac.authorization.k8s.io/look created"),
        ("kubectl auth can-i list pods --as=system:serviceaccount:default:reader", "yes"),
        ("kubectl auth can-i delete pods --as=system:serviceaccount:default:reader || true", "no"),
        ("kubectl delete rolebinding look; kubectl delete role look", "deleted"),
        ("kubectl auth can-i list pods --as=system:serviceaccount:default:reader || true", "no"),
    ],
    "ResourceQuota": [
        ("kubectl create quota few --hard=pods=1,configmaps=5", "resourcequota/few created"),
        ("kubectl run one --image=nginx:1.29", "pod/one created"),
        ("kubectl run two --image=nginx:1.29 2>&1 || true", "exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1"),
        ("~ 5", ""),
        ("kubectl describe quota few", "pods        1     1"),
        ("kubectl delete quota few; kubectl run two --image=nginx:1.29", "pod/two created"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", LIVES)
def test_life(kind: str) -> None:
    world = World.boot(seed="lives")
    for typed, wanted in LIVES[kind]:
        if typed.startswith("~ "):
            world.advance(float(typed[2:]))
            continue
        code, answer = run(world, typed)
        assert code == 0 and words(wanted) in words(answer), f"$ {typed}\n{answer}"


def words(text: str) -> str:
    """How wide a column is depends on the others."""
    return " ".join(text.split())
