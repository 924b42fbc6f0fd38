# task: empty
# en: No Pod was evicted: deleting asks no budget.
# ko: 축출된 파드가 없습니다. 그냥 지우면 예산에 묻지 않습니다.
kubectl cordon {{ node }}
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"nodeSelector":null}}}}'
kubectl rollout status deployment {{ app }} --timeout=120s
kubectl drain {{ node }} --ignore-daemonsets --disable-eviction
