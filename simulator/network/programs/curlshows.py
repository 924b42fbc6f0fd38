"""What curl shows: heads, the handshake, the progress meter, what `-w` asks for. Upstream: src/tool_writeout.c"""

from re import Match
from re import compile as pattern
from typing import Any
from urllib.parse import urlsplit

from simulator.kernel.clock import SECOND
from simulator.network.http1 import REASONS
from simulator.network.programs.answers import Answer
from simulator.network.programs.curloptions import Options
from simulator.runtime.images.httplog import http_date
from simulator.runtime.process import Process

METER = (
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n"
)


def handshake(answer: Answer, options: Options) -> list[str]:
    """What `-v` says of TLS."""
    lines = ["* ALPN: curl offers h2,http/1.1", "* TLSv1.3 (OUT), TLS handshake, Client hello (1):"]
    shown = answer.get("certificate")
    if shown is None:
        return lines
    subject, issuer, _, begins, ends, _, with_issuer = shown
    lines += ["* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384 / X25519MLKEM768 / ED25519"]
    lines += ["* Server certificate:"]
    lines += [f"*  subject: {subject.replace(' = ', '=').replace(', ', '; ')}"]
    lines += [f"*  start date: {http_date(begins, '%b %e %H:%M:%S %Y GMT')}"]
    lines += [f"*  expire date: {http_date(ends, '%b %e %H:%M:%S %Y GMT')}"]
    lines += [f"*  issuer: {issuer.replace(' = ', '=').replace(', ', '; ')}"]
    if options["insecure"]:
        why = "self-signed certificate (18)" if subject == issuer else "unable to get local issuer certificate (20)"
        if with_issuer:
            why = "self-signed certificate in certificate chain (19)"
        lines += [f"*  SSL certificate verify result: {why}, continuing anyway."]
    else:
        lines += ["*  SSL certificate verify ok."]
    return lines


def head_of(answer: Answer) -> list[str]:
    """The status line and the headers of a response, and the empty line after them."""
    reason = answer["reason"] or REASONS.get(answer["status"], "")
    lines = [f"HTTP/1.1 {answer['status']} {reason}"]
    for name, value in answer["headers"].items():
        lines.append(f"{'-'.join(word.capitalize() for word in name.split('-'))}: {value}")
    return [*lines, ""]


def meter(received: int, speed: int) -> str:
    """The progress meter of a transfer that is over."""
    start = "  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0"
    size = short(received)
    end = (
        f"100 {size:>5}  100 {size:>5}    0     0 {short(speed):>6}      0 --:--:-- --:--:-- --:--:-- {short(speed):>5}"
    )
    return f"{METER}\r{start}\r{end}\n"


def short(number: int) -> str:
    """A number of bytes in at most five characters."""
    if number < 100_000:
        return str(number)
    if number < 10_000 << 10:
        return f"{number >> 10}k"
    return f"{number / (1 << 20):4.1f}M"


VARIABLE = pattern(r"%\{([a-z_]+)\}")


def written_out(process: Process, form: str, code: int) -> str:
    """What `-w` writes."""
    state = process.state
    answer: Answer = state["answer"]
    total = (process.now - state["begun"]) / SECOND
    size = len(answer.get("body", b"")) if not answer["failure"] else 0
    known = {
        "http_code": f"{answer.get('status', 0):03d}",
        "response_code": f"{answer.get('status', 0):03d}",
        "size_download": str(size),
        "time_total": f"{total:.6f}",
        "time_connect": f"{min(total, 0.000250):.6f}",
        "time_namelookup": f"{min(total, 0.000120):.6f}",
        "time_starttransfer": f"{total:.6f}",
        "remote_ip": answer["address"],
        "remote_port": str(urlsplit(state["url"]).port or 80),
        "url_effective": state["url"] + ("/" if not urlsplit(state["url"]).path else ""),
        "url": state["first"],
        "num_redirects": str(state["hops"]),
        "content_type": answer.get("headers", {}).get("content-type", ""),
        "exitcode": str(code),
        "errormsg": "",
        "method": state["method"],
        "http_version": "1.1",
        "scheme": urlsplit(state["url"]).scheme,
        "local_ip": process.addresses()[0],
        "local_port": "43210",
        "size_upload": str(state.get("sent", 0)),
        "speed_download": str(int(size / max(total, 0.000001))),
        "time_pretransfer": f"{min(total, 0.000260):.6f}",
        "time_appconnect": "0.000000" if not state["url"].startswith("https") else f"{min(total, 0.001):.6f}",
        "time_redirect": "0.000000",
        "num_connects": "1",
        "ssl_verify_result": "0",
        "redirect_url": answer.get("headers", {}).get("location", ""),
    }

    def value(found: Match[str]) -> Any:
        if found[1] not in known:
            process.error(f"curl: unknown --write-out variable: '{found[1]}'")
        return known.get(found[1], "")

    form = VARIABLE.sub(value, form)
    return form.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r").replace("%%", "%")
