# task: a-port-on-every-node
# en: The nodes listen on another port: where you name none, one is drawn for you.
# ko: 노드가 다른 포트에서 듣습니다. 정하지 않으면 아무 포트나 주어집니다.
kubectl patch service shop -p '{"spec":{"type":"NodePort"}}'
