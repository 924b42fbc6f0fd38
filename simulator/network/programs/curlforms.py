"""Forms with files, as `curl -F` sends them. Upstream: lib/mime.c, src/tool_formparse.c"""

from simulator.runtime.process import Process

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
TYPES = {
    ".gif": "image/gif", ".jpg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml", ".txt": "text/plain",
    ".htm": "text/html", ".html": "text/html", ".pdf": "application/pdf", ".xml": "application/xml",
}  # fmt: skip


def multipart(process: Process, fields: list[str]) -> tuple[str, bytes]:
    """The content type and the body of a form; raises `OSFailure` for a file that cannot be read."""
    boundary = "-" * 24 + "".join(LETTERS[process.random(len(LETTERS))] for _ in range(22))
    parts = [b"--%s\r\n%s\r\n" % (boundary.encode(), _part(process, field)) for field in fields]
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + b"--%s--\r\n" % boundary.encode()


def _part(process: Process, field: str) -> bytes:
    """One field: `name=text`, `name=@file` (sent as a file) or `name=<file` (its content), and `;type=` after it."""
    name, _, value = field.partition("=")
    given: dict[str, str] = {}
    value, *more = value.split(";") if value[:1] in ("@", "<") or ";type=" in value else [value]
    for word in more:
        key, _, text = word.strip().partition("=")
        given[key] = text
    head = f'Content-Disposition: form-data; name="{name}"'
    kind = given.get("type", "")
    content = value.encode("utf-8", "surrogateescape")
    if value[:1] in ("@", "<"):
        content = process.files.read(value[1:])
    if value.startswith("@"):
        file = value.rpartition("/")[2].removeprefix("@")
        head += f'; filename="{given.get("filename", file)}"'
        kind = kind or TYPES.get("." + file.rpartition(".")[2].lower(), "application/octet-stream")
    if kind:
        head += f"\r\nContent-Type: {kind}"
    return f"{head}\r\n\r\n".encode("utf-8", "surrogateescape") + content
