kubectl delete {{ word }} {{ owner }}
kubectl annotate pod stray controller.kubernetes.io/pod-deletion-cost=100
kubectl label pod stray app=web --overwrite
sleep 5
kubectl set image replicaset/web web=kubelab/web:1.1
for pod in $(kubectl get pods -l app=web -o name | grep -v stray); do kubectl delete $pod; done
