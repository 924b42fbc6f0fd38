"""Requests of checks from everywhere: a Pod, a node, the workstation, the internet; to names, addresses and objects."""

from functools import cache
from typing import Any

import pytest

from lessons.checks.run import evaluate
from lessons.checks.view import View
from lessons.running import run
from lessons.scenes import write
from simulator.spec import lab
from simulator.world import World

SCENE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers: [{name: c, image: "kubelab/web:1.0", env: [{name: APP, value: shop}]}]
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
            - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-1, node-2]}]
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {type: NodePort, selector: {app: shop}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: local}
spec:
  type: NodePort
  externalTrafficPolicy: Local
  selector: {app: shop}
  ports: [{port: 80, targetPort: 8080, nodePort: 30081}]
---
apiVersion: v1
kind: Service
metadata: {name: lb}
spec: {type: LoadBalancer, externalTrafficPolicy: Local, selector: {app: shop}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: lb-cluster}
spec: {type: LoadBalancer, selector: {app: shop}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: site}
spec:
  ingressClassName: lab
  rules:
  - host: shop.example
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
"""


@cache
def scene() -> World:
    world = World.boot(lab(3), seed="requests")
    write(world, "scene.yaml", SCENE)
    code, output = run(world, "kubectl apply -f scene.yaml")
    assert code == 0, output
    world.advance(60)
    return world


@pytest.mark.parametrize(
    "check",
    [
        {"request": "http://Node/node-1:30080/", "from": "internet"},
        {"request": "http://Node/node-3:30080/", "from": "internet", "times": 20, "pods": 2},
        {"request": "http://Node/node-3:30080/", "from": "workstation"},
        {"request": "http://Node/node-3:30080/", "from": "Node/node-2"},
        {"request": "http://Node/node-1:30081/", "from": "internet", "body": {"contains": '"clientIP":"198.51.100.7"'}},
        {"request": "http://Node/node-3:30081/", "from": "internet", "fails": "timeout"},
        {"request": "http://Node/node-1:30099/", "from": "internet", "fails": "refused"},
        {
            "request": "http://Service/default/lb/",
            "from": "internet",
            "body": {"contains": '"clientIP":"198.51.100.7"'},
        },
        {
            "request": "http://Service/default/lb-cluster/",
            "from": "internet",
            "body": {"contains": '"clientIP":"10.0.0.1'},
        },
        {"request": "http://Service/default/shop/", "from": "internet", "fails": "timeout"},
        {"request": "http://Service/default/shop/", "from": "Node/node-3"},
        {"request": "http://shop.example/", "from": "internet", "times": 20, "pods": 2},
        {"request": "http://shop.example/", "from": "Deployment/default/shop"},
        {"request": "http://other.example/", "from": "internet", "fails": "nxdomain"},
        {"request": "http://other.example/", "at": "Ingress/default/site", "from": "internet", "status": 404},
        {"request": "http://Ingress/default/site/", "from": "internet", "status": 404},
        {"request": "https://shop.example/", "from": "internet", "fails": "certificate"},
        {"request": "https://shop.example/", "from": "internet", "insecure": True},
        {"request": "http://example.com/", "from": "Deployment/default/shop"},
    ],
    ids=str,
)
def test_what_holds(check: dict[str, Any]) -> None:
    finding = evaluate(View(scene().fork()), check)
    assert finding.is_met, finding


def test_new_connections_all_the_while_through_ingress() -> None:
    check = {"during": [{"delete_one_pod_of": "Deployment/default/shop"}], "advance": 20, "request": "http://shop.example/",
             "from": "internet", "most_failures": 0}  # fmt: skip
    finding = evaluate(View(scene().fork()), check)
    assert finding.is_met, finding
