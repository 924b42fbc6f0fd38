# task: grow-with-load
# en: web requests another amount. The smaller the request, the more Pods the same ripple calls for: 200m were asked for.
# ko: web의 요청이 다릅니다. 요청이 작을수록 작은 물결에도 파드가 많이 늘어납니다. 200m이어야 합니다.
kubectl set resources deployment web --requests=cpu=10m
