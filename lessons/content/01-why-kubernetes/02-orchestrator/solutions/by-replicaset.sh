cat > keeper.yaml <<EOF
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: alone}
spec:
  replicas: 2
  selector: {matchLabels: {app: alone}}
  template:
    metadata: {labels: {app: alone}}
    spec: {containers: [{name: web, image: "kubelab/web:1.0"}]}
EOF
kubectl apply -f keeper.yaml
sleep 10
#: somebody-notices
ssh {{ node }} poweroff
sleep 400
mkdir -p ~/answers; echo 355 > ~/answers/gap
kubectl scale deployment crew --replicas={{ replicas }}
