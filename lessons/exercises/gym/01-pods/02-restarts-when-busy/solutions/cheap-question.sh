mkdir -p ~/answers; echo probe > ~/answers/cause
#: cause
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","livenessProbe":{"httpGet":{"path":"/healthz","port":8080},"timeoutSeconds":5}}]}}}}'
kubectl rollout status deployment {{ app }} --timeout=60s
