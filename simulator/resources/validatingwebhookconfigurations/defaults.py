"""Defaults of a ValidatingWebhookConfiguration. Upstream: pkg/apis/admissionregistration/v1/defaults.go"""

from simulator.machinery.objects import Object
from simulator.resources.common.admission import default_webhook


def default(obj: Object) -> None:
    for webhook in obj.get("webhooks") or ():
        default_webhook(webhook)
