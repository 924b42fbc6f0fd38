# task: enough-memory
# en: There is no memory limit now: the node itself is the limit, and its other Pods pay.
# ko: 이제 메모리 한도가 없습니다. 노드 전체가 한도가 되고, 같은 노드의 다른 파드가 값을 치릅니다.
kubectl patch deployment eater --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/resources"}]'
