"""What a person does at the terminal of a whole world, key by key."""

import pytest

from tests.world.terminal import PROMPT, Person

CTRL_C, CTRL_D, ESCAPE = "\x03", "\x04", "\x1b"


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def web(person: Person) -> Person:
    person.run("kubectl create deployment web --image=nginx:1.27 --replicas=2")
    assert "condition met" in person.run("kubectl wait --for=condition=Available deployment/web --timeout=90s", 100)
    return person


@pytest.mark.parametrize(
    "editor, keys",
    [
        ("vi", "/replicas\rwwcw3" + ESCAPE + ":wq\r"),
        ("vi", ":%s/replicas: 2/replicas: 3/\r:wq\r"),
        ("nano", "\x17replicas: 2\r" + "\x1b[C" * 10 + "\x1b[3~3\x0f\r\x18"),
    ],
)
def test_editing_a_manifest(person: Person, editor: str, keys: str) -> None:
    person.run("kubectl create deployment web --image=nginx:1.27 --replicas=2 --dry-run=client -o yaml > web.yaml")
    person.type(f"{editor} web.yaml\r")
    assert person.type(keys).endswith(PROMPT)
    assert person.run("kubectl apply -f web.yaml") == "deployment.apps/web created\n"
    assert person.run("kubectl get deployment web -o jsonpath='{.spec.replicas}'") == "3"


def test_kubectl_edit_with_vi(web: Person) -> None:
    assert "# Please edit the object below" in web.type("kubectl edit deployment/web\r", 1)
    assert "deployment.apps/web edited" in web.type("/replicas: 2\rwwcw4" + ESCAPE + ":wq\r", 1)
    assert web.run("kubectl get deployment web -o jsonpath='{.spec.replicas}'") == "4"
    web.type("kubectl edit deployment/web\r", 1)
    assert "Edit cancelled, no changes made." in web.type(":q\r", 1)


def test_a_shell_in_a_pod(web: Person) -> None:
    assert web.type("kubectl exec -it deploy/web -- sh\r", 1).endswith("# ")
    assert web.type("hostname\r").split("\n")[1].startswith("web-")
    assert "nginx.conf" in web.type("ls /etc/nginx\r")
    web.type("sleep 100\r")
    assert web.type(CTRL_C).endswith("# ")
    assert web.type(CTRL_D, 2).endswith(PROMPT)
    web.type("kubectl exec -it deploy/web -- sh\r", 1)
    assert "command terminated with exit code 3" in web.type("exit 3\r", 2)


def test_input_through_kubectl_run(person: Person) -> None:
    shown = person.run("echo hello | kubectl run -i --rm x --image=busybox --restart=Never -- cat")
    assert "hello\n" in shown and 'pod "x" deleted' in shown


def test_watch_and_leave(web: Person) -> None:
    assert "Every 2.0s: kubectl get pods" in web.type("watch kubectl get pods\r", 5)
    assert web.type(CTRL_C).endswith(PROMPT)
    assert web.run("echo $?") == "0\n"


def test_less_on_a_long_file(person: Person) -> None:
    person.run("seq 1 1000 > numbers")
    assert "\n29\nnumbers" in person.type("less numbers\r")
    assert "58\n" in person.type(" ")
    assert "1000\n" in person.type("G")
    assert "500\n" in person.type("g/^500$\r")
    assert person.type("q").endswith(PROMPT)


@pytest.mark.parametrize(
    "typed, shown",
    [
        ("kubectl get nod\t", "nodes"),  # and nodes.metrics.k8s.io
        ("kubectl get deployment w\t", "web "),
        ("kubectl describe nod\t", "nodes"),
        ("kubectl get deploym\t", "deployments.apps "),
        ("kubectl logs deploy/w\t", "deploy/web "),
        ("kubectl -n kube-s\t", "kube-system "),
        ("kubectl roll\t", "rollout "),
        ("kubectl rollout st\t", "status "),
        ("kubectl get pods --all-n\t", "--all-namespaces "),
        ("kubectl get deployment/w\t", "deployment/web "),
    ],
)
def test_tab(web_once: Person, typed: str, shown: str) -> None:
    offered = web_once.type(typed)
    web_once.type(CTRL_C)
    assert offered.endswith(shown)


@pytest.fixture(scope="module")
def web_once() -> Person:
    person = Person()
    person.run("kubectl create deployment web --image=nginx:1.27")
    return person


@pytest.mark.parametrize("line", ["kubectl describe nodes", "kubectl get all -A", "kubectl describe svc -A"])
def test_what_only_looks_is_answered_in_the_same_moment(person: Person, line: str) -> None:
    """What it costs is far from a window's share, though it asks for many objects."""
    assert person.type(f"{line}\r", 0.01).endswith(PROMPT)
