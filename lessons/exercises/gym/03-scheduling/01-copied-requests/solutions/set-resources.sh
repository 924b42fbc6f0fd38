mkdir -p ~/answers; echo requests > ~/answers/cause
#: cause
kubectl set resources deployment {{ app }} --requests=cpu=30m,memory=64Mi
kubectl rollout status deployment {{ app }} --timeout=120s
