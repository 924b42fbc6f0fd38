# task: mended
# en: In a copy one Pod said that it is not ready, and callers were sent to it all the same: what is asked now tells whether it lives, not whether it is ready.
# ko: 복사본에서 파드 하나가 준비되지 않았다고 했는데도 요청이 그리로 갔습니다. 지금 묻는 것으로는 살아 있는지만 알 수 있고 준비되었는지는 알 수 없습니다.
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","readinessProbe":{"httpGet":{"path":"/healthz"}}}]}}}}'
