kubectl apply -f web.yaml
sleep 10
mkdir -p ~/answers
sh trail.sh | grep -oE '[a-z]+-controller +create +(replicasets|pods)|kube-scheduler' | awk '{print $1}' | sort -u > ~/answers/writers
kubectl patch configmap settings -p '{"data":{"level":"{{ level }}"}}'
fault second
sleep 10
ssh {{ second }} mv /etc/kubernetes/off/etcd.yaml /etc/kubernetes/manifests/
