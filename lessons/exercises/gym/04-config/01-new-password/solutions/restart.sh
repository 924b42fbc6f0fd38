mkdir -p ~/answers; echo started > ~/answers/cause
#: cause
kubectl rollout restart deployment {{ app }}
kubectl rollout status deployment {{ app }} --timeout=120s
