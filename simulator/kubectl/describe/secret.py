"""A Secret: what it holds by size only. Upstream: kubectl/pkg/describe/describe.go"""

import base64

from simulator.kubectl.describe.page import Page
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

TOKEN_TYPE = "kubernetes.io/service-account-token"


def describe(kubectl: Kubectl, page: Page, secret: Object) -> None:
    page.head(secret)
    page.write("\n")
    page.field(0, "Type", secret.get("type", ""))
    page.write("\nData\n====\n")
    data = secret.get("data") or {}
    for key in sorted(data):
        content = base64.b64decode(data[key])
        if key == "token" and secret.get("type") == TOKEN_TYPE:
            page.field(0, key, content.decode())
        else:
            page.field(0, key, f"{len(content)} bytes")
