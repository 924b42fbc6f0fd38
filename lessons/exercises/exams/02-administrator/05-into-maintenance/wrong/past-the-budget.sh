# task: empty
# en: There was a time at which none of its Pods was ready.
# ko: Ready인 파드가 하나도 없던 때가 있었습니다.
kubectl drain {{ node }} --ignore-daemonsets --disable-eviction --timeout=30s
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"nodeSelector":null}}}}'
kubectl uncordon {{ node }}
kubectl cordon {{ node }}
kubectl rollout status deployment {{ app }} --timeout=60s
