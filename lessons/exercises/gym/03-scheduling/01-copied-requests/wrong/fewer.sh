# task: mended
# en: {{ replicas }} Pods were asked for.
# ko: 파드는 {{ replicas }}개가 필요합니다.
kubectl set resources deployment {{ app }} --requests=cpu=30m,memory=64Mi; kubectl scale deployment {{ app }} --replicas=2
