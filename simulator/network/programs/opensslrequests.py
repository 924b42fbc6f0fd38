"""openssl's keys and certificate requests: `genrsa`, `genpkey`, `req -new`, `req -in`. Upstream: openssl-req(1)"""

from simulator.network.certificates import ask, asked, new_key
from simulator.runtime.errors import OSFailure
from simulator.runtime.process import Process

type Options = dict[str, list[str]]

NOTE = "note: the lab makes Ed25519 keys, whatever kind is asked for"


def write(process: Process, path: str, content: str, mode: int = 0o644) -> None:
    """Into a file, or on standard output."""
    if not path:
        process.write(1, content)
        return
    process.files.write(path, content.encode())
    process.files.change(path, mode=mode)


def generate(process: Process, options: Options, seed: bytes) -> int:
    """`genrsa [-out FILE] [BITS]`, `genpkey -algorithm … [-out FILE]`: a private key."""
    process.error(NOTE)
    write(process, options.get("-out", [""])[-1], new_key(seed), 0o600)
    return 0


def request(process: Process, options: Options, names: tuple[str, ...], seed: bytes) -> int:
    """`req -new`: ask for a certificate with a key that is there (`-key`) or a new one (`-newkey`, `-keyout`)."""
    subject = options.get("-subj", [""])[-1]
    if "=" not in subject:
        process.error("openssl req: the questions are not simulated; give the subject with -subj, as in -subj /CN=NAME")
        return 1
    path = options.get("-key", [""])[-1]
    if path:
        try:
            key = process.files.text(path)
        except OSFailure as failure:
            process.error(f"Could not open file or uri for loading private key from {path}: {failure.words}")
            return 1
    else:
        key = new_key(seed)
        process.error(f"{NOTE}\n-----")
        write(process, options.get("-keyout", ["privkey.pem"])[-1], key, 0o600)
    try:
        text = ask(key, subject, names)
    except ValueError:
        process.error(f"Could not find private key from {path or 'privkey.pem'}")
        return 1
    write(process, options.get("-out", [""])[-1], text)
    return 0


def show(process: Process, options: Options, text: str, path: str) -> int:
    """`req -in FILE`: what a request says."""
    found = asked(text)
    if found is None:
        process.error(f"Could not find certificate request from {path or '<stdin>'}")
        return 1
    subject, names = found
    if "-verify" in options:
        process.error("Certificate request self-signature verify OK")
    if "-text" in options:
        process.print("Certificate Request:\n    Data:\n        Version: 1 (0x0)")
        process.print(f"        Subject: {subject}\n        Subject Public Key Info:")
        process.print("            Public Key Algorithm: ED25519")
        if names:
            shown = ", ".join(f"{'IP Address' if one.replace('.', '').isdecimal() else 'DNS'}:{one}" for one in names)
            process.print("        Requested Extensions:\n            X509v3 Subject Alternative Name: ")
            process.print(f"                {shown}")
    if "-subject" in options:
        process.print(f"subject={subject}")
    if "-noout" not in options:
        process.write(1, text if text.endswith("\n") else text + "\n")
    return 0
