kubectl create priorityclass urgent --value={{ value }} --description="takes money"
kubectl patch deployment checkout -p '{"spec":{"template":{"spec":{"priorityClassName":"urgent"}}}}'
kubectl rollout status deployment/checkout --timeout=120s
#: who-may-push
# pet needs somebody who makes a new one.
kubectl create deployment pet --image=kubelab/web:1.0
kubectl delete pod pet
kubectl drain node-2 --ignore-daemonsets --delete-emptydir-data
#: leave-in-order
kubectl uncordon node-2
