kubectl -n kube-system patch daemonset kube-proxy -p '{"spec":{"template":{"spec":{"affinity":null}}}}'
kubectl patch networkpolicy pods-only --type=merge -p '{"spec":{"ingress":[{"from":[{"ipBlock":{"cidr":"10.244.0.0/16"}}]}]}}'
sleep 90
