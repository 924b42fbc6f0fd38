fault second
ssh {{ first }} mv /etc/kubernetes/off/etcd.yaml /etc/kubernetes/manifests/
sleep 40
kubectl get configmap settings -o yaml | sed 's/^data:/data:\n  level: {{ level }}/' | kubectl replace -f -
kubectl apply -f web.yaml
mkdir -p ~/answers; echo deployment-controller, replicaset-controller, kube-scheduler > ~/answers/writers
