# task: stops-by-itself
# en: In a copy we rolled out a version that never becomes ready, and twelve minutes later it had taken too many good Pods with it. Only a readinessProbe on /ready can tell, and maxUnavailable must leave {{ keep }}.
# ko: 복사본에서 준비되지 않는 버전을 롤아웃하고 12분을 기다리자 멀쩡한 파드가 너무 많이 사라졌습니다. 알아챌 수 있는 것은 /ready를 보는 readinessProbe뿐이고, maxUnavailable은 {{ keep }}개를 남겨야 합니다.
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","readinessProbe":{"httpGet":{"path":"/healthz","port":8080},"periodSeconds":2},"lifecycle":{"preStop":{"sleep":{"seconds":5}}}}]}}}}'
