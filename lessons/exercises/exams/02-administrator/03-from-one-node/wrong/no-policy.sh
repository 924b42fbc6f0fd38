# task: everywhere
# en: The policy is gone or lets in more than the Pods of this cluster: it was to stay.
# ko: 폴리시가 없어졌거나 이 클러스터의 파드가 아닌 것까지 들입니다. 남아 있어야 합니다.
kubectl delete networkpolicy pods-only
for agent in kube-proxy kindnet; do kubectl -n kube-system patch daemonset $agent -p '{"spec":{"template":{"spec":{"affinity":null}}}}'; done
sleep 60
