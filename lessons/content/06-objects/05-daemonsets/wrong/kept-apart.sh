# task: one-on-every-worker
# en: Kept apart, one on each of three nodes today. When a fourth node joins, it stays without: a Deployment counts to its number, a DaemonSet follows the nodes.
# ko: 오늘은 세 노드에 하나씩 떨어져 있습니다. 네 번째 노드가 들어오면 빈 채로 남습니다. 디플로이먼트는 정한 개수까지 세고, 데몬셋은 노드를 따라갑니다.
kubectl patch deployment logs -p '{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null},"template":{"spec":{"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"logs"}}}]}}}}}}'
