ssh {{ lame }} 'cp /etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/{{ path }}; systemctl restart kubelet'
kubectl patch daemonset kube-proxy -n kube-system -p '{"spec":{"template":{"spec":{"affinity":null}}}}'
mkdir -p ~/answers
kubectl get nodes node-1 -o wide --no-headers | awk '{print $NF}' > ~/answers/runtime
echo yes > ~/answers/podpod
