"""What webhooks and admission policies share. Upstream: pkg/apis/admissionregistration"""

from simulator.machinery.objects import Object

HTTPS = 443
SECONDS_TO_ANSWER = 10


def default_webhook(webhook: Object) -> None:
    for name, value in (
        ("failurePolicy", "Fail"),
        ("matchPolicy", "Equivalent"),
        ("timeoutSeconds", SECONDS_TO_ANSWER),
    ):
        if webhook.get(name) is None:
            webhook[name] = value
    for name in ("namespaceSelector", "objectSelector"):
        if webhook.get(name) is None:
            webhook[name] = {}
    service = (webhook.get("clientConfig") or {}).get("service")
    if service is not None and service.get("port") is None:
        service["port"] = HTTPS
    for rule in webhook.get("rules") or ():
        rule["scope"] = rule.get("scope") or "*"


def default_match_resources(match: Object) -> None:
    for name in ("namespaceSelector", "objectSelector"):
        if match.get(name) is None:
            match[name] = {}
    match["matchPolicy"] = match.get("matchPolicy") or "Equivalent"
    for rule in [*(match.get("resourceRules") or ()), *(match.get("excludeResourceRules") or ())]:
        rule["scope"] = rule.get("scope") or "*"
