mkdir -p ~/answers; echo key > ~/answers/cause
#: cause
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"GREETING","valueFrom":{"configMapKeyRef":{"name":"layout","key":"{{ now }}"}}}]}]}}}}'
kubectl rollout status deployment {{ app }} --timeout=120s
