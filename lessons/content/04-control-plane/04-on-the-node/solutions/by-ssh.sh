ssh {{ lame }} "sed -i 's#pki/{{ path }}#pki/ca.crt#' /var/lib/kubelet/config.yaml; systemctl restart kubelet"
kubectl patch daemonset kube-proxy -n kube-system --type=json -p '[{"op":"remove","path":"/spec/template/spec/affinity"}]'
mkdir -p ~/answers
kubectl get node node-1 -o jsonpath='{.status.nodeInfo.containerRuntimeVersion}' > ~/answers/runtime
echo yes > ~/answers/podpod
