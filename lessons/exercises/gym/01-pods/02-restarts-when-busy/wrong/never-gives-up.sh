# task: mended
# en: In a copy it hung, and two minutes later nobody had noticed.
# ko: 복사본에서 멈추게 했는데 2분이 지나도 아무도 알아차리지 못했습니다.
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","livenessProbe":{"failureThreshold":500}}]}}}}'
