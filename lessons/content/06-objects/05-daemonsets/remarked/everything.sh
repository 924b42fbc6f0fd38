# task: the-control-plane-too
# en: It tolerates everything, so it also stays on nodes that others are told to leave. Name the taint that it is to bear.
# ko: 모든 테인트를 견디므로 다른 파드가 떠나야 하는 노드에도 남습니다. 견뎌야 할 테인트만 키로 적으세요.
kubectl delete deployment logs
sed -e 's/Deployment/DaemonSet/' -e '/replicas/d' -e 's/^      containers:/      tolerations: [{operator: Exists}]\n&/' ~/logs.yaml | kubectl apply -f -
