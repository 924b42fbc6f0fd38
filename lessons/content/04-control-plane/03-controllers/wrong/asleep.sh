# task: go-one-owner-up
# en: Nobody is awake, but {{ owner }} is still there, and the next one who scales it wakes them all. Remove the owner.
# ko: 깨어 있는 파드는 없지만 {{ owner }} 디플로이먼트가 남아 있습니다. 누가 개수를 늘리면 다시 살아납니다. 소유자를 없애세요.
kubectl scale deployment {{ owner }} --replicas=0
