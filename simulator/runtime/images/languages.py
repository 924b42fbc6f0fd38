"""Language images: their tools say honestly what the lab runs of them. Upstream: the official Docker images"""

import re
from functools import lru_cache

from simulator.runtime.errors import OSFailure
from simulator.runtime.images.base import ALPINE, DEBIAN
from simulator.runtime.images.catalogue import layer, repository
from simulator.runtime.images.httplog import http_date
from simulator.runtime.images.web import HTML, Answer, Asked, WebServer
from simulator.runtime.nodes import executable
from simulator.runtime.process import Process
from simulator.runtime.programs import Exec, Exit, Outcome, Program, program

VERSIONS = {
    "python": "PYTHON_VERSION",
    "node": "NODE_VERSION",
    "go": "GOLANG_VERSION",
    "ruby": "RUBY_VERSION",
    "java": "JAVA_VERSION",
}
PRINTS = re.compile(r"""^\s*(?:print|console\.log|puts)\s*\(?\s*(["'])(.*)\1\s*\)?;?\s*$""", re.DOTALL)


def explain(process: Process) -> int:
    process.error(
        f"{process.name}: the lab does not run {process.name} programs; it prints constant text (-c, -e) and versions"
    )
    return 1


@program("python", "python3", "node", "go", "ruby", "java")
class Interpreter(WebServer):
    """Versions, programs that print one text, and `python -m http.server`."""

    resident = 18 << 20

    def start(self, process: Process) -> Outcome:
        words = list(process.argv[1:])
        name = process.name.rstrip("3")
        version = process.env.get(VERSIONS.get(name, ""), "").partition("-")[0]
        if words[:1] in (["--version"], ["-V"], ["-v"], ["version"], ["-version"]):
            process.print(
                {"python": f"Python {version}", "node": f"v{version}", "go": f"go version go{version} linux/amd64"}.get(
                    name, f"{name} {version}"
                )
            )
            return Exit(0)
        if words[:2] == ["-m", "http.server"] and name == "python":
            return super().start(process)
        if words[:1] in (["-c"], ["-e"], ["-p"]) and len(words) > 1:
            found = PRINTS.match(words[1])
            if found:
                process.print(found[2])
                return Exit(0)
        return Exit(explain(process))

    def listening(self, process: Process) -> tuple[int, ...]:
        numbers = [word for word in process.argv[3:] if word.isdecimal()]
        return (int(numbers[0]) if numbers else 8000,)

    def begin(self, process: Process) -> int | None:
        port = self.listening(process)[0]
        process.print(f"Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ...")
        return None

    def answer(self, process: Process, asked: Asked) -> Answer:
        path = process.files.absolute("." + asked.path)
        node = process.files.find(path)
        body, status = "", 200
        if node is not None and node["kind"] == "directory":
            items = "".join(f'<li><a href="{name}">{name}</a></li>\n' for name in process.files.names(path))
            body = (
                f'<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<title>Directory listing for {asked.path}'
                f"</title>\n</head>\n<body>\n<ul>\n{items}</ul>\n</body>\n</html>\n"
            )
        elif node is None:
            body, status = (
                '<!DOCTYPE HTML>\n<html lang="en"><body><h1>Error response</h1><p>Error code: 404</p></body></html>\n',
                404,
            )
        stamp = http_date(process.now, "%d/%b/%Y %H:%M:%S")
        process.error(f'{asked.request.source} - - [{stamp}] "{asked.method} {asked.path} HTTP/1.1" {status} -')
        return Answer(body or node["content"] if node is not None else body, status, HTML)


@program("perl")
class Perl(Program):
    """`perl -Mbignum=bpi -wle 'print bpi(N)'`, the Job of the Kubernetes documentation."""

    def start(self, process: Process) -> Outcome:
        line = " ".join(process.argv[1:])
        found = re.search(r"print bpi\((\d+)\)", line)
        if found and int(found[1]) <= 10_000:
            process.print(pi(int(found[1])))
            return Exit(0)
        return Exit(explain(process))


@lru_cache(maxsize=8)
def pi(digits: int) -> str:
    """Pi to that many digits, by Machin's formula."""
    unit: int = 10 ** (digits + 10)

    def arctangent(inverse: int) -> int:
        term: int = unit // inverse
        total: int = term
        square, number, sign = inverse * inverse, 3, -1
        while term:
            term //= square
            total += sign * (term // number)
            number, sign = number + 2, -sign
        return total

    value = 4 * (4 * arctangent(5) - arctangent(239))
    text = str((value + 5 * 10**10) // 10**11)
    return f"{text[0]}.{text[1:]}"


def language(name: str, command: str, tags: dict[str, str], size: int, *programs: str) -> None:
    """Register one language image."""
    files = {f"/usr/local/bin/{one}": executable(one) for one in (command, *programs)}
    variable = VERSIONS.get(command.rstrip("3"), "PERL_VERSION")
    repository(
        f"docker.io/library/{name}",
        tags,
        size,
        (DEBIAN, layer(f"language-{name}", files)),
        command=(command,),
        env={variable: "{version}"},
    )


language("python", "python3", {"3.14": "3.14.1", "3.13": "3.13.10", "3.12": "3.12.12", "3": "3.14.1",
"3.13-slim": "3.13.10-slim",
         "3.12-slim": "3.12.12-slim", "3-alpine": "3.14.1-alpine", "slim": "3.14.1-slim", "latest": "3.14.1"},
         361_000_000, "python")  # fmt: skip
language(
    "node",
    "node",
    {
        "24": "24.11.1",
        "22": "22.21.1",
        "20": "20.19.6",
        "lts": "24.11.1",
        "alpine": "25.2.1-alpine",
        "22-alpine": "22.21.1-alpine",
        "latest": "25.2.1",
    },
    387_000_000,
)
language(
    "golang",
    "go",
    {"1.25": "1.25.4", "1.24": "1.24.10", "1": "1.25.4", "alpine": "1.25.4-alpine", "latest": "1.25.4"},
    301_000_000,
)
language("ruby", "ruby", {"3.4": "3.4.7", "3": "3.4.7", "latest": "3.4.7"}, 345_000_000)
language(
    "perl",
    "perl",
    {"5.34.0": "5.34.0", "5.34": "5.34.3", "5.42": "5.42.0", "5": "5.42.0", "latest": "5.42.0"},
    336_000_000,
)
repository("docker.io/curlimages/curl", {"8.17.0": "8.17.0", "8.16.0": "8.16.0", "8.14.1": "8.14.1", "8.9.1": "8.9.1",
"8.5.0": "8.5.0", "latest": "8.17.0"},
           8_900_000, (ALPINE, layer("curl", {"/usr/bin/curl": executable("curl"),
           "/entrypoint.sh": executable("curl-entrypoint")})),
           entrypoint=("/entrypoint.sh",), command=("curl",), user=100)  # fmt: skip
repository(
    "docker.io/alpine/curl", {"latest": "8.17.0", "8.17.0": "8.17.0"}, 6_100_000, (ALPINE, "curl"), entrypoint=("curl",)
)
repository(
    "docker.io/nicolaka/netshoot", {"v0.14": "v0.14", "v0.13": "v0.13", "latest": "v0.14"}, 178_000_000,
    (ALPINE, layer("netshoot", {f"/usr/bin/{one}": executable(one) for one in ("curl", "dig", "host", "bash",
    "traceroute")})),
    command=("bash",),
)  # fmt: skip
repository("registry.k8s.io/e2e-test-images/jessie-dnsutils", {"1.7": "1.7", "1.3": "1.3"}, 83_000_000,
           (DEBIAN, layer("dnsutils", {f"/usr/bin/{one}": executable(one) for one in ("nslookup", "dig", "host",
           "curl")})), command=("sleep", "infinity"))  # fmt: skip


@program("curl-entrypoint")
class CurlEntrypoint(Program):
    """Words that are no program are curl's."""

    def start(self, process: Process) -> Outcome:
        words = process.argv[1:]
        try:
            process.find_program(words[0] if words and not words[0].startswith("-") else "curl-options")
        except OSFailure:
            return Exec(("curl", *words))
        return Exec(tuple(words))
