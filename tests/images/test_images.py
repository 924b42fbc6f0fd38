"""What the images of the catalogue do."""

import pytest

from simulator.runtime.images import PullError, pull
from simulator.runtime.images.catalogue import REPOSITORIES
from simulator.world import World
from tests.kubelet.support import (
    Object,
    address,
    command,
    container,
    execute,
    logs,
    new_world,
    pod,
    reason,
    run,
    stored,
)


@pytest.fixture
def world() -> World:
    return new_world()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("nginx:nope", "docker.io/library/nginx:nope: not found", id="no such tag"),
        pytest.param("nobody/nothing", "pull access denied, repository does not exist or may require authorization", id="no such image"),
        pytest.param("registry.example.com/x:1", "lookup registry.example.com on 10.0.0.2:53: no such host", id="no such registry"),
        pytest.param("Nginx", "repository name must be lowercase", id="no such name"),
    ],
)  # fmt: skip
def test_a_pull_that_fails_says_why(name: str, words: str) -> None:
    with pytest.raises(PullError) as failure:
        pull(name)
    assert words in str(failure.value)


def test_tags_of_one_version_are_one_image() -> None:
    assert pull("nginx").id == pull("docker.io/library/nginx:1.29.3").id != pull("nginx:1.28").id
    assert pull("docker.io/nginx") == pull("index.docker.io/nginx") == pull("nginx")
    assert pull("kubelab/web:stable").digest == pull("kubelab/web:1.1").digest


@pytest.mark.parametrize(
    ("obj", "words"),
    [
        pytest.param(pod("p", "postgres:17"), "Error: Database is uninitialized and superuser password is not specified.", id="postgres"),
        pytest.param(pod("p", "mysql:8.4"), "Database is uninitialized and password option is not specified", id="mysql"),
        pytest.param(pod("p", "kubelab/web:1.0", env=[{"name": "NEEDS", "value": "A,B"}, {"name": "A", "value": "1"}]),
                     "error: missing required environment variable: B", id="kubelab/web"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_before_the_end(world: World, obj: Object, words: str) -> None:
    run(world, obj, 10)
    assert words in logs(world, "p")
    assert container(world, "p")["lastState"]["terminated"]["exitCode"] == 1


@pytest.mark.parametrize(
    ("obj", "port", "path", "text"),
    [
        pytest.param(pod("p", "httpd:2.4"), 80, "/", "<html><body><h1>It works!</h1></body></html>\n", id="httpd"),
        pytest.param(pod("p", "gcr.io/google-samples/hello-app:2.0"), 8080, "/", "Hello, world!\nVersion: 2.0.0\nHostname: p\n", id="hello-app"),
        pytest.param(pod("p", "hashicorp/http-echo", args=["-text=hi", "-listen=:80"]), 80, "/", "hi\n", id="http-echo"),
        pytest.param(pod("p", "registry.k8s.io/e2e-test-images/agnhost:2.56", args=["netexec"]), 8080, "/echo?msg=x", "x", id="agnhost"),
        pytest.param(pod("p", "kubelab/web:1.1-bad"), 8080, "/ready", "not ready\n", id="kubelab/web:1.1-bad"),
        pytest.param(pod("p", "kubelab/web:1.0", env=[{"name": "BASE_PATH", "value": "/blog"}]), 8080, "/blog/ready", "ready\n", id="kubelab/web below a path"),
        pytest.param(pod("p", "kubelab/web:1.0", env=[{"name": "BASE_PATH", "value": "/blog"}]), 8080, "/ready", "404 page not found\n", id="kubelab/web beside its path"),
        pytest.param(pod("p", "kubelab/db:1.0"), 8080, "/", '{"pod":"p","role":"primary","keys":0}\n', id="kubelab/db"),
    ],
)  # fmt: skip
def test_a_server_answers(world: World, obj: Object, port: int, path: str, text: str) -> None:
    run(world, obj)
    run(world, pod("c", "kubelab/shell:1.0"), 15)
    assert execute(world, "c", "curl", "-s", f"{address(world, 'p')}:{port}{path}") == (text, 0)


NGINX = """server {
    listen 8080;
    location = /hi { return 200 "hi from $hostname\\n"; }
    location /old { return 301 /new; }
    location / { root /srv; try_files $uri $uri/ =404; }
}
"""


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/hi", "hi from p\n200"), ("/old", "301"), ("/none", "404")],
)
def test_nginx_reads_its_configuration(world: World, path: str, shown: str) -> None:
    script = f"cat > /etc/nginx/conf.d/default.conf <<'E'\n{NGINX}\nE\nexec nginx -g 'daemon off;'"
    run(world, pod("p", "nginx:1.29", "sh", "-c", script), 10)
    text, _ = execute(world, "p", "curl", "-s", "-w", "%{http_code}", f"localhost:8080{path}")
    assert text.endswith(shown)


def test_nginx_refuses_what_it_does_not_know(world: World) -> None:
    script = "echo 'server { lisen 80; }' > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'"
    run(world, pod("p", "nginx:1.29", "sh", "-c", script), 8)
    assert 'nginx: [emerg] unknown directive "lisen" in /etc/nginx/conf.d/default.conf:1' in logs(world, "p")


def test_redis_keeps_values_and_finds_them_again_on_its_volume(world: World) -> None:
    volume = {"volumes": [{"name": "d", "emptyDir": {}}]}
    run(world, pod("p", "redis:8", spec=volume, volumeMounts=[{"name": "d", "mountPath": "/data"}]), 10)
    assert execute(world, "p", "redis-cli", "set", "a", "b") == ("OK\n", 0)
    assert execute(world, "p", "redis-cli", "incr", "n") == ("1\n", 0)
    execute(world, "p", "redis-cli", "lpush", "l", "x", "y")
    execute(world, "p", "sh", "-c", "kill 1")
    world.advance(10)
    assert container(world, "p")["restartCount"] == 1
    assert execute(world, "p", "redis-cli", "get", "a") == ("b\n", 0)
    assert execute(world, "p", "redis-cli", "lrange", "l", "0", "-1") == ("y\nx\n", 0)


def test_kubelab_web_breaks_and_exits_on_request(world: World) -> None:
    probe = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 2}
    run(world, pod("p", "kubelab/web:2.0", livenessProbe=probe))
    run(world, pod("c", "kubelab/shell:1.0"), 15)
    execute(world, "c", "curl", "-s", "-X", "POST", f"{address(world, 'p')}:8080/break?what=health")
    world.advance(15)
    assert container(world, "p")["restartCount"] == 1
    execute(world, "c", "curl", "-s", "-X", "POST", f"{address(world, 'p')}:8080/exit?code=7")
    world.advance(0.2)
    assert container(world, "p")["state"]["terminated"]["exitCode"] == 7


def test_kubelab_web_cannot_serve_without_its_upstream(world: World) -> None:
    run(world, pod("p", "kubelab/web:1.0", env=[{"name": "UPSTREAM", "value": "http://10.244.9.9:8080"}]))
    run(world, pod("q", "kubelab/web:1.0", args=["--level=debug"]))
    run(world, pod("c", "kubelab/shell:1.0"), 15)
    asked = ("curl", "-s", "-w", " %{http_code}")
    body, _ = execute(world, "c", *asked, f"{address(world, 'p')}:8080/")
    assert body.endswith(" 502") and '"error":' in body
    assert execute(world, "c", *asked, f"{address(world, 'p')}:8080/ready")[0] == "ready\n 200"
    body, _ = execute(world, "c", *asked, f"{address(world, 'q')}:8080/")
    assert '"config":{"greeting":"","level":"debug"}' in body and body.endswith(" 200")


def test_batch_counts_its_steps(world: World) -> None:
    env = [{"name": "STEPS", "value": "2"}, {"name": "STEP_SECONDS", "value": "2"}, {"name": "EXIT", "value": "4"}]
    run(world, pod("p", "kubelab/batch:1.0", env=env, spec={"restartPolicy": "Never"}), 12)
    assert logs(world, "p") == "step 1/2\nstep 2/2\nfailed with code 4\n"
    assert reason(world, "p") == "Error"


def test_kubectl_in_a_pod_is_its_service_account(world: World) -> None:
    script = "kubectl config view -o jsonpath='{.contexts}'; kubectl get pods; kubectl auth whoami -o jsonpath='{.status.userInfo.username}'"
    run(world, pod("p", "alpine/k8s:1.37.0", args=["sh", "-c", script]), 30)
    said = logs(world, "p")
    assert 'User "system:serviceaccount:default:default" cannot list resource "pods"' in said
    assert said.endswith("system:serviceaccount:default:default")


DESCRIBED = [
    pytest.param("rabbitmq:4", 15672, "/api/healthchecks/node", '{"status":"ok"}', id="rabbitmq"),
    pytest.param("nats:2.12", 8222, "/healthz", '{"status":"ok"}', id="nats"),
    pytest.param("fluent/fluent-bit:4.2", 2020, "/api/v1/health", "ok\n", id="fluent-bit"),
    pytest.param("gcr.io/google-samples/kubernetes-bootcamp:v1", 8080, "/", "Hello Kubernetes bootcamp! | Running on: p | v=1\n", id="bootcamp"),
    pytest.param("nginxdemos/hello:plain-text", 80, "/x", "URI: /x", id="hello"),
    pytest.param("mongo-express", 8081, "/status", '{"status":"ok"}', id="mongo-express"),
]  # fmt: skip


@pytest.mark.parametrize(("image", "port", "path", "text"), DESCRIBED)
def test_a_described_image_serves(world: World, image: str, port: int, path: str, text: str) -> None:
    run(world, pod("p", image), 25)
    assert reason(world, "p") == "Running"
    out, _ = command(world, "workstation", "curl", "-s", f"http://{address(world, 'p')}:{port}{path}")
    assert text in out


def test_every_described_image_starts() -> None:
    """Those that insist on something say so; the others run, and end when they are asked to."""
    world = new_world()
    names = [name for name, known in REPOSITORIES.items() if any(one.startswith("described/") for one in known.layers)]
    assert len(names) > 20
    for number, name in enumerate(names):
        tag = next(iter(REPOSITORIES[name].tags))
        run(world, pod(f"p{number}", f"{name}:{tag}"))
    world.advance(120)
    seen = {name: reason(world, f"p{number}") for number, name in enumerate(names)}
    assert [name for name, what in seen.items() if what != "Running"] == [
        "us-central1-docker.pkg.dev/google-samples/microservices-demo/frontend", "gcr.io/google-samples/microservices-demo/frontend",
    ]  # fmt: skip
    frontend = next(number for number, name in enumerate(names) if name.endswith("microservices-demo/frontend"))
    assert 'environment variable "PRODUCT_CATALOG_SERVICE_ADDR" not set' in logs(world, f"p{frontend}")


def test_the_clients_of_described_servers(world: World) -> None:
    run(world, pod("p", "rabbitmq:4"), 5)
    assert execute(world, "p", "rabbitmq-diagnostics", "-q", "ping") == (
        "rabbitmq-diagnostics: the server does not answer\n",
        1,
    )
    world.advance(15)
    assert execute(world, "p", "rabbitmq-diagnostics", "-q", "ping") == ("Ping succeeded\n", 0)
    words, code = execute(world, "p", "rabbitmqctl", "purge_queue", "x")
    assert code == 1 and "of this program the lab knows" in words


def test_a_writer_fills_what_it_is_given(world: World) -> None:
    volumes = {"volumes": [{"name": "d", "emptyDir": {"sizeLimit": "50Mi"}}]}
    mounts = [{"name": "d", "mountPath": "/data"}]
    fast = [{"name": "WRITE_MI_PER_MIN", "value": "60"}]
    run(world, pod("p", "kubelab/writer:1.0", spec=volumes, volumeMounts=mounts, env=fast))
    run(
        world,
        pod(
            "q",
            "kubelab/writer:1.0",
            spec=volumes,
            volumeMounts=mounts,
            env=[*fast, {"name": "ROTATE_MI", "value": "20"}],
        ),
    )
    world.advance(120)
    assert stored(world, "p")["status"]["reason"] == "Evicted"
    assert reason(world, "q") == "Running"
