# task: enough-memory
# en: Never killed, and never noticed either: it needs about {{ peak }}Mi, and half as much again is plenty.
# ko: 죽지 않지만 탈이 나도 모릅니다. 필요한 것은 {{ peak }}Mi쯤이고, 그 한 배 반이면 충분합니다.
kubectl set resources deployment eater --limits=memory=4Gi
