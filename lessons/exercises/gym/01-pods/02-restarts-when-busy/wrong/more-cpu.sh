# task: mended
# en: The limit was to stay at 500m.
# ko: 한도는 500m 그대로여야 합니다.
kubectl set resources deployment {{ app }} --limits=cpu=2
