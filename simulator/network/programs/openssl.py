"""openssl as far as TLS for Services needs it: make, show and fetch certificates. Upstream: openssl-req(1)

Keys are Ed25519 whatever `-newkey` asks for; it says so.
"""

from base64 import b64encode
from collections.abc import Iterator

from simulator.kernel.clock import SECOND
from simulator.network.certificates import make, read
from simulator.network.programs.opensslrequests import generate, request, show
from simulator.runtime.errors import OSFailure
from simulator.runtime.images.httplog import http_date
from simulator.runtime.network import Certificate, HttpRequest, NameNotFound, NetworkFailure, NotEncrypted, Refused
from simulator.runtime.process import Process
from simulator.runtime.programs import command

VERSION = "OpenSSL 3.5.4 30 Sep 2025 (Library: OpenSSL 3.5.4 30 Sep 2025)"
PATIENCE = 10 * SECOND
DATES = "%b %e %H:%M:%S %Y GMT"
WITH_VALUE = (
    "-newkey", "-days", "-keyout", "-out", "-subj", "-addext", "-in", "-ext", "-checkend", "-connect", "-servername",
    "-key", "-algorithm", "-pkeyopt", "-hex", "-base64", "-config", "-extensions", "-sha256", "-CAfile",
)  # fmt: skip
KNOWN = "genrsa, genpkey, req, x509, s_client, rand and version"
BARE = ("-hex", "-base64", "-sha256")


@command("openssl")
def openssl(process: Process) -> int:
    words = list(process.argv[1:])
    verb = words[0] if words else "help"
    if verb == "version":
        process.print(VERSION)
        return 0
    run = {"req": req, "x509": x509, "s_client": s_client, "rand": rand, "genrsa": key, "genpkey": key}.get(verb)
    if run is None:
        process.error(f"openssl {verb} is not simulated; {KNOWN} are")
        return 1
    return run(process, options_of(words[1:]))


def options_of(words: list[str]) -> dict[str, list[str]]:
    """Each option with the values it was given; what is no option is under ""."""
    found: dict[str, list[str]] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        takes = word in WITH_VALUE and word not in BARE
        if not word.startswith("-"):
            found.setdefault("", []).append(word)
        else:
            found.setdefault(word, []).append(left.pop(0) if takes and left else "")
    return found


def req(process: Process, options: dict[str, list[str]]) -> int:
    """`req -x509 -newkey … -nodes -keyout … -out … -subj /CN=…`: a self-signed certificate and its key."""
    if "-in" in options:
        return shown_request(process, options)
    names = tuple(name for extension in options.get("-addext", ()) for name in names_in(extension))
    if "-new" in options and "-x509" not in options:
        return request(process, options, names, drawn(process, 32))
    if "-x509" not in options or "-newkey" not in options:
        process.error("openssl req: what is simulated is req -new, req -in and req -x509 -newkey …")
        return 1
    subject = options.get("-subj", [""])[-1]
    if "=" not in subject:
        process.error("openssl req: the questions are not simulated; give the subject with -subj, as in -subj /CN=NAME")
        return 1
    days = options.get("-days", ["30"])[-1]
    seed = drawn(process, 32)
    try:
        pem, private = make(seed, subject, names, process.now, int(days) if days.isdecimal() else 30)
    except ValueError as problem:
        process.error(f"openssl req: {problem}")
        return 1
    process.error("note: the lab makes Ed25519 keys, whatever -newkey asks for\n-----")
    for option, content, mode in (("-keyout", private, 0o600), ("-out", pem, 0o644)):
        path = options.get(option, [""])[-1]
        if not path:
            process.write(1, content)
            continue
        process.files.write(path, content)
        process.files.change(path, mode=mode)
    return 0


def shown_request(process: Process, options: dict[str, list[str]]) -> int:
    path = options["-in"][-1]
    try:
        return show(process, options, process.files.text(path), path)
    except OSFailure as failure:
        process.error(f"Could not open file or uri for loading certificate request from {path}: {failure.words}")
        return 1


def key(process: Process, options: dict[str, list[str]]) -> int:
    return generate(process, options, drawn(process, 32))


def names_in(extension: str) -> Iterator[str]:
    """The names of `subjectAltName=DNS:a,IP:1.2.3.4`."""
    kind, _, value = extension.partition("=")
    if kind.strip() == "subjectAltName":
        for entry in value.split(","):
            yield entry.strip().partition(":")[2]


def x509(process: Process, options: dict[str, list[str]]) -> int:
    """Show what a certificate says."""
    path = options.get("-in", [""])[-1]
    try:
        text = process.files.text(path) if path else everything(process)
    except OSFailure as failure:
        process.error(f"Could not open file or uri for loading certificate from {path}: {failure.words}")
        return 1
    found = read(text)
    if found is None:
        process.error(f"Could not find certificate from {path or '<stdin>'}")
        return 1
    for line in shown(found, options):
        process.print(line)
    if "-noout" not in options:
        process.write(1, found.pem)
    if "-checkend" in options:
        seconds = int(options["-checkend"][-1] or 0)
        expires = found.ends < process.now + seconds * SECOND
        process.print("Certificate will expire" if expires else "Certificate will not expire")
        return int(expires)
    return 0


def everything(process: Process) -> str:
    parts = []
    while (part := process.read(0)) is not None and part:
        parts.append(part)
    return b"".join(parts).decode("utf-8", "replace")


def shown(found: Certificate, options: dict[str, list[str]]) -> Iterator[str]:
    begins, ends = http_date(found.begins, DATES), http_date(found.ends, DATES)
    names = ", ".join(f"{'IP Address' if one.replace('.', '').isdecimal() else 'DNS'}:{one}" for one in found.names)
    subject, issuer = (one.replace(" = ", "=") for one in (found.subject, found.issuer))
    if "-text" in options:
        yield "Certificate:\n    Data:\n        Version: 3 (0x2)\n        Signature Algorithm: ED25519"
        yield f"        Issuer: {issuer}"
        yield f"        Validity\n            Not Before: {begins}\n            Not After : {ends}"
        yield f"        Subject: {subject}"
        if names:
            yield f"        X509v3 extensions:\n            X509v3 Subject Alternative Name: \n                {names}"
    if "-subject" in options:
        yield f"subject={subject}"
    if "-issuer" in options:
        yield f"issuer={issuer}"
    if "-dates" in options or "-startdate" in options:
        yield f"notBefore={begins}"
    if "-dates" in options or "-enddate" in options:
        yield f"notAfter={ends}"
    if "-ext" in options:
        yield f"X509v3 Subject Alternative Name: \n    {names}" if names else "No extensions matched"


def s_client(process: Process, options: dict[str, list[str]]) -> int:
    """Begin TLS with a server and show the certificate that it sends."""
    host, _, port = options.get("-connect", ["localhost:4433"])[-1].rpartition(":")
    named = options.get("-servername", [host])[-1]
    url = f"https://{named}:{port}/"
    try:
        address = "" if named == host else host_address(process, host)
        answer = process.http(HttpRequest("HEAD", url, timeout=PATIENCE, insecure=True, address=address))
    except NameNotFound:
        process.error(f"BIO_lookup_ex: {host}: Name or service not known\nconnect:errno=11")
        return 1
    except Refused:
        process.error("connect: Connection refused\nconnect:errno=111")
        return 1
    except NotEncrypted:
        process.print("CONNECTED(00000003)\n---\nno peer certificate available\n---")
        process.error("error:0A0000C6:SSL routines:tls_get_more_records:packet length too long")
        return 1
    except NetworkFailure:
        process.error("connect: Connection timed out\nconnect:errno=110")
        return 1
    found = answer.certificate
    if found is None:
        process.print("CONNECTED(00000003)\n---\nno peer certificate available\n---")
        return 0
    subject, issuer = found.subject, found.issuer
    own = subject == issuer
    number, why = (18, "self-signed certificate") if own else (20, "unable to get local issuer certificate")
    process.print(f"CONNECTED(00000003)\n---\nCertificate chain\n 0 s:{subject}\n   i:{issuer}")
    process.print(f"   v:NotBefore: {http_date(found.begins, DATES)}; NotAfter: {http_date(found.ends, DATES)}\n---")
    process.print(f"Server certificate\n{found.pem}subject={subject}\nissuer={issuer}\n---")
    process.print(f"New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384\nVerify return code: {number} ({why})\n---")
    return 0


def host_address(process: Process, host: str) -> str:
    """The address of a host whose certificate is asked for under another name."""
    records = process.resolve(host)
    return next((record.value for record in records if record.kind == "A"), host)


def rand(process: Process, options: dict[str, list[str]]) -> int:
    """`rand -hex 16`, `rand -base64 32`."""
    count = next((word for word in options.get("", ()) if word.isdecimal()), "")
    if not count:
        process.error("openssl rand: the number of bytes is missing")
        return 1
    found = drawn(process, min(int(count), 4096))
    process.print(found.hex() if "-hex" in options else b64encode(found).decode())
    return 0


def drawn(process: Process, size: int) -> bytes:
    """Random bytes."""
    return b"".join(process.random(1 << 128).to_bytes(16) for _ in range(size // 16 + 1))[:size]
