kubectl annotate $(kubectl get pods -l app=web -o name | head -n 1) controller.kubernetes.io/pod-deletion-cost=-1
kubectl label pod stray app=web --overwrite
sleep 5
kubectl set image replicaset/web web=kubelab/web:1.1
kubectl set image pod -l app=web web=kubelab/web:1.1
kubectl delete {{ word }} {{ owner }}
