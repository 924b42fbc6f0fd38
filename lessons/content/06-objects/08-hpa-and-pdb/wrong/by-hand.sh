# task: grow-with-load
# en: In a copy the work ended, and twelve minutes later web was still large. Let the HPA shrink it.
# ko: 복사본에서 일이 끝나고 12분이 지나도 web이 줄지 않았습니다. HPA가 줄일 수 있게 하세요.
kubectl set resources deployment web --requests=cpu=200m
kubectl patch hpa web -p '{"spec":{"minReplicas":5}}'
