kubectl cordon node-2
cat > keeper.yaml <<EOF
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: pet}
spec:
  selector: {matchLabels: {app: pet}}
  template:
    metadata: {labels: {app: pet}}
    spec: {containers: [{name: web, image: "kubelab/web:1.0"}]}
EOF
kubectl apply -f keeper.yaml
sleep 5
kubectl drain node-2 --ignore-daemonsets --delete-emptydir-data
#: leave-in-order
kubectl uncordon node-2
kubectl apply -f - <<EOF
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: first}
value: {{ value }}
EOF
kubectl patch deployment checkout --type=json -p '[{"op":"add","path":"/spec/template/spec/priorityClassName","value":"first"}]'
