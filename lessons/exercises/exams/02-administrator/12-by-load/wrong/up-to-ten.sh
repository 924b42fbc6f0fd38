# task: bounds
# en: In a copy load came, and five minutes later there were not 6 Pods: between 2 and 6 were asked for.
# ko: 복사본에 부하를 주고 5분이 지났는데 파드가 6개가 아니었습니다. 2와 6 사이여야 합니다.
kubectl set resources deployment {{ app }} --requests=cpu=100m
kubectl patch hpa {{ app }} -p '{"spec":{"minReplicas":2,"maxReplicas":10}}'
