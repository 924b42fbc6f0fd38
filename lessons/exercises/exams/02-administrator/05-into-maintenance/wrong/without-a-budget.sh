# task: empty
# en: There was a time at which none of its Pods was ready.
# ko: Ready인 파드가 하나도 없던 때가 있었습니다.
kubectl get pdb {{ app }} -o yaml > budget.yaml
kubectl delete pdb {{ app }}
kubectl drain {{ node }} --ignore-daemonsets --timeout=60s
kubectl apply -f budget.yaml
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"nodeSelector":null}}}}'
kubectl rollout status deployment {{ app }} --timeout=60s
