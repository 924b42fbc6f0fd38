# task: readiness-for-web
# en: In a copy one Pod said on /ready that it was not ready, and it still got traffic 40 seconds later.
# ko: 복사본에서 파드 하나가 /ready에 준비되지 않았다고 답했는데 40초 뒤에도 요청을 받았습니다.
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","readinessProbe":{"httpGet":{"path":"/healthz","port":8080}}}]}}}}'
