mkdir -p ~/answers
kubectl logs deployment/payment --previous | sed 's/.*: //' > ~/answers/payment
kubectl set env deployment/payment --from=secret/payment
kubectl delete pod oneshot typo
kubectl run oneshot --image=kubelab/batch:1.0 --env=STEPS=2 --restart=Never
kubectl run typo --image=kubelab/web:1.0
mkdir -p ~/answers
kubectl debug quiet --image=kubelab/shell:1.0 -c look -- sleep infinity
sleep 10
kubectl exec quiet -c look -- curl -s localhost:8080/token > ~/answers/token
