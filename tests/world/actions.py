"""What a learner may do to a world, as plain values that hypothesis can draw and shrink."""

from base64 import b64encode
from contextlib import suppress

import orjson
from hypothesis import strategies as st

from simulator.api.requests import Request
from simulator.faults import UnknownFault
from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.network.certificates import make
from simulator.runtime.errors import OSFailure
from simulator.runtime.network import HttpRequest, NetworkFailure
from simulator.world import World
from tests.conformance.certificates import signing_request

NAMES = ("web", "api", "db")
IMAGES = ("nginx:1.29", "nginx:1.28", "ngnix:1.29", "busybox:1.37", "kubelab/web:1.0")
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"
PODS = "/api/v1/namespaces/default/pods"
REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
POLICIES = "/apis/admissionregistration.k8s.io/v1"
CLIENT = "kubernetes.io/kube-apiserver-client"
NETWORKING = "/apis/networking.k8s.io/v1/namespaces/default"
SERVICES = "/api/v1/namespaces/default/services"
FLUNDERS = "/apis/wardle.example.com/v1alpha1/namespaces/default/flunders"
SAMPLE_SERVER = "registry.k8s.io/e2e-test-images/sample-apiserver:1.29.2"
MANIFEST = "/etc/kubernetes/manifests/kube-apiserver.yaml"
ETCD = "--cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key"
LEASED = f'ssh cp-1 \'e="etcdctl {ETCD}"; l=$($e lease grant 5 | cut -d" " -f2); $e put a b --lease=$l; $e lease keep-alive $l\'\r'

FAULTS: dict[str, dict[str, str]] = {
    "component-stopped": {"component": "kube-controller-manager"},
    "component-broken": {"component": "kube-apiserver"},
    "kubelet-broken": {"node": "node-2"},
    "kubelet-stopped": {"node": "cp-1"},
    "load": {"service": "Service/default/web"},
    "memory-leak": {"of": "Deployment/default/web"},
    "node-disk-full": {"node": "node-1"},
    "node-partitioned": {"node": "node-1"},
    "node-reboots": {"node": "cp-1"},
    "node-without-power": {"node": "node-1"},
    "process-killed": {"of": "Deployment/default/api"},
    "registry-throttled": {},
    "runtime-stopped": {"node": "node-2"},
}

type Action = tuple[str, ...]

names = st.sampled_from(NAMES)
faults = st.sampled_from(sorted(FAULTS))
images = st.sampled_from(IMAGES)
actions: st.SearchStrategy[Action] = st.one_of(
    st.tuples(st.just("deploy"), names, images, st.sampled_from(["1", "2", "3"])),
    st.tuples(st.just("scale"), names, st.sampled_from(["0", "1", "4"])),
    st.tuples(st.just("set-image"), names, images),
    st.tuples(st.just("delete"), names),
    st.tuples(st.just("expose"), names),
    st.tuples(st.just("certify"), names),
    st.tuples(st.just("run-with-certificate"), names),
    st.tuples(st.just("rule"), names, st.sampled_from(["Deny", "Audit"])),
    st.tuples(st.just("mutate"), names),
    st.tuples(st.just("load"), names, st.sampled_from(["0", "20", "400"])),
    st.tuples(st.just("resize-a-pod"), st.sampled_from(["0", "1", "2"]), st.sampled_from(["100m", "700m", "9"])),
    st.tuples(st.just("aggregate"), names),
    st.tuples(st.just("guard"), st.sampled_from(["Validating", "Mutating"])),
    st.tuples(st.just("unsort"), st.sampled_from(["flowschemas/probes", "prioritylevelconfigurations/system"])),
    st.tuples(st.just("audit"), st.sampled_from(["Request", "None"])),
    st.tuples(st.just("chronicle"), names),
    st.tuples(st.just("kill-a-pod"), st.sampled_from(["0", "1", "2"])),
    st.tuples(st.just("close"), names),
    st.tuples(st.just("publish"), names),
    st.tuples(st.just("ask"), st.sampled_from(["internet", "workstation", "node/node-1"]), names),
    st.tuples(st.just("slow"), st.sampled_from(["node-1", "node-2"]), st.sampled_from(["0", "30", "100"])),
    st.tuples(st.just("fault"), faults, st.sampled_from(["do", "mend"])),
    st.tuples(st.just("type"), st.sampled_from(["ssh cp-1\r", "systemctl restart kubelet\r", "journalctl -n 3; crictl ps\r"])),
    st.tuples(st.just("type"), st.sampled_from(["ssh cp-1 kubeadm upgrade apply v1.37.0 -y\r", "ssh node-1 crictl rmp -a -f\r", "ssh cp-1 'kubeadm reset -f; kubeadm init'\r", "ssh cp-1 kubeadm certs renew all\r", "ssh node-1 'rm /etc/cni/net.d/*; systemctl kill kubelet'\r"])),
    st.tuples(st.just("type"), st.sampled_from([LEASED, "kubectl annotate service --all service.kubernetes.io/topology-mode=Auto\r"])),
    st.tuples(st.just("type"), st.sampled_from(["kubectl get flunders -w\r", "kubectl label flunder --all a=b\r", "kubectl delete flunders --all\r"])),
    st.tuples(st.just("type"), st.sampled_from(["kubectl get pods\r", "kubectl label deployments --all by=hand & kubectl create cm m\r", "echo $((1+1))\r", "for i in 1 2; do date; sleep 1; done\r", "\x03"])),
    st.tuples(st.just("wait"), st.sampled_from(["0.5", "3", "11", "40"])),
)  # fmt: skip
stories = st.lists(actions, min_size=1, max_size=8)


def perform(world: World, action: Action) -> None:
    """Carry out one action; what is not possible is refused by the API, which is as good a story."""
    match action:
        case ("deploy", name, image, replicas):
            send(world, "POST", DEPLOYMENTS, deployment(name, image, int(replicas)))
        case ("chronicle", name):
            world.cluster.chronicle.watch(f"Deployment/default/{name}")
        case ("scale", name, replicas):
            patch(world, f"{DEPLOYMENTS}/{name}/scale", {"spec": {"replicas": int(replicas)}})
        case ("set-image", name, image):
            container = {"name": "main", "image": image}
            patch(world, f"{DEPLOYMENTS}/{name}", {"spec": {"template": {"spec": {"containers": [container]}}}})
        case ("delete", name):
            send(world, "DELETE", f"{DEPLOYMENTS}/{name}")
        case ("expose", name):
            spec = {"selector": {"app": name}, "ports": [{"port": 80}]}
            service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}
            send(world, "POST", SERVICES, service)
        case ("certify", name):
            request = b64encode(signing_request(name, "developers")).decode()
            spec = {"request": request, "signerName": CLIENT, "usages": ["client auth"]}
            send(world, "POST", REQUESTS, {"metadata": {"name": name}, "spec": spec})
            approved = {"type": "Approved", "status": "True", "reason": "Story"}
            patch(world, f"{REQUESTS}/{name}/approval", {"status": {"conditions": [approved]}})
        case ("run-with-certificate", name):
            source = {"signerName": "example.com/pods", "keyType": "ED25519", "credentialBundlePath": "all.pem"}
            volume = {"name": "own", "projected": {"sources": [{"podCertificate": source}]}}
            container = {"name": "main", "image": "nginx:1.29"}
            body = {"metadata": {"name": f"own-{name}"}, "spec": {"containers": [container], "volumes": [volume]}}
            send(world, "POST", PODS, body)
        case ("rule", name, action):
            validations = [{"expression": f"object.metadata.name != '{name}' || object.spec.replicas < 3"}]
            put_in_force(
                world, "ValidatingAdmissionPolicy", {"validations": validations}, {"validationActions": [action]}
            )
        case ("mutate", name):
            text = f"Object{{metadata: Object.metadata{{labels: {{'by': '{name}'}}}}}}"
            change = {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": text}}
            put_in_force(
                world, "MutatingAdmissionPolicy", {"mutations": [change], "reinvocationPolicy": "IfNeeded"}, {}
            )
        case ("aggregate", name):
            send(world, "POST", DEPLOYMENTS, deployment(name, SAMPLE_SERVER, 1))
            ports = [{"port": 443}]
            service = {"metadata": {"name": f"{name}-api"}, "spec": {"selector": {"app": name}, "ports": ports}}
            send(world, "POST", SERVICES, service)
            spec = {
                "group": "wardle.example.com",
                "version": "v1alpha1",
                "groupPriorityMinimum": 10,
                "versionPriority": 9,
            }
            spec |= {"insecureSkipTLSVerify": True, "service": {"name": f"{name}-api", "namespace": "default"}}
            made = {"metadata": {"name": "v1alpha1.wardle.example.com"}, "spec": spec}
            send(world, "POST", "/apis/apiregistration.k8s.io/v1/apiservices", made)
            send(world, "POST", FLUNDERS, {"metadata": {"name": name}})
        case ("guard", kind):
            guard(world, f"{kind}WebhookConfiguration")
        case ("unsort", what):
            send(world, "DELETE", f"/apis/flowcontrol.apiserver.k8s.io/v1/{what}")
        case ("audit", level):
            audit(world, level)
        case ("load", name, requests):
            assert world.cluster.load is not None
            world.cluster.load.on(("default", name), int(requests), 5000)
        case ("resize-a-pod", number, cpu):
            pods = world.cluster.store.list("pods", "default")
            if pods:
                name = pods[int(number) % len(pods)]["metadata"]["name"]
                resources = {"limits": {"cpu": cpu}, "requests": {"cpu": cpu}}
                body = {"spec": {"containers": [{"name": "main", "resources": resources}]}}
                patch(world, f"{PODS}/{name}/resize", body)
        case ("close", name):
            spec = {"podSelector": {"matchLabels": {"app": name}}, "policyTypes": ["Ingress"]}
            policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name}}
            send(world, "POST", f"{NETWORKING}/networkpolicies", {**policy, "spec": spec})
        case ("publish", name):
            backend = {"service": {"name": name, "port": {"number": 80}}}
            path = {"path": "/", "pathType": "Prefix", "backend": backend}
            rule = {"host": f"{name}.example", "http": {"paths": [path]}}
            ingress = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}}
            send(
                world,
                "POST",
                f"{NETWORKING}/ingresses",
                {**ingress, "spec": {"ingressClassName": "lab", "rules": [rule]}},
            )
        case ("ask", machine, name):
            request = HttpRequest("GET", "http://203.0.113.10/", {"host": f"{name}.example"}, timeout=3_000_000)
            with suppress(NetworkFailure):
                world.network.request(machine, request)
        case ("fault", name, what):
            with suppress(UnknownFault):
                if what == "do":
                    world.faults.set_off(name, FAULTS[name])
                for one in world.faults.standing() if what == "mend" else ():
                    world.faults.release(one.identity)
        case ("slow", node, loss):
            world.cluster.network.links.dial(node, latency=20_000, loss=float(loss))
        case ("kill-a-pod", number):
            pods = world.cluster.store.list("pods", "default")
            if pods:
                send(world, "DELETE", f"{PODS}/{pods[int(number) % len(pods)]['metadata']['name']}")
        case ("type", keys):
            if not world.machines.terminals.rows.get("t"):
                world.machines.open_terminal("workstation", "t", 80, 24)
            world.machines.type("t", keys.encode())
        case ("wait", seconds):
            world.advance(float(seconds))
    world.clock.settle()


def play(world: World, story: list[Action]) -> World:
    for action in story:
        perform(world, action)
    return world


def guard(world: World, kind: str) -> None:
    """A Pod that takes five seconds for each write of ConfigMaps and Deployments that it is asked about."""
    name, server = "guard", {"app": "guard"}
    certificate, key = make(b"guard", "/CN=guard", ("guard.default.svc",), 1_790_000_000_000_000, 3650)
    pair = {"tls.crt": certificate, "tls.key": key}
    folder = "/api/v1/namespaces/default"
    send(
        world,
        "POST",
        f"{folder}/secrets",
        {"metadata": {"name": name}, "type": "kubernetes.io/tls", "stringData": pair},
    )
    send(world, "POST", SERVICES, {"metadata": {"name": name}, "spec": {"selector": server, "ports": [{"port": 443}]}})
    container = {
        "name": "main",
        "image": "registry.k8s.io/e2e-test-images/agnhost:2.56",
        "args": ["webhook", "--tls-cert-file=/certs/tls.crt", "--tls-private-key-file=/certs/tls.key"],
        "volumeMounts": [{"name": "certs", "mountPath": "/certs"}],
    }
    spec = {"containers": [container], "volumes": [{"name": "certs", "secret": {"secretName": name}}]}
    send(world, "POST", PODS, {"metadata": {"name": name, "labels": server}, "spec": spec})
    where = {"namespace": "default", "name": name, "path": "/always-allow-delay-5s"}
    rule = {"apiGroups": ["*"], "apiVersions": ["v1"], "operations": ["*"], "resources": ["configmaps", "deployments"]}
    hook = {
        "name": "guard.example.com",
        "rules": [rule],
        "clientConfig": {"service": where, "caBundle": b64encode(certificate.encode()).decode()},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "failurePolicy": "Ignore",
    }
    send(world, "POST", f"{POLICIES}/{kind.lower()}s", {"metadata": {"name": name}, "webhooks": [hook]})


def audit(world: World, level: str) -> None:
    """Give the API server an audit policy, which begins it anew."""
    files = world.machines.volumes.view(world.cluster.kubelet.nodes.machine("cp-1"))
    policy = f"rules: [{{level: {level}, resources: [{{group: apps}}]}}, {{level: Metadata}}]"
    with suppress(OSFailure):
        files.write("/etc/kubernetes/policy.yaml", f"apiVersion: audit.k8s.io/v1\nkind: Policy\n{policy}\n")
        pod = yaml.load(files.text(MANIFEST))
        container = pod["spec"]["containers"][0]
        container["command"] += ["--audit-policy-file=/etc/kubernetes/policy.yaml", "--audit-log-path=/var/log/a/a.log"]
        container["volumeMounts"].append({"name": "etc", "mountPath": "/etc/kubernetes"})
        pod["spec"]["volumes"].append({"name": "etc", "hostPath": {"path": "/etc/kubernetes"}})
        files.write(MANIFEST, yaml.dump(pod))


def put_in_force(world: World, kind: str, spec: Object, binding: Object) -> None:
    """An admission policy on Deployments, with its binding."""
    rule = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["*"], "resources": ["deployments"]}
    folder = f"{POLICIES}/{kind.lower().replace('policy', 'policies')}"
    whole = {"matchConstraints": {"resourceRules": [rule]}, **spec}
    send(world, "POST", folder, {"metadata": {"name": "p"}, "spec": whole})
    bound = {"metadata": {"name": "p"}, "spec": {"policyName": "p", **binding}}
    send(world, "POST", f"{POLICIES}/{kind.lower()}bindings", bound)


def send(world: World, method: str, path: str, body: Object | None = None, kind: str = "application/json") -> None:
    content = b"" if body is None else orjson.dumps(body)
    world.request(Request.to(method, path, headers={"content-type": kind}, body=content))


def patch(world: World, path: str, body: Object) -> None:
    send(world, "PATCH", path, body, "application/strategic-merge-patch+json")


def deployment(name: str, image: str, replicas: int) -> Object:
    labels = {"app": name}
    container: Object = {"name": "main", "image": image}
    more: Object = {}
    if name == "api":
        container["readinessProbe"] = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 3}
    if name == "db":
        container["resources"] = {"limits": {"cpu": "200m", "memory": "40Mi"}}
        more = {"shareProcessNamespace": True}
        container["env"] = [{"name": "LEAK_MI_PER_MIN", "value": "60"}, {"name": "BUSY_MILLICORES", "value": "300"}]
    if image.startswith("busybox"):
        container["command"] = ["sh", "-c", "while true; do date; sleep 5; done"]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container], **more}},
        },
    }
