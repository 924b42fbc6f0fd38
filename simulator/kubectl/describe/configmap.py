"""A ConfigMap and its data. Upstream: kubectl/pkg/describe/describe.go"""

import base64

from simulator.kubectl.describe.page import Page
from simulator.kubectl.kubectl import Kubectl
from simulator.machinery.objects import Object


def describe(kubectl: Kubectl, page: Page, config_map: Object) -> None:
    page.head(config_map)
    page.write("\nData\n====\n")
    data = config_map.get("data") or {}
    for key in sorted(data):
        page.write(f"{key}:\n----\n{data[key]}\n\n")
    page.write("\nBinaryData\n====\n")
    binary = config_map.get("binaryData") or {}
    for key in sorted(binary):
        page.write(f"{key}: {len(base64.b64decode(binary[key]))} bytes\n")
    page.write("\n")
