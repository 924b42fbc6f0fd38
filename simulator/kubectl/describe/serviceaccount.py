"""A ServiceAccount. Upstream: kubectl/pkg/describe/describe.go"""

from simulator.kubectl.describe.page import Page
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object

TITLE = "Image pull secrets:"


def describe(kubectl: Kubectl, page: Page, account: Object) -> None:
    page.head(account)
    names = [secret["name"] for secret in account.get("imagePullSecrets") or ()] or ["<none>"]
    for index, name in enumerate(names):
        page.line(0, TITLE if index == 0 else " " * len(TITLE), name)
