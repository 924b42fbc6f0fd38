mkdir -p ~/answers; echo full > ~/answers/cause
#: cause
kubectl patch pvc {{ app }} -p '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'
