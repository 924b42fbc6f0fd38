"""HTTP/1.1 on the wire: requests read from bytes, responses written as bytes."""

from simulator.runtime.network import HttpRequest, HttpResponse

REASONS = {
    200: "OK", 201: "Created", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified",
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout",
}  # fmt: skip


class Incomplete(Exception):
    """The bytes so far hold no whole request."""


def parse_request(data: bytes, authority: str) -> tuple[HttpRequest, int]:
    """The first request in some bytes, and how many it takes. Raises Incomplete, or ValueError for what is no HTTP."""
    head, separator, rest = data.partition(b"\r\n\r\n")
    if not separator:
        if b"\r\n" in data and b"HTTP/" not in data.split(b"\r\n", 1)[0]:
            raise ValueError("no HTTP request")
        raise Incomplete()
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/"):
        raise ValueError("no HTTP request line")
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError("no HTTP header")
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get("content-length", "0") or "0")
    if len(rest) < length:
        raise Incomplete()
    url = words[1] if words[1].startswith("http") else f"http://{authority}{words[1]}"
    return HttpRequest(words[0], url, headers, rest[:length]), len(head) + 4 + length


def render_response(request: HttpRequest, response: HttpResponse) -> bytes:
    """A response as bytes."""
    reason = response.reason or REASONS.get(response.status, "")
    headers = {name.lower(): value for name, value in response.headers.items()}
    headers["content-length"] = str(len(response.body))
    lines = [f"HTTP/1.1 {response.status} {reason}"]
    lines += [f"{'-'.join(part.capitalize() for part in name.split('-'))}: {value}" for name, value in headers.items()]
    body = b"" if request.method == "HEAD" else response.body
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body
