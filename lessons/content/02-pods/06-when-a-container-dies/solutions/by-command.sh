kubectl set env deployment/payment --from=secret/payment
kubectl delete pod oneshot typo
kubectl run oneshot --image=kubelab/batch:1.0 --env=STEPS=2 --restart=Never
kubectl run typo --image=kubelab/web:1.0
