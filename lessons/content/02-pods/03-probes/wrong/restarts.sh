# task: readiness-for-web
# en: In a copy one Pod said that it was not ready, and it was restarted: that is what liveness does. Ask /ready from the readiness probe only.
# ko: 복사본에서 파드 하나가 준비되지 않았다고 답하자 다시 시작되었습니다. 다시 시작하는 것은 활성 프로브가 하는 일입니다. /ready는 준비성 프로브에서만 물어보세요.
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":5},"livenessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":5}}]}}}}'
