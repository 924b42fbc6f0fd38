# task: apart
# en: In a copy web grew to six, and not all found a place: with a rule of one per node the fourth has nowhere to go. Keep the numbers even instead.
# ko: 복사본에서 web을 여섯 개로 늘렸는데 자리를 못 찾은 파드가 있습니다. 노드마다 하나만이라고 하면 네 번째는 갈 곳이 없습니다. 수를 고르게 하세요.
kubectl patch deployment web -p '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}},"template":{"spec":{"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"web"}}}]}}}}}}'
