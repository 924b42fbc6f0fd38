# task: let-slow-start
# en: In a copy one Pod hung, and 90 seconds later nobody had noticed. Be patient at the start only.
# ko: 복사본에서 파드 하나를 멈췄는데 90초가 지나도 다시 시작되지 않았습니다. 시작할 때만 참게 하세요.
kubectl patch deployment slow -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","livenessProbe":{"failureThreshold":60}}]}}}}'
