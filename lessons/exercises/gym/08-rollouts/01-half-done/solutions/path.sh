mkdir -p ~/answers; echo probe > ~/answers/cause
#: cause
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","readinessProbe":{"httpGet":{"path":"/ready","port":8080}}}]}}}}'
kubectl rollout status deployment {{ app }} --timeout=180s
