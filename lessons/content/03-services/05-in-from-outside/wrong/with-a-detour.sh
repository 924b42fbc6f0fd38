# task: who-is-calling
# en: It answers, and shop takes a node for its caller: the hop between nodes rewrote the address. externalTrafficPolicy: Local makes no hop.
# ko: 답하지만 shop에는 노드가 호출한 것처럼 보입니다. 노드 사이를 건너면서 주소가 바뀌었습니다. externalTrafficPolicy: Local이면 건너지 않습니다.
kubectl expose deployment shop --name=shop-lb --port=80 --target-port=8080 --type=LoadBalancer
