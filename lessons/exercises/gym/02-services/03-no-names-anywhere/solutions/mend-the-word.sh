mkdir -p ~/answers; echo corefile > ~/answers/cause
#: cause
kubectl -n kube-system get configmap coredns -o yaml > coredns.yaml
sed -i 's/redy/ready/; s/loadblance/loadbalance/; s/relod/reload/' coredns.yaml
kubectl apply -f coredns.yaml
kubectl -n kube-system rollout restart deployment coredns
kubectl -n kube-system delete pod -l k8s-app=kube-dns --now
