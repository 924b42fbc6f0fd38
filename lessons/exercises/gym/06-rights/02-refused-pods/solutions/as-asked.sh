mkdir -p ~/answers; echo podsecurity > ~/answers/cause
#: cause
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","securityContext":{"allowPrivilegeEscalation":false}}]}}}}'
