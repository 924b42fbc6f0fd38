# task: one-on-every-worker
# en: More replicas are still a number. Nothing says that each node gets one: that is what a DaemonSet is for.
# ko: 개수를 늘려도 개수일 뿐입니다. 노드마다 하나라는 조건은 없습니다. 데몬셋으로 바꾸세요.
kubectl scale deployment/logs --replicas=6
