for agent in kube-proxy kindnet; do kubectl -n kube-system patch daemonset $agent -p '{"spec":{"template":{"spec":{"affinity":null}}}}'; done
kubectl patch networkpolicy pods-only --type=merge -p '{"spec":{"ingress":[{"from":[{"ipBlock":{"cidr":"10.244.0.0/16"}}]}]}}'
sleep 90
