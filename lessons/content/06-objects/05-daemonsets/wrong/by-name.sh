# task: one-on-every-worker
# en: In a copy a fourth worker joined, and a minute later it had no agent: the template names nodes or their labels. Leave out whatever ties it to those of today.
# ko: 복사본에서 네 번째 워커가 들어왔는데 1분 뒤에도 에이전트가 없었습니다. 템플릿이 지금의 노드만 고르고 있습니다. 노드를 고르는 조건을 빼세요.
kubectl delete deployment logs
sed -e 's/Deployment/DaemonSet/' -e '/replicas/d' -e 's/^      containers:/      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io\/hostname, operator: In, values: [node-1, node-2, node-3]}]}]}}}\n&/' ~/logs.yaml | kubectl apply -f -
