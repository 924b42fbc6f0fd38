# task: mended
# en: There was a time at which none of its Pods was ready, and callers noticed: a rollout replaces them one after another. Start over for another chance.
# ko: 준비된 파드가 하나도 없던 때가 있어서 부르는 쪽이 느꼈습니다. 롤아웃은 파드를 하나씩 교체합니다. 처음부터 다시 하면 됩니다.
kubectl delete pod -l app={{ app }} --now
kubectl patch deployment {{ app }} -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","readinessProbe":{"httpGet":{"path":"/ready"}}}]}}}}'
