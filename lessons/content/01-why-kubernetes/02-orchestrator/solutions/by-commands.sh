kubectl create deployment alone --image=kubelab/web:1.0
kubectl delete pod alone
kubectl rollout status deployment/alone --timeout=60s
#: somebody-notices
began=$(date +%s)
ssh {{ node }} poweroff
# The Pod that is lost stays on the list for almost six minutes.
until kubectl get pods -l app=crew | grep -q Terminating; do sleep 2; done
newest=$(kubectl get pods -l app=crew --sort-by=.metadata.creationTimestamp -o jsonpath='{.items[-1:].metadata.creationTimestamp}')
mkdir -p ~/answers
echo $(($(date -d $newest +%s) - began)) > ~/answers/gap
kubectl scale deployment crew --replicas={{ replicas }}
