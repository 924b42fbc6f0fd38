mkdir -p ~/answers; echo ownership > ~/answers/cause
#: cause
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"securityContext":{"fsGroup":{{ user }}}}}}}'
kubectl rollout status deployment {{ app }} --timeout=120s
