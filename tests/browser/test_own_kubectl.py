"""The learner's own kubectl against the running site: what it shows is what ours shows, command by command."""

import os
import re
import subprocess
import sys
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from time import time_ns
from urllib.parse import urlsplit

import pytest
import requests
import yaml

from simulator.api.requests import Request, Response
from simulator.spec import lab
from simulator.world import World
from tests.browser.conftest import Site
from tests.fidelity.kubectl import alike
from tests.kubectl.support import MemoryTerminal, Ran
from tests.kubectl.transcripts import CORPUS, Step, read, shown

KUBECTL = Path(sys.executable).with_name("kubectl")
TRANSCRIPT = "create"
"""Its commands need no time to pass: the site's time is real."""
LEAST = 150


class Guest:
    """A visitor with a sandbox of their own."""

    def __init__(self, site: Site) -> None:
        self.session = requests.Session()
        self.address = site.address
        home = self.session.get(f"{site.address}/en/").text
        self.page = self.post("/en/start/", home, next="/en/lessons/first-pod/")

    def post(self, path: str, page: str, **fields: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert found
        fields["csrfmiddlewaretoken"] = found[1]
        answer = self.session.post(self.address + path, fields, headers={"Referer": self.address + "/"})
        assert answer.status_code == 200, answer.text[:500]
        return answer.text

    def kubeconfig(self) -> str:
        """What *Use my own kubectl* gives."""
        found = re.search(r"/sandboxes/[0-9a-f-]+/own-tools/", self.page)
        assert found
        path = found[0]
        tools = self.session.get(f"{self.address}/en{path}").text
        return self.post(f"/en{path.replace('own-tools', 'kubeconfig')}", tools)


@dataclass
class HttpTerminal(MemoryTerminal):
    """Our kubectl, speaking to the site over HTTPS with the files of a kubeconfig."""

    authority: str = ""
    pair: tuple[str, str] = ("", "")

    @property
    def now(self) -> int:
        return time_ns() // 1000

    def call(self, server: str, request: Request) -> Response:
        url = server + request.url.removeprefix(urlsplit(server).path)
        answer = requests.request(
            request.method,
            url,
            headers=request.headers,
            data=request.body,
            timeout=20,
            verify=self.authority,
            cert=self.pair,
        )
        headers = {name.lower(): value for name, value in answer.headers.items()}
        is_json = headers.get("content-type", "").startswith("application/json")
        return Response(answer.status_code, answer.json() if is_json else answer.content, headers)


@pytest.fixture
def own(site: Site, tmp_path: Path) -> Path:
    """The home folder of somebody who has downloaded their kubeconfig."""
    folder = tmp_path / ".kube"
    folder.mkdir()
    (folder / "config").write_text(Guest(site).kubeconfig())
    return tmp_path


@pytest.fixture
def ours(site: Site, own: Path) -> HttpTerminal:
    """Our kubectl, at the sandbox of somebody else, in a home folder of the same name."""
    config = Guest(site).kubeconfig()
    read = yaml.safe_load(config)
    cluster, user = read["clusters"][0]["cluster"], read["users"][0]["user"]
    files = []
    for held, field in ((cluster, "certificate-authority"), (user, "client-certificate"), (user, "client-key")):
        path = own / f"{field}.pem"
        path.write_bytes(b64decode(held[f"{field}-data"]))
        files.append(str(path))
    home = {f"{own}/.kube/config": config.encode()}
    return HttpTerminal(
        World.boot(lab(1)), home, str(own), cluster["server"], authority=files[0], pair=(files[1], files[2])
    )


def real(home: Path, step: Step) -> Ran:
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "UTC"}
    ran = subprocess.run(
        [str(KUBECTL), *step.words], input=step.stdin.encode(), capture_output=True, env=env, cwd=home, timeout=30
    )
    return Ran(ran.stdout.decode(), ran.stderr.decode(), ran.returncode)


def test_both_programs_show_the_same_on_the_running_site(own: Path, ours: HttpTerminal) -> None:
    played, differences = 0, []
    for step in read(CORPUS / f"{TRANSCRIPT}.txt"):
        if step.file:
            ours.write_file(step.file, step.stdin.encode())
            (own / step.file).parent.mkdir(parents=True, exist_ok=True)
            (own / step.file).write_text(step.stdin)
        elif step.is_command:
            played += 1
            mine, theirs = ours.run(step.words, step.stdin), real(own, step)
            if not alike(step, mine, theirs):
                pages = [shown(ran.out, ran.err, ran.code) for ran in (mine, theirs)]
                differences.append(f"$ {step.line}\n--- ours\n{pages[0]}\n--- the real one\n{pages[1]}")
    assert not differences, "\n".join(differences)
    assert played >= LEAST


def test_personas_work_with_their_own_credentials(own: Path) -> None:
    """A learner makes users beside the administrator: an account with a token, whom RBAC lets do no more than granted."""

    def kubectl(line: str) -> str:
        ran = real(own, Step(f"kubectl {line}"))
        return ran.out + ran.err

    assert kubectl("auth whoami -o jsonpath={.status.userInfo.username}") == "kubernetes-admin"
    kubectl("create serviceaccount deployer")
    token = kubectl("create token deployer").strip()
    kubectl(f"config set-credentials deployer --token={token}")
    cluster = kubectl("config view -o jsonpath={.clusters[0].name}")
    kubectl(f"config set-context deployer --cluster={cluster} --user=deployer")
    assert kubectl("--context deployer get deployments") == (
        'Error from server (Forbidden): deployments.apps is forbidden: User "system:serviceaccount:default:deployer" '
        'cannot list resource "deployments" in API group "apps" in the namespace "default"\n'
    )
    kubectl("create rolebinding deployer --clusterrole=edit --serviceaccount=default:deployer")
    assert kubectl("--context deployer create deployment web --image=nginx") == "deployment.apps/web created\n"
    assert kubectl("--context deployer auth can-i delete nodes").startswith("no\n")
