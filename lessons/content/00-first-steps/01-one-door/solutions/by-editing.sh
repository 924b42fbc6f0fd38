sed -i 's/:{{ port }}/:6443/' ~/.kube/config
mkdir -p ~/answers
echo 10.0.1.10:6443 > ~/answers/server
echo {{ prod }}-admin > ~/answers/user
kubectl config use-context prod
kubectl scale deployment web --replicas={{ replicas }}
kubectl config use-context dev
