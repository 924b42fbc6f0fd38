"""A small operator on kopf: for every Website it keeps a Deployment, and says goodbye when one goes.

`kopf run` reads this file; `test_kopf` plays the person who uses it.
"""

from typing import Any

import kopf
from kubernetes import client, config

config.load_kube_config()
apps, core = client.AppsV1Api(), client.CoreV1Api()


@kopf.on.startup()
def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
    settings.posting.loggers = True  # what it logs becomes Events


@kopf.on.create("example.com", "v1", "websites")
def create(spec: Any, name: str, namespace: str, **_: Any) -> dict[str, str]:
    labels = {"website": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "nginx"}]}}
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "labels": labels},
                  "spec": {"replicas": spec["replicas"], "selector": {"matchLabels": labels}, "template": template}}  # fmt: skip
    kopf.adopt(deployment)
    apps.create_namespaced_deployment(namespace, deployment)
    return {"deployment": name}


@kopf.on.update("example.com", "v1", "websites", field="spec.replicas")
def resize(new: int, name: str, namespace: str, **_: Any) -> None:
    apps.patch_namespaced_deployment(name, namespace, {"spec": {"replicas": new}})


@kopf.on.event("apps", "v1", "deployments", labels={"website": kopf.PRESENT})
def report(status: Any, labels: Any, namespace: str, **_: Any) -> None:
    """What runs stands in the Website's status."""
    body = {"status": {"ready": status.get("readyReplicas", 0)}}
    try:
        client.CustomObjectsApi().patch_namespaced_custom_object(
            "example.com", "v1", namespace, "websites", labels["website"], body
        )
    except client.ApiException as error:
        if error.status != 404:  # the Website went first
            raise


@kopf.on.delete("example.com", "v1", "websites")
def farewell(name: str, namespace: str, **_: Any) -> None:
    core.create_namespaced_config_map(namespace, {"metadata": {"name": f"farewell-{name}"}})
