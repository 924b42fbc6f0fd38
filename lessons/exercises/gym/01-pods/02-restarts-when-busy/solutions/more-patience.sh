mkdir -p ~/answers; echo probe > ~/answers/cause
#: cause
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","livenessProbe":{"timeoutSeconds":10}}]}}}}'
kubectl rollout status deployment {{ app }} --timeout=60s
