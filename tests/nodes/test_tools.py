"""The flags of a node's tools that people use, as they use them."""

import orjson
import pytest

from simulator.spec import lab
from simulator.world import World
from tests.nodes.terminal import Operator

ETCD = (
    "export ETCDCTL_CACERT=/etc/kubernetes/pki/etcd/ca.crt ETCDCTL_CERT=/etc/kubernetes/pki/etcd/server.crt "
    "ETCDCTL_KEY=/etc/kubernetes/pki/etcd/server.key"
)


@pytest.fixture
def worker() -> Operator:
    operator = Operator(lab(1))
    operator.deploy("web", 1)
    operator.world.advance(15)
    operator.log_in("node-1")
    return operator


@pytest.fixture
def etcd() -> Operator:
    operator = Operator(lab(1))
    operator.log_in("cp-1")
    operator.run(ETCD)
    return operator


# the kubelet's own kubeconfig


def test_what_a_node_may_do_with_its_kubeconfig(worker: Operator) -> None:
    worker.run("export KUBECONFIG=/etc/kubernetes/kubelet.conf")
    node = 'User "system:node:node-1" cannot'
    for command, words in (
        ("kubectl get node node-1 --no-headers", "node-1   Ready"),
        ("kubectl get pods -A --field-selector spec.nodeName=node-1", "web-"),
        ("kubectl -n kube-system get cm coredns -o name", "configmap/coredns"),
        ("kubectl label node node-1 disk=ssd", "node/node-1 labeled"),
        ("kubectl get nodes", "node 'node-1' cannot read all nodes, only its own Node object"),
        ("kubectl get pods", "can only list/watch pods with spec.nodeName field selector"),
        ("kubectl -n kube-public get cm cluster-info", "no relationship found between node 'node-1' and this object"),
        ("kubectl delete node node-1", f'{node} delete resource "nodes" in API group "" at the cluster scope\n'),
        ("kubectl label node node-1 node-restriction.kubernetes.io/a=b", "is not allowed to modify labels: node-res"),
        ("kubectl taint node node-1 a=b:NoSchedule", 'node "node-1" is not allowed to modify taints'),
        ("kubectl run x --image=nginx", 'node "node-1" can only create mirror pods'),
        (
            "kubectl auth can-i --list",
            "Warning: the list may be incomplete: node authorizer does not support user rule",
        ),
    ):
        assert words in worker.run(command), command


# crictl


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("crictl ps -q --label io.kubernetes.container.name=main", 1),
        ("crictl ps -q --label io.kubernetes.container.name=other", 0),
        ("crictl ps -q --image nginx:1.29", 1),
        ("crictl ps -q -n 2", 2),
        ("crictl ps -q --latest", 1),
        ("crictl ps -q --namespace default", 1),
        ("crictl ps -q --id 0000", 0),
        ("crictl pods -q --label app=web", 1),
        ("crictl pods -q --state NotReady", 0),
        ("crictl images -q nginx", 0),
        ("crictl images -q docker.io/library/nginx", 1),
    ],
)
def test_crictl_finds(command: str, lines: int, worker: Operator) -> None:
    assert len(worker.run(command).splitlines()) == lines


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("crictl ps --no-trunc", "Running"),
        ("crictl ps -o json", '"state": "CONTAINER_RUNNING"'),
        ("crictl ps -o yaml", "state: CONTAINER_RUNNING"),
        ("crictl pods -o json", '"state": "SANDBOX_READY"'),
        ("crictl images -o json", '"docker.io/library/nginx:1.29"'),
        ("crictl images --digests", "DIGEST"),
        ("crictl inspecti nginx:1.29", '"NGINX_VERSION=1.29.3"'),
        ("crictl inspectp $(crictl pods -q --name web)", '"network": "POD"'),
        ("crictl inspectp abc", 'getting status of the pod sandbox "abc": rpc error: code = NotFound'),
        ("crictl info -o yaml", "type: RuntimeReady"),
        ("crictl stats", "INODES"),
        ("crictl logs -t $(crictl ps -q --name main)", "2026-11-02T09:01:32."),
        ("crictl logs --since soon $(crictl ps -q --name main)", "failed to parse timestamp value"),
        ("crictl ps -o xml", "unsupported output format: xml"),
        ("crictl rmi nothing", "no such image nothing"),
    ],
)
def test_crictl_says(command: str, words: str, worker: Operator) -> None:
    assert words in worker.run(command)


def test_a_sandbox_that_is_taken_away_is_made_anew(worker: Operator) -> None:
    sandbox = worker.run("crictl pods -q --name web").strip()
    refused = worker.run(f"crictl rmp {sandbox}")
    assert "is running, please stop it first" in refused
    assert worker.run(f"crictl stopp {sandbox}") == f"Stopped sandbox {sandbox}\n"
    assert worker.run(f"crictl rmp {sandbox}") == f"Removed sandbox {sandbox}\n"
    worker.world.advance(20)
    pod = worker.pods("web")[0]
    assert pod["status"]["containerStatuses"][0]["restartCount"] == 1 and worker.ready("web") == 1
    assert any("SandboxChanged" in text for text in worker.events(pod["metadata"]["name"]))


def test_an_image_that_is_taken_away_is_pulled_anew(worker: Operator) -> None:
    assert "kube-proxy" not in worker.run("crictl rmi --prune")
    assert worker.run("crictl rmi nginx:1.29") == "Deleted: docker.io/library/nginx:1.29\n"
    assert worker.ready("web") == 1  # what runs goes on
    worker.run("crictl stop $(crictl ps -q --name main)")
    worker.world.advance(30)
    texts = list(worker.events(worker.pods("web")[0]["metadata"]["name"]))
    assert sum("Successfully pulled image" in text for text in texts) == 2


def test_a_followed_log_ends_with_its_container(worker: Operator) -> None:
    worker.world.machines.type("t", b"crictl logs -f $(crictl ps -q --name main)\r")
    worker.world.advance(3)
    pod = worker.pods("web")[0]
    worker.ask("DELETE", f"/api/v1/namespaces/default/pods/{pod['metadata']['name']}")
    assert "signal 3 (SIGQUIT)" in worker._wait(40)


# etcdctl


def test_etcd_as_it_was(etcd: Operator) -> None:
    etcd.run("kubectl create configmap c --from-literal=a=1")
    key = "/registry/configmaps/default/c"
    told = orjson.loads(etcd.run(f"etcdctl get {key} -w json"))
    revision = told["kvs"][0]["mod_revision"]
    assert told["header"]["revision"] >= revision and told["kvs"][0]["version"] == 1 and told["count"] == 1
    etcd.run('kubectl patch configmap c -p \'{"data":{"a":"2"}}\'')
    assert '"a":"2"' in etcd.run(f"etcdctl get {key} --print-value-only")
    assert '"a":"1"' in etcd.run(f"etcdctl get {key} --print-value-only --rev={revision}")
    assert etcd.run(f"etcdctl get {key} --rev={revision - 1}") == ""
    assert f'"CreateRevision" : {revision}' in etcd.run(f"etcdctl get {key} -w fields")
    assert "required revision is a future revision" in etcd.run(f"etcdctl get {key} --rev=999999")
    assert etcd.run(f"etcdctl compact {revision + 1}") == f"compacted revision {revision + 1}\n"
    assert "required revision has been compacted" in etcd.run(f"etcdctl get {key} --rev={revision}")


def test_etcd_sorts(etcd: Operator) -> None:
    for key, value in (("/x/b", "1"), ("/x/c", "3"), ("/x/a", "2")):
        etcd.run(f"etcdctl put {key} {value}")
    ask = "etcdctl get /x/ --prefix --keys-only"
    assert etcd.run(f"{ask} --order=DESCEND").split() == ["/x/c", "/x/b", "/x/a"]
    assert etcd.run(f"{ask} --sort-by=VALUE").split() == ["/x/b", "/x/a", "/x/c"]
    assert etcd.run("etcdctl get /x/a /x/c --keys-only").split() == ["/x/a", "/x/b"]
    assert etcd.run("etcdctl del /x/ --prefix --prev-kv").split() == ["3", "/x/b", "1", "/x/c", "3", "/x/a", "2"]


def test_etcd_is_watched(etcd: Operator) -> None:
    etcd.world.machines.type("t", b"etcdctl watch /registry/configmaps/default --prefix\r")
    etcd.world.advance(2)
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "seen"}}
    etcd.ask("POST", "/api/v1/namespaces/default/configmaps", body)
    etcd.world.advance(2)
    twin = World.restore(etcd.world.save())  # a watch is part of the world
    etcd.ask("DELETE", "/api/v1/namespaces/default/configmaps/seen")
    twin.advance(2)
    etcd.world.advance(2)
    etcd.world.machines.type("t", b"\x03")
    lines = etcd._wait(5).splitlines()
    place = lines.index("PUT")
    assert lines[place + 1] == "/registry/configmaps/default/seen"
    assert lines[lines.index("DELETE") + 1] == "/registry/configmaps/default/seen"
    assert twin.machines.processes.rows.keys() >= {("node/cp-1", 1)}


def test_keys_go_with_their_lease(etcd: Operator) -> None:
    granted = etcd.run("etcdctl lease grant 60")
    lease = granted.split()[1]
    assert granted == f"lease {lease} granted with TTL(60s)\n" and len(lease) == 16
    etcd.run(f"etcdctl put /l/a 1 --lease={lease}; echo -n 2 | etcdctl put /l/b --lease={lease}; etcdctl put /l/c 3")
    told = f"lease {lease} granted with TTL(60s), remaining(59s), attached keys([/l/a /l/b])\n"
    assert etcd.run(f"etcdctl lease timetolive {lease} --keys") == told
    assert f'"Lease" : {int(lease, 16)}\n' in etcd.run("etcdctl get /l/b -w fields")
    assert lease in etcd.run("etcdctl lease list")
    etcd.world.advance(40)
    assert etcd.run(f"etcdctl lease keep-alive {lease} --once") == f"lease {lease} keepalived with TTL(60)\n"
    etcd.run("etcdctl put /l/a -- -1")  # without a lease it has none
    forked, saved = etcd.world.fork(), World.restore(etcd.world.save())
    for world in (etcd.world, forked, saved):
        world.advance(61)
    assert forked.digest() == saved.digest()
    assert etcd.run("etcdctl get /l/ --prefix").split() == ["/l/a", "-1", "/l/c", "3"]
    assert "already expired" in etcd.run(f"etcdctl lease timetolive {lease}")
    assert etcd.run("etcdctl del /l/ --prefix") == "2\n"


def test_a_lease_is_kept_alive_until_it_is_revoked(etcd: Operator) -> None:
    lease = etcd.run("etcdctl lease grant 30").split()[1]
    etcd.run(f"etcdctl lease keep-alive {lease} > /tmp/kept &")
    etcd.world.advance(105)
    assert etcd.run(f"etcdctl lease revoke {lease}") == f"lease {lease} revoked\n"
    etcd.world.advance(12)
    *kept, last = [line for line in etcd.run("cat /tmp/kept").splitlines() if line.startswith("lease")]
    assert len(kept) == 11 and set(kept) == {f"lease {lease} keepalived with TTL(30)"}
    assert last == f"lease {lease} expired or revoked."


def test_a_transaction_takes_one_of_two_ways(etcd: Operator) -> None:
    etcd.run("etcdctl put /t/a old")
    lines = r"value(\"/t/a\") = \"old\"\nver(\"/t/b\") = \"0\"\n\nput /t/a \"a new one\"\nget /t/a\n\ndel /t/a\n\n"
    assert etcd.run(f"printf '{lines}' | etcdctl txn".replace('\\"', '"')) == "SUCCESS\n\nOK\n\n/t/a\na new one\n"
    assert etcd.run(f"printf '{lines}' | etcdctl txn".replace('\\"', '"')) == "FAILURE\n\n1\n"
    odd = etcd.run(r"""printf 'size("/t/a") > "3"\n\n\n\n' | etcdctl txn -i""")
    assert odd == 'compares:\nError: malformed comparison: size("/t/a") > "3" (unknown target size)\n'
    refused = etcd.run(r"printf '\nput /registry/a b\n\n\n' | etcdctl txn")
    assert "writing below /registry past the API server is not simulated" in refused


def test_members_agree_on_what_they_hold(etcd: Operator) -> None:
    place, digest, revision = etcd.run("etcdctl endpoint hashkv --cluster").strip().split(", ")
    assert (place, revision) == ("https://10.0.0.10:2379", str(etcd.cluster.store.revision))
    etcd.run("kubectl create configmap hashed")
    assert etcd.run(f"etcdctl endpoint hashkv --rev={revision}") == f"127.0.0.1:2379, {digest}, {revision}\n"
    assert f", {digest}, " not in etcd.run("etcdctl endpoint hashkv")
    assert '"hash_revision":' in etcd.run("etcdctl endpoint hashkv -w json")
    head = etcd.run("etcdctl endpoint hashkv -w table").splitlines()[1]
    assert [cell.strip() for cell in head.strip("|").split("|")] == ["ENDPOINT", "HASH", "HASH REVISION"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("etcdctl defrag", "Finished defragmenting etcd member[127.0.0.1:2379]. took"),
        ("etcdctl alarm list; echo $?", "0\n"),
        ("etcdctl endpoint status -w table", "|   3.7.0 |           3.7.0 |"),
        ("etcdctl endpoint status -w json", '"version":"3.7.0"'),
        ("etcdctl endpoint health -w table", "|   true | 9.801ms |"),
        ("etcdctl member list -w json", '"name":"cp-1"'),
        ("etcdctl member remove 0", "etcdserver: member not found"),
        ("etcdctl member add", "member name not provided"),
        ("etcdctl get a -w protobuf", "output format protobuf is not simulated"),
        ("etcdctl get a --sort-by=COLOUR", "bad sort target COLOUR"),
        ("etcdctl compact 1", "required revision has been compacted"),
        ("etcdctl elect x", 'unknown command "elect x" for "etcdctl", or one that is not simulated'),
        ("etcdctl get a -w table", "Error: table not supported as output format\n"),
        ("etcdctl get a -w yaml", "Error: unsupported output format\n"),
        ("etcdctl txn now", "Error: txn command does not accept argument\n"),
        ("etcdctl lease grant soon", 'Error: bad TTL (strconv.ParseInt: parsing "soon": invalid syntax)\n'),
        ("etcdctl lease grant 99999999999999999999", "Error: bad TTL (strconv.ParseInt: parsing"),
        ("etcdctl get a --rev=99999999999999999999", '"99999999999999999999": value out of range\n'),
        ("etcdctl lease grant 1", " granted with TTL(2s)\n"),
        ("etcdctl lease revoke 12", "Error: failed to revoke lease (etcdserver: requested lease not found)\n"),
        ("etcdctl lease timetolive 12", "lease 0000000000000012 already expired\n"),
        ("etcdctl lease keep-alive 12", "lease 0000000000000012 expired or revoked.\n"),
        ("etcdctl lease keep-alive 12 --once", "Error: etcdserver: requested lease not found\n"),
        (
            "etcdctl put a b --lease=zz",
            'Error: bad lease ID (strconv.ParseInt: parsing "zz": invalid syntax), expecting ID in Hex\n',
        ),
        ("etcdctl put a b --lease=12", "Error: etcdserver: requested lease not found\n"),
        ("etcdctl put nothing --ignore-value", "Error: etcdserver: key not found\n"),
        ("etcdctl move-leader 12", "Error: etcdserver: bad leader transferee\n"),
        (
            "etcdctl endpoint hashkv --rev=999999",
            "Failed to get the hash of endpoint 127.0.0.1:2379 (etcdserver: mvcc: required revision is a future revision)\n",
        ),
    ],
)
def test_etcd_upkeep(command: str, words: str, etcd: Operator) -> None:
    assert words in etcd.run(command)


def test_the_only_member_stays(etcd: Operator) -> None:
    member = etcd.run("etcdctl member list").partition(",")[0]
    assert "not enough started members" in etcd.run(f"etcdctl member remove {member}")


def test_a_member_goes_and_comes_back_empty() -> None:
    operator = Operator(lab(1, control_planes=3))
    operator.log_in("cp-1")
    operator.run(ETCD)
    member = next(line.partition(",")[0] for line in operator.run("etcdctl member list").splitlines() if "cp-3" in line)
    assert "removed from cluster" in operator.run(f"etcdctl member remove {member}")
    operator.world.advance(60)
    assert "cp-3" not in operator.run("etcdctl member list")
    log = operator.log("etcd-cp-3", "etcd")
    assert "the member has been permanently removed from the cluster" in log
    operator.stop("etcd", "cp-2")
    assert "etcdserver: request timed out" in operator.run("etcdctl member list")  # one of two is no majority
    operator.start("etcd", "cp-2")
    added = operator.run("etcdctl member add cp-3 --peer-urls=https://10.0.0.12:2380")
    assert 'ETCD_INITIAL_CLUSTER_STATE="existing"' in added
    assert "unstarted" in operator.run("etcdctl member list")
    operator.run("ssh cp-3 rm -r /var/lib/etcd/member")
    operator.world.advance(400)  # its container's back-off
    assert "unstarted" not in operator.run("etcdctl member list")
    operator.stop("etcd", "cp-2")
    assert "cp-3" in operator.run("etcdctl member list")  # two of three are


# journalctl and systemctl


@pytest.fixture
def broken() -> Operator:
    operator = Operator(lab(1))
    operator.log_in("node-1")
    operator.run("mv /var/lib/kubelet/config.yaml /root/; systemctl restart kubelet")
    operator.world.advance(5)
    return operator


@pytest.mark.parametrize(
    ("command", "there", "missing"),
    [
        ("journalctl -u kubelet -p err --no-pager", "failed to load kubelet config file", "Kubelet version"),
        ("journalctl -u kubelet -p 3..4 --no-pager", "failed to load kubelet config file", "Deactivated successfully"),
        ("journalctl -u kubelet -u containerd --no-pager", "containerd.service", "nothing"),
        ("journalctl -t containerd --no-pager", "level=info", "kubelet.service"),
        ("journalctl -u kubelet -o json -n 1", '"_SYSTEMD_UNIT":', "nothing"),
        ("journalctl -u kubelet -o cat -n 1", "kubelet", "node-1 systemd"),
        ("journalctl -u kubelet -o short-iso -n 1", "2026-11-02T09:0", "nothing"),
        ("journalctl -u kubelet --no-hostname -n 1", "systemd[1]:", "node-1 systemd"),
        ("journalctl -g 'fail(ed|ure) to load' -n 1", "failed to load", "nothing"),
        ("journalctl -g '('", "Bad pattern", "nothing"),
        ("journalctl -k", "kernel: Linux version", "kubelet"),
        ("journalctl -p loud", "Unknown log level loud", "nothing"),
        ("journalctl -o xml", "Unknown output 'xml'", "nothing"),
        ("systemctl status kubelet -n 0", "activating (auto-restart)", "failed to load"),
        ("systemctl show kubelet -p ActiveState,NRestarts", "ActiveState=activating\nNRestarts=0", "MainPID"),
        ("systemctl show kubelet -p SubState --value", "auto-restart", "SubState"),
        ("systemctl list-unit-files", "kubelet.service      enabled", "nothing"),
        ("systemctl is-active -q containerd; echo $?", "0", "active"),
        ("systemctl list-units --state=active --no-legend", "containerd.service", "UNIT"),
        ("systemctl restart kubelet --loud", "systemctl: unrecognized option '--loud'", "nothing"),
    ],
)  # fmt: skip
def test_what_the_services_say(command: str, there: str, missing: str, broken: Operator) -> None:
    shown = broken.run(command)
    assert there in shown and missing not in shown


def test_a_masked_service_does_not_start(worker: Operator) -> None:
    assert "→ /dev/null" in worker.run("systemctl mask --now kubelet")
    assert worker.run("systemctl is-enabled kubelet") == "masked\n"
    assert "Unit kubelet.service is masked." in worker.run("systemctl start kubelet")
    assert "masked (Reason: Unit kubelet.service is masked.)" in worker.run("systemctl status kubelet")
    worker.world.advance(60)
    assert worker.condition(worker.node("node-1"), "Ready") == "Unknown"
    worker.run("systemctl unmask kubelet; systemctl start kubelet")
    worker.world.advance(15)
    assert worker.condition(worker.node("node-1"), "Ready") == "True"
