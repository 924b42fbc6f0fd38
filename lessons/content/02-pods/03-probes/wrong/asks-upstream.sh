# task: liveness-for-web
# en: In a copy gate was away for five minutes, and you restarted healthy Pods of web for it. Let the liveness probe ask about web alone: /healthz.
# ko: 복사본에서 gate가 5분 동안 없었더니 멀쩡한 web 파드가 다시 시작되었습니다. 활성 프로브는 web 자신만 묻게 하세요. /healthz입니다.
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","livenessProbe":{"httpGet":{"path":"/","port":8080}}}]}}}}'
